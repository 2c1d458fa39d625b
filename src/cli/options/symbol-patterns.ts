import { findReadable } from '../../explain/find-names.js';
import { cName } from '../../link/inputs/c-names.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { demangle } from '../../report/demangle.js';

/**
 * The names that a pattern means. A demangled name, as reports print it, means each symbol that is printed so; any
 * other pattern means itself.
 */
export function symbolPatterns({ inputs }: Pick<OpenedLine, 'inputs'>, pattern: string): string[] {
  if (pattern.includes('*') || !/[:(<\s]/.test(pattern)) return [pattern];
  const { names } = inputs.symbols;
  const readable = findReadable(inputs, pattern, demangle).filter(
    (name) => demangle(names.text(name)) === pattern,
  );
  const found = new Set(readable.map((name) => cName(inputs, name)));
  return found.size > 0 ? [...found] : [pattern];
}
