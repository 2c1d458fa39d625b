import { readArchive } from '../../src/archive/read-archive.js';
import { readUniversal, slices } from '../../src/archive/universal.js';
import type { ByteSource } from '../../src/bytes/byte-source.js';
import { moduleHash } from '../../src/symbols/bitcode/module-hash.js';
import { readContent } from '../../src/symbols/formats.js';
import { dataImageOf } from '../../src/symbols/image/data-image.js';
import { dataOf } from '../../src/symbols/image/image-data.js';
import { readDataImage, readImage } from '../../src/symbols/image/read-image.js';
import { type LibraryTarget, type ObjectFormatId, UnreadableError } from '../../src/symbols/object-format.js';
import { producersOf } from '../../src/symbols/producers.js';
import { readSharedLibrary } from '../../src/symbols/shared-libraries.js';
import { EditError } from '../../src/symbols/symbol-edit.js';
import { editObject, ownSymbols } from '../../src/symbols/symbol-editors.js';
import { samples } from '../builders/archive-samples.js';
import { buildUniversal } from '../builders/build-universal.js';
import { archiveOfObjects, compareMembers } from './archive-members.js';
import { fixtures } from './fixtures.js';
import { countingSink, type FuzzTarget, readOrRefuse, sourceOf } from './target.js';

/** Stubs are for many targets: what is read is for one. */
const STUB_TARGET: LibraryTarget = {
  machine: 'x86-64',
  bits: 64,
  littleEndian: true,
  architecture: 'x86_64',
  systemVersion: '12.0',
};

/** The readers of bytes: archives, universal files, objects, shared libraries. */
export const readerTargets: readonly FuzzTarget[] = [
  {
    name: 'archive',
    seeds: () => [
      ...Object.values(samples).map(({ bytes }) => bytes),
      ...['elf', 'macho', 'coff', 'wasm'].flatMap((format) => fixtures(`founding/${format}`, /pinned\.a$/)),
    ],
    words: ['!<arch>\n', '!<thin>\n', '<bigaf>\n', '`\n', '//', '/0', '#1/20', '__.SYMDEF SORTED', '/SYM64/'],
    run: (bytes) => readOrRefuse(() => readWholeArchive(bytes)),
  },
  {
    name: 'archive-members',
    seeds: () => [archiveOfObjects()],
    words: ['`\n', '/0', '/28', '#1/20', '\x7fELF', '.note.gnu.property'],
    run: (bytes) => readOrRefuse(() => compareMembers(sourceOf(bytes))),
  },
  {
    name: 'universal',
    seeds: () => [universalSeed()],
    run: (bytes) =>
      readOrRefuse(() => {
        const source = sourceOf(bytes);
        readUniversal(source);
        for (const { offset, size } of slices(source)) readWholeObject(bytes.subarray(offset, offset + size));
      }),
  },
  ...(['elf', 'macho', 'coff', 'wasm', 'bitcode'] as const).map((format) => objectTarget(format)),
  ...(['elf', 'macho', 'coff', 'wasm'] as const).map((format) => editTarget(format)),
  {
    name: 'coff-import',
    seeds: () => fixtures('objects/coff', /^import-.*\.o$/),
    run: (bytes) => readOrRefuse(() => readWholeObject(bytes)),
  },
  {
    name: 'elf-shared',
    seeds: () => fixtures('objects/elf-shared', /\.so$/),
    run: (bytes) => readOrRefuse(() => readSharedLibrary(sourceOf(bytes), countingSink(bytes.length))),
  },
  {
    name: 'macho-shared',
    seeds: () => fixtures('objects/macho-shared', /\.dylib$/),
    run: (bytes) => readOrRefuse(() => readSharedLibrary(sourceOf(bytes), countingSink(bytes.length))),
  },
  {
    name: 'text-stub',
    seeds: () => fixtures('objects/macho-shared', /\.tbd$/),
    words: ['--- !tapi-tbd', 'symbols: [ _f ]', 'targets:', '"main_library"', '\n  ', '- ', '{', '}', '...'],
    run: (bytes) =>
      readOrRefuse(() => readSharedLibrary(sourceOf(bytes), countingSink(bytes.length), () => STUB_TARGET)),
  },
  {
    name: 'module-hash',
    seeds: () => fixtures('objects/bitcode', /\.o$/),
    run: (bytes) =>
      readOrRefuse(() => {
        try {
          moduleHash(sourceOf(bytes), 0, bytes.length);
        } catch (error) {
          if (!(error instanceof UnreadableError)) throw error;
        }
      }),
  },
];

function objectTarget(format: ObjectFormatId): FuzzTarget {
  return {
    name: format,
    seeds: () => fixtures(`objects/${format}`, /(?<!^import-.*)\.o$/),
    run: (bytes) => readOrRefuse(() => readWholeObject(bytes)),
  };
}

/** The writer of edits refuses, or its output has the symbols that were asked for: `editObject` reads it again. */
function editTarget(format: ObjectFormatId): FuzzTarget {
  return {
    name: `${format}-edit`,
    seeds: () => fixtures(`objects/${format}`, /(?<!^import-.*)\.o$/),
    run: (bytes) => readOrRefuse(() => editSymbols(sourceOf(bytes), format)),
  };
}

function editSymbols(object: ByteSource, format: ObjectFormatId): void {
  try {
    const own = ownSymbols(object, format);
    const newName = 'renamed.iso.0123abcd';
    const renames = own.map(({ row }) => ({ symbol: row, action: 'hide-and-rename' as const, newName }));
    for (const edits of [renames, ...own.slice(0, 4).flatMap(({ row }) => drops(row, newName))]) {
      const edited = editObject(object, format, edits);
      if (edited.size > 4 * object.size + 4096) throw new Error(`${edited.size} bytes from ${object.size}`);
    }
  } catch (error) {
    if (!(error instanceof UnreadableError || error instanceof EditError)) throw error;
  }
}

const drops = (symbol: number, newName: string) =>
  (['undefine', 'weaken'] as const).map((action) => [{ symbol, action, newName }]);

function readWholeObject(bytes: Uint8Array): void {
  const source = sourceOf(bytes);
  const content = readContent(source, countingSink(bytes.length));
  if (content.kind !== 'object') return;
  producersOf(source, content.info);
  try {
    dataOf(dataImageOf(readImage(source, content.info.format), content.info.format)).of('table');
    dataOf(readDataImage(source, content.info.format)).of('table');
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
  }
}

function readWholeArchive(bytes: Uint8Array): void {
  const { members, index, isThin } = readArchive(sourceOf(bytes));
  if (members.length * 60 > bytes.length) throw new Error('more members than headers');
  if (index !== null && index.length > bytes.length) throw new Error('more index entries than bytes');
  const beyond = members.find(({ dataOffset, size }) => !isThin && dataOffset + size > bytes.length);
  if (beyond) throw new Error(`member ${beyond.ordinal} goes past the end`);
}

const universalSeed = (): Uint8Array => {
  const [arm] = fixtures('objects/macho', /^everything-arm64\.o$/);
  const [intel] = fixtures('objects/macho', /^everything-x86_64\.o$/);
  return buildUniversal([
    { architecture: 'arm64', bytes: arm },
    { architecture: 'x86_64', bytes: intel },
  ]);
};
