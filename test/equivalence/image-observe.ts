import { existsSync, readFileSync } from 'node:fs';
import type { Server } from '../oracles/linker-server.js';
import type { Image } from './image-file.js';
import { type Circumstances, type Observation, rowsOf } from './observation.js';
import type { Use } from './program.js';

interface ImageQuestion {
  readonly image: Image;
  readonly output: string;
  readonly uses: readonly Use[];
  /** Whether an object has a table of pointers to the uses. */
  readonly hasTable: boolean;
  readonly prefix: string;
  readonly convention: 'ms' | 'sysv';
  constructors(image: Image): readonly bigint[];
  readonly runner: string;
  readonly ask: Server['ask'];
  readonly folder: string;
  readonly circumstances: Circumstances;
}

/** Observes an image: its exports, and the effects of its constructors and of the program's uses. */
export async function observeImage(question: ImageQuestion): Promise<Observation> {
  const { image, runner, ask, folder, convention, output, circumstances } = question;
  const seen = new Map<string, readonly string[]>();
  seen.set(
    'exports',
    [...new Set(image.exports)].filter((name) => /u\d+_|shared|tentative|inline|Holder/.test(name)).sort(),
  );
  // A rewritten copy may need fewer functions, but no DLL fewer.
  const imports = image.imports.filter((name) => !circumstances.isRewritten || !name.includes(' '));
  seen.set('imports', [...new Set(imports)].sort());
  seen.set(
    'sections',
    [...new Set(image.sections.map(({ name }) => name))].filter((name) => OWN_SECTION.test(name)).sort(),
  );
  const { status, text } = await ask([runner, output, convention, ...wordsOf(question)], folder);
  seen.set('status', [String(status)]);
  if (status === 0) seen.set('output', rowsOf(text.split('\n').filter(Boolean), circumstances));
  return seen;
}

/** Sections that units name. */
const OWN_SECTION = /^(?:reg\d|registry\d|\.?table|\.CRT|__mod_init_func)$/;

/** The table of pointers to what a program uses. */
export const USES = 'uses';

function wordsOf({ image, output, uses, hasTable, prefix, constructors }: ImageQuestion): string[] {
  const symbols = image.symbols.size > 0 ? image.symbols : symbolsOfMap(`${output}.map`, image);
  const pointers = hasTable ? pointersAt(image, symbols.get(prefix + USES) ?? 0) : null;
  const names = uses.flatMap(namesOf);
  // After an edit a pointer may lead to another name. A weak external of COFF has no address of its own where its
  // default serves.
  const placeOf = (name: string): number | bigint =>
    (names.includes(name) ? pointers?.[names.indexOf(name)] : undefined) ?? symbols.get(prefix + name) ?? 0;
  const addressOf = (name: string): string => `0x${placeOf(name).toString(16)}`;
  const isBound = (name: string) =>
    pointers === null ? symbols.has(prefix + name) : BigInt(placeOf(name)) !== 0n;
  return [
    ...image.segments.map(
      ({ offset, size, address, memory }) => `map:${offset}:${size}:${address}:${memory}`,
    ),
    ...constructors(image).map((pointer) => `start:0x${pointer.toString(16)}`),
    ...uses.filter((use) => namesOf(use).every(isBound)).flatMap((use) => wordsOfUse(use, image, addressOf)),
    `say:${addressOf('said_text')}:${addressOf('said_length')}`,
  ];
}

/** Pointers of eight bytes from an address to the end of its section. */
function pointersAt({ sections }: Image, start: number): bigint[] {
  const own = sections.find(({ address, content }) => address <= start && start < address + content.length);
  if (own === undefined) return [];
  const table = own.content.subarray(start - own.address);
  return Array.from({ length: Math.floor(table.length / 8) }, (_, at) => table.readBigUInt64LE(8 * at));
}

function wordsOfUse({ kind, name }: Use, { sections }: Image, addressOf: (name: string) => string): string[] {
  if (kind === 'call' || kind === 'state') return [`${kind}:${addressOf(name)}:${name}`];
  if (kind === 'log') return [`log:${addressOf(`${name}_log`)}:${addressOf(`${name}_length`)}:${name}`];
  if (kind === 'require') return [];
  const section = sections.find((one) => [name, name.replace('registry', 'reg')].includes(one.name));
  return section === undefined ? [] : [`set:0x${section.address.toString(16)}:${section.size}:${name}`];
}

/** Rows of lld-link's map: address, size, alignment, and the symbol behind an input section. */
function symbolsOfMap(path: string, { sections }: Image): Map<string, number> {
  const symbols = new Map<string, number>();
  if (!existsSync(path)) return symbols;
  const base = Math.floor(Math.min(...sections.map(({ address }) => address)) / 0x10000) * 0x10000;
  for (const [, address, name] of readFileSync(path, 'utf8').matchAll(
    /^([0-9a-f]{8}) [0-9a-f]{8} +\d+ {17}(\S+)$/gm,
  ))
    if (!symbols.has(name)) symbols.set(name, base + Number.parseInt(address, 16));
  return symbols;
}

/** The names that a use needs. */
export function namesOf({ kind, name }: Use): string[] {
  if (kind === 'registry') return [];
  return kind === 'log' ? [`${name}_log`, `${name}_length`] : [name];
}
