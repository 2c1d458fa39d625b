import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { materialise } from '../../test/builders/materialise.js';
import { needsTool, tool } from '../../test/oracles/tools.js';
import { ByteSource } from '../bytes/byte-source.js';
import type { StoredArchive } from './archive.js';
import { entriesOf, type IndexEntries } from './index-entries.js';
import { latin1 } from './member-header.js';
import { readArchive } from './read-archive.js';
import { layOutArchive } from './write-archive.js';

/** In an order that is not that of their names. The long one defines `beta` again, `nothing.o` defines nothing. */
const OBJECTS = ['beta.o', 'a_name_of_some_length.o', 'nothing.o', 'alpha.o'] as const;
const SUBSETS = [[0], [1], [2], [3], [0, 3], [1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2, 3]];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ardedup-'));
  cpSync(fileURLToPath(new URL('../../fixtures/archives/objects', import.meta.url)), folder, {
    recursive: true,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Has a tool make an archive of objects, from the folder that holds those of each format. */
type Make = (objects: readonly string[]) => Uint8Array;

let made = 0;
function makeWith(path: string, args: readonly string[], format: string): Make {
  return (objects) => {
    const out = join(folder, `made-${made++}.a`);
    const files = objects.map((name) => join(format, name));
    const command = args.map((arg) => arg.replace('OUT', out));
    execFileSync(path, [...command, ...files], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    return readFileSync(out);
  };
}

const read = (bytes: Uint8Array) => readArchive(ByteSource.of('lib.a', bytes));

/** COFF's first linker member has the order of the symbol tables; the second is sorted. */
function indexRows({ firstIndex, index: stored }: StoredArchive): [string, number][] {
  const index = firstIndex ?? stored;
  if (index === null) return [];
  return Array.from(index.ordinal, (ordinal, row) => [
    latin1(index.names.subarray(index.nameStart[row], index.nameEnd[row])),
    ordinal,
  ]);
}

/** The tool's entries for each object, from an archive of only that object, so that no member hides another's names. */
function entries(make: Make): IndexEntries {
  const rows = OBJECTS.flatMap((name, ordinal) =>
    indexRows(read(make([name]))).map(([symbol]) => [symbol, ordinal] as const),
  );
  return entriesOf(
    rows.map(([symbol]) => Buffer.from(symbol)),
    rows.map(([, ordinal]) => ordinal),
  );
}

/** Dropping members gives what the tool makes of those that are left, byte for byte or in what `same` asks. */
function expectSameAs(
  make: Make,
  same: (ours: Uint8Array, theirs: Uint8Array, kept: readonly number[]) => void,
): void {
  const archive = read(make(OBJECTS));
  expect(archive.members.map(({ name }) => basename(name))).toEqual(OBJECTS);
  const listed = entries(make);
  for (const kept of SUBSETS) {
    const ours = materialise(layOutArchive(archive, kept, listed), archive.source);
    same(ours, make(kept.map((ordinal) => OBJECTS[ordinal])), kept);
  }
}

const expectSameBytes = (ours: Uint8Array, theirs: Uint8Array, kept: readonly number[]) => {
  if (Buffer.compare(ours, theirs) !== 0) expect(latin1(ours), `kept ${kept}`).toBe(latin1(theirs));
};

const LLVM = ['llvm-ar-14', 'llvm-ar-19', 'llvm-ar-22'];
const FORMATS = { gnu: 'elf', bsd: 'elf', darwin: 'macho', coff: 'coff' } as const;

describe.each(Object.entries(FORMATS))('--format=%s', (format, objects) => {
  for (const name of LLVM.filter((name) => format !== 'coff' || name !== 'llvm-ar-14')) {
    needsTool(name)(
      `dropping members is as if ${name} had never had them`,
      ([ar]) => {
        expectSameAs(makeWith(ar, ['rc', `--format=${format}`, 'OUT'], objects), expectSameBytes);
      },
      60_000,
    );
  }

  needsTool('llvm-ar-19|llvm-ar')('llvm-ar lists and prints what we wrote', ([ar]) => {
    const archive = read(makeWith(ar, ['rc', `--format=${format}`, 'OUT'], objects)(OBJECTS));
    const listed = entries(makeWith(ar, ['rc', `--format=${format}`, 'OUT'], objects));
    const path = join(folder, `ours-${format}.a`);
    const ours = materialise(layOutArchive(archive, [1, 3], listed), archive.source);
    writeFileSync(path, ours);
    expect(execFileSync(ar, ['t', path], { encoding: 'utf8' })).toBe('a_name_of_some_length.o\nalpha.o\n');
    for (const name of ['a_name_of_some_length.o', 'alpha.o']) {
      const printed = execFileSync(ar, ['p', path, name]);
      expect(Buffer.compare(printed, readFileSync(join(folder, objects, name)))).toBe(0);
    }
  });
});

/** On macOS `ar` is another one; then the name that is reported as missing says so. */
const isGnu = /^GNU ar/.test(spawnSync(tool('ar') ?? 'ar', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const GNU_AR = isGnu ? 'ar' : 'gnu-ar';

describe('GNU layout', () => {
  for (const name of LLVM) {
    needsTool(name)(
      `thin archives of ${name}`,
      ([ar]) => {
        expectSameAs(makeWith(ar, ['rcDT', 'OUT'], 'elf'), expectSameBytes);
      },
      60_000,
    );
  }

  // Of an index that becomes empty, LLVM's form is written: three NULs more than GNU ar's.
  const expectSameButEmptyIndex = (ours: Uint8Array, theirs: Uint8Array, kept: readonly number[]) => {
    const isEmpty = kept.length === 1 && OBJECTS[kept[0]] === 'nothing.o';
    if (isEmpty) expect(read(ours).index).toMatchObject({ length: 0 });
    else expectSameBytes(ours, theirs, kept);
  };

  needsTool(GNU_AR)(
    'dropping members is as if GNU ar had never had them',
    ([ar]) => {
      expectSameAs(makeWith(ar, ['rcD', 'OUT'], 'elf'), expectSameButEmptyIndex);
    },
    60_000,
  );

  needsTool(GNU_AR)(
    'thin archives of GNU ar',
    ([ar]) => {
      expectSameAs(makeWith(ar, ['rcDT', 'OUT'], 'elf'), expectSameButEmptyIndex);
    },
    60_000,
  );

  needsTool(GNU_AR)(
    'without an index there is none',
    ([ar]) => {
      expectSameAs(makeWith(ar, ['rcDS', 'OUT'], 'elf'), expectSameBytes);
    },
    60_000,
  );
});

describe('llvm-lib', () => {
  for (const name of ['llvm-lib-14', 'llvm-lib-19', 'llvm-lib-22']) {
    needsTool(name)(
      `dropping members is as if ${name} had never had them`,
      ([lib]) => {
        const make = makeWith(lib, ['/out:OUT'], 'coff');
        // Later ones put the last object first, as lib.exe does.
        const reverses = read(make(OBJECTS)).members[0].name.endsWith(OBJECTS[3]);
        expectSameAs((objects) => make(reverses ? [...objects].reverse() : objects), expectSameBytes);
      },
      60_000,
    );
  }
});

/** Names and contents as the npm package `ar-async` reads them, in a process of its own: it can loop for ever. */
function readWithArAsync(path: string): { name: string; content: string }[] {
  const script = `
    const { ArReader } = require(${JSON.stringify(createRequire(import.meta.url).resolve('ar-async'))});
    const found = [];
    const reader = new ArReader(${JSON.stringify(path)});
    reader.on('entry', (entry, next) => {
      const chunks = [];
      entry.fileData().on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        found.push({ name: entry.fileName(), content: Buffer.concat(chunks).toString('base64') });
        next();
      });
    });
    reader.on('error', (error) => { throw error; });
    reader.on('close', () => process.stdout.write(JSON.stringify(found)));`;
  const run = spawnSync(process.execPath, ['--no-deprecation', '-e', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

describe('ar-async, a second opinion', () => {
  for (const format of ['gnu', 'bsd'] as const) {
    needsTool('llvm-ar-19|llvm-ar')(
      `--format=${format}`,
      ([ar]) => {
        const path = join(folder, `second-${format}.a`);
        execFileSync(ar, ['rc', `--format=${format}`, path, ...OBJECTS], { cwd: join(folder, 'elf') });
        const { members, source } = read(readFileSync(path));
        const ours = members.map(({ name, dataOffset, size }) => ({
          name,
          content: Buffer.from(source.view(dataOffset, size, 'data').bytes).toString('base64'),
        }));
        // It calls the GNU index ''.
        const theirs = readWithArAsync(path).filter(({ name }) => name !== '' && name !== '__.SYMDEF');
        expect(theirs).toEqual(ours);
      },
      30_000,
    );
  }
});
