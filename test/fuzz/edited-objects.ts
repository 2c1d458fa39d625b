import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isArchive, MAGIC_SIZE, readArchive } from '../../src/archive/read-archive.js';
import { ByteSource } from '../../src/bytes/byte-source.js';
import { differenceBeyondEdits } from '../../src/symbols/edit-check.js';
import type { ObjectFormatId } from '../../src/symbols/object-format.js';
import {
  type EditAction,
  EditError,
  type OwnSymbol,
  type SymbolEdit,
} from '../../src/symbols/symbol-edit.js';
import { editObject, ownSymbols } from '../../src/symbols/symbol-editors.js';
import { tool } from '../oracles/find-tool.js';
import { type Dice, diceOf } from '../random/dice.js';
import { ROOT } from '../root.js';

/*
 * Random edits of real objects: readelf, llvm-readobj and llvm-nm read the edited object back, and every linker that
 * links it without the edits links it. Bytes differ only in symbols, strings and the relocations of twins.
 */

export type EditedFormat = 'elf' | 'macho' | 'coff' | 'wasm';

/** Counts of a run, by what became of the objects. */
export interface EditedTally {
  edited: number;
  refused: number;
  /** Symbols. */
  symbols: number;
  readBack: number;
  links: number;
  readonly failures: string[];
}

interface FixtureObject {
  readonly label: string;
  readonly format: EditedFormat;
  readonly bytes: Uint8Array;
}

const FOLDERS: Readonly<Record<EditedFormat, readonly string[]>> = {
  elf: ['objects/elf', 'founding/elf', 'archives/objects/elf'],
  macho: ['objects/macho', 'founding/macho', 'archives/objects/macho'],
  coff: ['objects/coff', 'founding/coff', 'archives/objects/coff'],
  wasm: ['objects/wasm', 'founding/wasm'],
};

/** The objects of the fixtures, and the members of their archives. */
export function fixtureObjects(format: EditedFormat): FixtureObject[] {
  return FOLDERS[format].flatMap((folder) => {
    const path = join(ROOT, 'fixtures', folder);
    return readdirSync(path)
      .filter((name) => /\.[ao]$/.test(name) && !name.startsWith('import-'))
      .sort()
      .flatMap((name) => objectsIn(join(path, name), format));
  });
}

function objectsIn(path: string, format: EditedFormat): FixtureObject[] {
  const bytes = readFileSync(path);
  if (!isArchive(bytes.subarray(0, MAGIC_SIZE))) return [{ label: basename(path), format, bytes }];
  return readArchive(ByteSource.of(path, bytes)).members.map(({ name, dataOffset, size }) => ({
    label: `${basename(path)}(${name})`,
    format,
    bytes: bytes.subarray(dataOffset, dataOffset + size),
  }));
}

/** A linker, and its arguments for one object. */
interface ObjectLinker {
  readonly name: string;
  readonly args: readonly string[];
}

const ELF_LINKERS = ['ld.bfd', 'ld.gold', 'ld.lld-14', 'ld.lld-19', 'mold'];
const APPLE = ['-dylib', '-platform_version', 'macos', '12', '12', '-undefined', 'dynamic_lookup'];
const DLL = ['/dll', '/noentry', '/force:unresolved'];
const VERSIONS = ['14', '19', '22'];

const LINKERS: Readonly<Record<EditedFormat, readonly ObjectLinker[]>> = {
  elf: ELF_LINKERS.map((name) => ({ name, args: ['-r'] })),
  macho: VERSIONS.flatMap((version) =>
    ['x86_64', 'arm64'].map((arch) => ({ name: `ld64.lld-${version}`, args: ['-arch', arch, ...APPLE] })),
  ),
  coff: [
    ...VERSIONS.map((version) => ({ name: `lld-link-${version}`, args: DLL })),
    { name: 'x86_64-w64-mingw32-ld', args: ['-r'] },
  ],
  wasm: VERSIONS.map((version) => ({ name: `wasm-ld-${version}`, args: ['-r'] })),
};

