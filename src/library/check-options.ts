import { suggestion } from '../cli/options/suggest.js';
import { UsageError } from '../cli/options/usage-error.js';
import type { Job } from './protocol.js';

type Kind = 'an array of strings' | 'a string' | 'a string or bytes';

const LINK: Readonly<Record<string, Kind>> = {
  line: 'an array of strings',
  providers: 'an array of strings',
  owners: 'an array of strings',
  architectures: 'an array of strings',
  linker: 'a string',
};

const OPTIONS: Readonly<Record<Job['operation'], Readonly<Record<string, Kind>>>> = {
  trimLine: { ...LINK, outDir: 'a string', planPath: 'a string' },
  checkLine: { ...LINK, failOn: 'an array of strings' },
  explainLog: { ...LINK, log: 'a string or bytes' },
  fixLine: {
    line: 'an array of strings',
    architectures: 'an array of strings',
    linker: 'a string',
    outDir: 'a string',
    accept: 'an array of strings',
    log: 'a string or bytes',
  },
};

const REQUIRED: Readonly<Record<Job['operation'], string>> = {
  trimLine: 'line',
  checkLine: 'line',
  explainLog: 'log',
  fixLine: 'line',
};

/**
 * Checks the options of a call by a program without types: otherwise a misspelt one would be ignored, and a string
 * taken for an array of its characters.
 * @throws UsageError
 */
export function requireOptions(operation: Job['operation'], options: unknown): void {
  const known = OPTIONS[operation];
  const required = REQUIRED[operation];
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new UsageError(`${operation}: expected an object with '${required}', got ${kindOf(options)}`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(known, name))
      throw new UsageError(`${operation}: unknown option '${name}'${suggestion(name, Object.keys(known))}`);
    if (!isOf(known[name], value))
      throw new UsageError(`${operation}: ${name}: expected ${known[name]}, got ${kindOf(value)}`);
  }
  const names = given.map(([name]) => name);
  if (!names.includes(required)) throw new UsageError(`${operation}: expected '${required}'`);
  if (names.includes('planPath') && !names.includes('outDir'))
    throw new UsageError(`${operation}: planPath: a plan is saved with 'outDir' alone`);
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'an array of strings')
    return Array.isArray(value) && value.every((one) => typeof one === 'string');
  return typeof value === 'string' || (kind === 'a string or bytes' && value instanceof Uint8Array);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
