import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { materialise } from '../../../test/builders/materialise.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { readArchive } from '../../archive/read-archive.js';
import { layOutArchive } from '../../archive/write-archive.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { checkIndex } from '../inputs/archive-index.js';
import { readInputs } from '../inputs/read-inputs.js';

/**
 * Written archives, complete and without a member: linkers make the same output as with the archive that the tool made
 * of the same members, and llvm-nm and llvm-ar list the same index and members.
 */

const OBJECTS = join(import.meta.dirname, '../../../fixtures/archives/objects');
const folder = mkdtempSync(join(tmpdir(), 'ardedup-rewritten-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = ['beta.o', 'nothing.o', 'a_name_of_some_length.o', 'alpha.o'];
/** Without the second definition of `beta`. */
const KEPT = [0, 1, 3];

const ELF = ['ld.bfd', 'ld.gold', 'mold', 'ld.lld-14', 'ld.lld-22'];
const elfLink = ['-shared', '-m', 'elf_x86_64', '-u', 'alpha', '-u', 'common', '--build-id=none'];
const MACHO = ['ld64.lld-14', 'ld64.lld-22'];
const machoLink = [
  ...['-arch', 'x86_64', '-platform_version', 'macos', '11', '11', '-dylib', '-flat_namespace', '-S'],
  ...['-undefined', 'suppress', '-install_name', 'x', '-u', '_alpha', '-u', '_common'],
];
const lldLink = [
  ...['/dll', '/noentry', '/machine:x64', '/Brepro', '/force:unresolved'],
  ...['/export:alpha', '/include:common'],
];

interface Kind {
  readonly format: 'elf' | 'macho' | 'coff';
  readonly make: readonly [string, ...string[]];
  /** Makes llvm-ar write offsets of 64 bits. */
  readonly isWide?: boolean;
  readonly linkers: readonly string[];
  readonly args: readonly string[];
}

const KINDS: Record<string, Kind> = {
  gnu: { format: 'elf', make: ['llvm-ar-19', 'rcD', '--format=gnu'], linkers: ELF, args: elfLink },
  gnu64: {
    format: 'elf',
    make: ['llvm-ar-19', 'rcD', '--format=gnu'],
    isWide: true,
    linkers: ELF,
    args: elfLink,
  },
  'gnu thin': { format: 'elf', make: ['llvm-ar-19', 'rcD', '--thin'], linkers: ELF, args: elfLink },
  // Of these, LLD alone reads BSD's table in an ELF link.
  bsd: {
    format: 'elf',
    make: ['llvm-ar-19', 'rcD', '--format=bsd'],
    linkers: ['ld.lld-14', 'ld.lld-22', 'mold'],
    args: elfLink,
  },
  darwin: {
    format: 'macho',
    make: ['llvm-ar-19', 'rcD', '--format=darwin'],
    linkers: MACHO,
    args: machoLink,
  },
  darwin64: {
    format: 'macho',
    make: ['llvm-ar-19', 'rcD', '--format=darwin'],
    isWide: true,
    linkers: MACHO,
    args: machoLink,
  },
  coff: {
    format: 'coff',
    make: ['llvm-ar-19', 'rcD', '--format=coff'],
    linkers: ['lld-link-14', 'lld-link-22'],
    args: lldLink,
  },
  'gnu, COFF': {
    format: 'coff',
    make: ['x86_64-w64-mingw32-ar', '--plugin', '/dev/null', 'rcD'],
    linkers: ['x86_64-w64-mingw32-ld'],
    args: ['-r', '-u', 'alpha', '-u', 'common'],
  },
};

/** A folder of its own for each archive, so that commands and outputs have the same words. */
function place(title: string, bytes: Uint8Array | null, format: string): string {
  const here = join(folder, title.replace(/\W/g, '_'));
  mkdirSync(here, { recursive: true });
  for (const name of FILES) writeFileSync(join(here, name), readFileSync(join(OBJECTS, format, name)));
  if (bytes !== null) writeFileSync(join(here, 'lib.a'), bytes);
  return here;
}

const kindOf = (here: string): string =>
  readArchive(ByteSource.of('lib.a', readFileSync(join(here, 'lib.a')))).kind;

function rewrite(here: string, kept: readonly number[]): Uint8Array {
  const source = ByteSource.of('lib.a', readFileSync(join(here, 'lib.a')));
  const openSibling = (name: string) => ByteSource.of(name, readFileSync(join(here, name)));
  const { inputs } = readInputs([{ path: 'lib.a', key: 'lib.a', source, openSibling }]);
  const [archive] = inputs.archives;
  return materialise(layOutArchive(archive.stored, kept, checkIndex(inputs, archive).entries), source);
}

describe.each(Object.entries(KINDS))('%s', (title, { format, make, isWide, linkers, args }) => {
  const env = { ...process.env, ...(isWide ? { SYM64_THRESHOLD: '1' } : {}) };
  const made = (tool: string, name: string, files: readonly string[]): string => {
    const here = place(`${title} ${name}`, null, format);
    rmSync(join(here, 'lib.a'), { force: true });
    execFileSync(tool, [...make.slice(1), 'lib.a', ...files], { cwd: here, env, stdio: 'pipe' });
    return here;
  };
  for (const linker of linkers) {
    needsTool(
      make[0],
      linker,
      'llvm-nm-19|llvm-nm',
      'llvm-ar-19|llvm-ar',
    )(`${linker} links what we write as what the tool makes`, ([tool, program, nm, ar]) => {
      const whole = made(tool, `${linker} whole`, FILES);
      expect(kindOf(whole)).toBe(title.split(/[ ,]/)[0]);
      for (const [name, kept] of [
        ['all', [0, 1, 2, 3]],
        ['some', KEPT],
      ] as const) {
        const ours = place(`${title} ${linker} ours ${name}`, rewrite(whole, kept), format);
        const theirs = made(
          tool,
          `${linker} ${name}`,
          kept.map((at) => FILES[at]),
        );
        const [one, other] = [ours, theirs].map((here) => {
          const out = linker.startsWith('lld-link') ? ['/out:out'] : ['-o', 'out'];
          execFileSync(program, [...out, ...args, 'lib.a'], { cwd: here, stdio: 'pipe' });
          const say = (path: string, ...words: string[]) =>
            execFileSync(path, [...words, 'lib.a'], { cwd: here, encoding: 'latin1', stdio: 'pipe' });
          return {
            linked: readFileSync(join(here, 'out')).toString('latin1'),
            armap: say(nm, '--print-armap'),
            members: say(ar, 't'),
          };
        });
        expect(one.members).toBe(other.members);
        expect(one.armap).toBe(other.armap);
        expect(one.armap).toContain('alpha in alpha.o');
        expect(one.linked === other.linked, `${name}: the same output`).toBe(true);
        expect(one.linked).toContain('alpha');
      }
    });
  }
});