/** Tools that must read an edited object without a word of complaint. */
const READERS: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ['readelf', /^elf$/, ['-aW']],
  ['llvm-readobj-19', /./, ['--file-headers', '--sections', '--symbols', '--relocations']],
];

/** Names that a linker knows by their spelling; planned edits leave them alone. */
const SPECIAL =
  /^[@.]|^_?_?(start|stop|end|main|tls|load_config|DYNAMIC|GLOBAL_OFFSET|indirect_function_table|stack_pointer|memory_base|table_base)|ImageBase|__imp_/;

/** Edits objects of a format at random. @param folder is written to */
export class EditedObjects {
  readonly tally: EditedTally = { edited: 0, refused: 0, symbols: 0, readBack: 0, links: 0, failures: [] };
  readonly #objects: readonly FixtureObject[];
  /** By object: the linkers that link it as it is. */
  readonly #linkers = new Map<string, readonly ObjectLinker[]>();

  constructor(
    readonly format: EditedFormat,
    readonly folder: string,
  ) {
    this.#objects = fixtureObjects(format);
  }

  /** One object, with the edits of a seed. */
  try(seed: number): void {
    const dice = diceOf(seed * 31_337 + 7);
    const object = dice.pick(this.#objects);
    const source = ByteSource.of(object.label, object.bytes);
    const edits = pickEdits(ownSymbolsOf(source, object.format), dice);
    if (edits.length === 0) return;
    const fail = (problem: string) => this.tally.failures.push(`${seed} ${object.label}: ${problem}`);
    try {
      const edited = editObject(source, object.format, edits).bytes('edited');
      this.tally.edited++;
      this.tally.symbols += edits.length;
      const found = differenceBeyondEdits(source, ByteSource.of('edited', edited), object.format, edits);
      if (found !== null) fail(found);
      this.#check(object, edited, edits, fail);
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      this.tally.refused++;
    }
  }

  #check(
    object: FixtureObject,
    edited: Uint8Array,
    edits: readonly SymbolEdit[],
    fail: (problem: string) => void,
  ): void {
    const [given, path] = ['given.o', 'edited.o'].map((name) => join(this.folder, name));
    writeFileSync(given, object.bytes);
    writeFileSync(path, edited);
    for (const [reader, formats, args] of READERS) {
      const program = formats.test(object.format) ? tool(reader) : null;
      if (program === null) continue;
      this.tally.readBack++;
      const [old, now] = [given, path].map((file) => complaintsOf(program, [...args, file]));
      if (now !== old) fail(`${reader}: ${now}`);
    }
    const wanted = expectedNames(
      namesIn(given),
      edits,
      ownSymbolsOf(sourceOf(object), object.format),
      object.format,
    );
    const names = namesIn(path);
    if (names.join('\n') !== wanted.join('\n')) fail(`llvm-nm: ${differenceOf(wanted, names)}`);
    for (const linker of this.#linkersOf(object, given)) {
      this.tally.links++;
      const problem = link(linker, path, this.folder);
      if (problem !== null) fail(`${linker.name}: ${problem}`);
    }
  }

  #linkersOf(object: FixtureObject, path: string): readonly ObjectLinker[] {
    const known = this.#linkers.get(object.label);
    if (known !== undefined) return known;
    const found = LINKERS[object.format].filter((linker) => link(linker, path, this.folder) === null);
    this.#linkers.set(object.label, found);
    return found;
  }
}

const sourceOf = ({ label, bytes }: FixtureObject): ByteSource => ByteSource.of(label, bytes);

function ownSymbolsOf(source: ByteSource, format: ObjectFormatId): OwnSymbol[] {
  return ownSymbols(source, format).filter(({ name }) => !SPECIAL.test(name));
}

