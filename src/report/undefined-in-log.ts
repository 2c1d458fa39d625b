import { comparable } from '../explain/find-names.js';
import type { PrintedFile } from '../explain/log/diagnostic.js';
import type { LogReading } from '../explain/log/read-log.js';
import type { UndefinedInLog } from '../fix/problems/open-names.js';
import { demangle } from './demangle.js';

/** Undefined names that a log reports as errors. */
export function undefinedInLog({ diagnostics }: LogReading): UndefinedInLog {
  const printed = new Set<string>();
  const symbols = new Map<string, string | null>();
  for (const { kind, severity, symbol, mangled, files } of diagnostics) {
    if (kind !== 'undefined' || severity !== 'error') continue;
    printed.add(comparable(symbol));
    if (mangled !== null) printed.add(comparable(mangled));
    const name = mangled ?? symbol;
    if (!symbols.has(name)) symbols.set(name, files.length === 0 ? null : labelOf(files[0]));
  }
  const spellings = (name: string) => [name, name.replace(/^_/, ''), demangle(name)];
  return { symbols, has: (name) => spellings(name).some((one) => printed.has(comparable(one))) };
}

function labelOf({ archive, member }: PrintedFile): string | null {
  if (archive === null) return member;
  return member === null ? archive : `${archive}(${member})`;
}
