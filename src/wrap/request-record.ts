import { join } from 'node:path';
import type { LinkerId } from '../link/linkers/linker-profile.js';
import { appleMap, whyLoad } from '../link/record/apple-records.js';
import type { RecordFormat } from '../link/record/linker-record.js';
import { verboseLog } from '../link/record/msvc-records.js';
import { moldMap } from '../link/record/section-maps.js';
import { trace } from '../link/record/trace.js';
import type { ToolKind } from './tool-name.js';

/** Options that make a linker record which files it loads. */
export interface RecordRequest {
  /** Options for the linker. */
  readonly options: readonly string[];
  /** Where the record goes: a stream of the tool, or a file. */
  readonly goesTo: 'stdout' | 'stderr' | { readonly file: string };
  readonly format: RecordFormat;
}

/** The most complete record of each linker: a trace lists what a map of placed sections leaves out. */
const REQUESTS: Readonly<Record<string, (folder: string) => RecordRequest>> = {
  // Twice, so that members are listed too.
  'gnu-ld': () => ({ options: ['-t', '-t'], goesTo: 'stdout', format: trace }),
  'mingw-ld': () => ({ options: ['-t', '-t'], goesTo: 'stdout', format: trace }),
  gold: () => ({ options: ['-t'], goesTo: 'stdout', format: trace }),
  lld: () => ({ options: ['--trace'], goesTo: 'stdout', format: trace }),
  'wasm-ld': () => ({ options: ['--trace'], goesTo: 'stdout', format: trace }),
  mold: (folder) => mapIn(folder, moldMap, (file) => [`-Map=${file}`]),
  'ld64.lld': () => ({ options: ['-why_load'], goesTo: 'stdout', format: whyLoad }),
  ld64: () => ({ options: ['-why_load'], goesTo: 'stdout', format: whyLoad }),
  'ld-prime': (folder) => mapIn(folder, appleMap, (file) => ['-map', file]),
  'lld-link': () => ({ options: ['/verbose'], goesTo: 'stderr', format: verboseLog }),
  'link.exe': () => ({ options: ['/VERBOSE'], goesTo: 'stdout', format: verboseLog }),
};

function mapIn(
  folder: string,
  format: RecordFormat,
  options: (file: string) => readonly string[],
): RecordRequest {
  const file = join(folder, 'link.map');
  return { options: options(file), goesTo: { file }, format };
}

/** @returns null for a linker that cannot record it */
export function recordRequest(linker: LinkerId | null, folder: string): RecordRequest | null {
  if (linker === null) return null;
  const request = REQUESTS[linker] ?? REQUESTS[linker.replace(/-(?:\d+|last)$/, '')];
  return request?.(folder) ?? null;
}

/** Adds the options to a line; a compiler driver gets them as options for its linker. */
export function withOptions(
  { options }: RecordRequest,
  tool: string,
  kind: ToolKind,
  words: readonly string[],
): string[] {
  if (kind === 'linker') return [...words, ...options];
  if (/^clang-cl/i.test(tool))
    return [...words, ...(words.some((word) => /^[/-]link$/i.test(word)) ? [] : ['/link']), ...options];
  return [...words, ...options.flatMap((option) => ['-Xlinker', option])];
}

/** Whether the line itself requests the record, which is printed then. */
export const isAskedFor = ({ options }: RecordRequest, words: readonly string[]): boolean =>
  words.some((word) => options.some((option) => word === option || word.split(',').includes(option)));