/** Some names, each with one action, in all rows to which it applies. */
function pickEdits(symbols: readonly OwnSymbol[], { chance, pick, below }: Dice): SymbolEdit[] {
  const names = [...new Set(symbols.map(({ name }) => name))];
  const share = pick([0.1, 0.3, 0.7, 1]);
  const actions = pick<readonly EditAction[]>([
    ['hide-and-rename'],
    ['undefine'],
    ['weaken'],
    ['hide-and-rename', 'undefine', 'weaken'],
  ]);
  const mark = below(1 << 30)
    .toString(16)
    .padStart(8, '0');
  return names.flatMap((name) => {
    if (!chance(share)) return [];
    const action = pick(actions);
    return symbols
      .filter((symbol) => symbol.name === name)
      .filter(({ role }) => action === 'hide-and-rename' || role === 'definition')
      .map(({ row }) => ({ symbol: row, action, newName: `${name}.iso.${mark}` }));
  });
}

/** Warnings and errors of a reader, without the file's name. */
function complaintsOf(program: string, args: readonly string[]): string {
  const { stderr, status } = spawnSync(program, args, { encoding: 'latin1', maxBuffer: 1 << 28 });
  return `${status} ${stderr.replaceAll(/\S*(?:given|edited)\.o\S*/g, '').trim()}`;
}

/** Linkage names of an object by llvm-nm, sorted: `U name` of a reference, `D name` of a definition. */
function namesIn(path: string): string[] {
  const program = tool('llvm-nm-19', 'llvm-nm');
  if (program === null) return [];
  const { stdout } = spawnSync(program, ['--format=posix', path], { encoding: 'latin1', maxBuffer: 1 << 28 });
  return stdout
    .split('\n')
    .filter(Boolean)
    .flatMap((row) => {
      const [, name, letter] = /^(.*?) (\S)(?: [0-9a-f]*)*\s*$/.exec(row) ?? [];
      if (name === undefined || (/[a-z]/.test(letter) && !/[uwvi]/.test(letter))) return [];
      return [`${/[Uwv]/.test(letter) ? 'U' : 'D'} ${name}`];
    })
    .sort();
}

function expectedNames(
  given: readonly string[],
  edits: readonly SymbolEdit[],
  symbols: readonly OwnSymbol[],
  format: EditedFormat,
): string[] {
  const nameOf = new Map(symbols.map(({ row, name }) => [row, name]));
  const editOf = new Map(edits.map((edit) => [nameOf.get(edit.symbol) ?? '', edit]));
  const hasTwins = format === 'macho' || format === 'coff';
  return given
    .flatMap((row) => {
      const [kind, name] = [row[0], row.slice(2)];
      const edit = editOf.get(name);
      if (edit === undefined) return [row];
      if (edit.action === 'hide-and-rename') return [`${kind} ${edit.newName}`];
      if (kind === 'U') return [row];
      if (hasTwins) return [`D ${edit.newName}`, `U ${name}`];
      return [edit.action === 'undefine' ? `U ${name}` : row];
    })
    .sort();
}

function differenceOf(wanted: readonly string[], found: readonly string[]): string {
  const lacks = wanted.filter((row) => !found.includes(row)).slice(0, 3);
  const more = found.filter((row) => !wanted.includes(row)).slice(0, 3);
  return `lacks ${lacks.join(', ') || 'nothing'}; has ${more.join(', ') || 'nothing'} too many`;
}

/** @returns the first line of the linker's complaint; null if it wrote an output */
function link({ name, args }: ObjectLinker, path: string, folder: string): string | null {
  const program = tool(name);
  if (program === null) return 'is not installed';
  const output = join(folder, 'linked');
  const words = name.startsWith('lld-link') ? [`/out:${output}`] : ['-o', output];
  const { status, stderr, stdout } = spawnSync(program, [...args, ...words, path], {
    encoding: 'latin1',
    cwd: folder,
  });
  rmSync(output, { force: true });
  return status === 0 ? null : (`${stderr}${stdout}`.trim().split('\n')[0] ?? `status ${status}`);
}
