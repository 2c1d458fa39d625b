import { existsSync, readFileSync } from 'node:fs';
import type { Server } from '../oracles/linker-server.js';
import type { Image } from './image-file.js';
import { type Circumstances, type Observation, rowsOf } from './observation.js';
import type { Use } from './program.js';

interface ImageQuestion {
  readonly image: Image;
  readonly output: string;
  readonly uses: readonly Use[];
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

function wordsOf({ image, output, uses, prefix, constructors }: ImageQuestion): string[] {
  const symbols = image.symbols.size > 0 ? image.symbols : symbolsOfMap(`${output}.map`, image);
  // A weak external of COFF has no address of its own where its default serves.
  const addressOf = (name: string): string => `0x${(symbols.get(prefix + name) ?? 0).toString(16)}`;
  return [
    ...image.segments.map(
      ({ offset, size, address, memory }) => `map:${offset}:${size}:${address}:${memory}`,
    ),
    ...constructors(image).map((pointer) => `start:0x${pointer.toString(16)}`),
    ...uses
      .filter((use) => namesOf(use).every((name) => symbols.has(prefix + name)))
      .flatMap((use) => wordsOfUse(use, image, addressOf)),
    `say:${addressOf('said_text')}:${addressOf('said_length')}`,
  ];
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
