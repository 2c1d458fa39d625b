import { comparable } from '../explain/find-names.js';
import type { LogReading } from '../explain/log/read-log.js';
import { demangle } from './demangle.js';

/** Returns a test of whether an error of a log says that a name is undefined. */
export function undefinedInLog({ diagnostics }: LogReading): (name: string) => boolean {
  const printed = new Set<string>();
  for (const { kind, severity, symbol, mangled } of diagnostics) {
    if (kind !== 'undefined' || severity !== 'error') continue;
    printed.add(comparable(symbol));
    if (mangled !== null) printed.add(comparable(mangled));
  }
  return (name) =>
    printed.has(comparable(name)) ||
    printed.has(comparable(name.replace(/^_/, ''))) ||
    printed.has(comparable(demangle(name)));
}
