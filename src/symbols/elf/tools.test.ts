import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import {
  isAbsolute,
  isCommon,
  isLocalState,
  isReference,
  isUnique,
  isWeak,
  kindName,
  visibilityName,
} from '../flags.js';
import { readContent } from '../formats.js';
import { type SymbolTable, SymbolTableBuilder } from '../table.js';

/** Our rows against what `readelf -sW` prints, for every symbol that is not local. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-elf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../../fixtures/objects/elf/', import.meta.url));

function read(label: string, bytes: Uint8Array): SymbolTable {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of(label, bytes), builder);
  if (content.kind !== 'object') throw new Error(`${label}: ${content.kind}`);
  return builder.finish();
}

const TYPES: Record<string, string> = {
  FUNC: 'function',
  OBJECT: 'data',
  COMMON: 'data',
  TLS: 'tls',
  IFUNC: 'ifunc',
};
const VISIBILITIES: Record<string, string> = { HIDDEN: 'hidden', INTERNAL: 'hidden', PROTECTED: 'protected' };
/** `  12: 0000000000000000    24 OBJECT  GLOBAL DEFAULT  COM tentative` */
const ROW =
  /^ *\d+: ([0-9a-f]+) +(0x[0-9a-f]+|\d+) (\S+) +(GLOBAL|WEAK|UNIQUE) +(\S+) +(?:\[[^\]]*\] +)?(\S+)(?: (.*))?$/;

/** One line for each linkage symbol of each file that `readelf` lists, by the file's title there. */
function readelf(path: string, program: string, paths: string[]): Map<string, string[]> {
  const listed = execFileSync(program, ['-sW', ...paths], {
    maxBuffer: 1 << 30,
    encoding: 'latin1',
    stdio: 'pipe',
  });
  const files = new Map<string, string[]>();
  let lines: string[] = [];
  files.set(path, lines);
  for (const line of listed.split('\n')) {
    const title = /^File: (.*)$/.exec(line);
    if (title) {
      lines = [];
      files.set(`${title[1]}#${files.size}`, lines);
      continue;
    }
    const row = ROW.exec(line);
    if (row === null || !row[7]) continue;
    const [, value, size, type, binding, visibility, place, rawName] = row;
    const name = rawName.replace(/ +\(\d+\)$/, '').replace(/ *\[[^\]]*\]$/, '');
    const isPlaced = /^\d+$/.test(place);
    lines.push(
      [
        name,
        binding,
        TYPES[type] ?? 'none',
        VISIBILITIES[visibility] ?? 'default',
        isPlaced ? `section ${place}` : place,
        place === 'UND' ? 0 : Number(size),
        place === 'COM' ? Number.parseInt(value, 16) : 0,
      ].join(' '),
    );
  }
  return files;
}

function ours(symbols: SymbolTable): string[] {
  const lines: string[] = [];
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    const flags = symbols.flags[symbol];
    if (isLocalState(flags)) continue;
    const section = symbols.section[symbol];
    const place = isReference(flags)
      ? 'UND'
      : isCommon(flags)
        ? 'COM'
        : isAbsolute(flags)
          ? 'ABS'
          : `section ${section}`;
    lines.push(
      [
        symbols.names.text(symbols.name[symbol]),
        isWeak(flags) ? 'WEAK' : isUnique(flags) ? 'UNIQUE' : 'GLOBAL',
        kindName(flags),
        visibilityName(flags),
        place,
        symbols.size[symbol],
        isCommon(flags) ? 2 ** symbols.alignment[symbol] : 0,
      ].join(' '),
    );
  }
  return lines;
}

describe('as readelf', () => {
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.o'))) {
    needsTool('readelf')(`reads ${name}`, ([program]) => {
      const path = join(fixtures, name);
      expect(ours(read(name, readFileSync(path)))).toEqual(readelf(path, program, [path]).get(path));
    });
  }

  needsTool('readelf', 'as')(
    'reads more sections than the header can count',
    ([program, as]) => {
      const source = join(folder, 'many.s');
      const object = join(folder, 'many.o');
      const lines = ['.globl elsewhere'];
      // The last sections have numbers that only SHT_SYMTAB_SHNDX can hold; that of the name table is in section 0.
      for (let at = 0; at < 0xff10; at++) {
        lines.push(`.section .data.v${at},"aw"`, `.globl v${at}`, `v${at}: .byte 1`);
      }
      lines.push(
        '.section .text.f,"axG",@progbits,f,comdat',
        '.weak f',
        'f: call elsewhere',
        'local_state = .',
      );
      lines.push('.section .bss.unnamed,"aw",@nobits', '.zero 8');
      writeFileSync(source, `${lines.join('\n')}\n`);
      execFileSync(as, ['-o', object, source]);
      const symbols = read('many.o', readFileSync(object));
      expect(ours(symbols)).toEqual(readelf(object, program, [object]).get(object));
      const names = Array.from(symbols.name, (name) => symbols.names.text(name));
      expect(names).toContain('.bss.unnamed');
      expect(symbols.groups.map(({ signature }) => symbols.names.text(signature))).toEqual(['f']);
      expect(symbols.group[names.indexOf('f')]).toBe(0);
    },
    60_000,
  );
});

/** The members of a GNU archive, in order. */
function members(archive: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 8; at + 60 <= archive.length; ) {
    const header = Buffer.from(archive.subarray(at, at + 60)).toString('latin1');
    const size = Number(header.slice(48, 58));
    if (!/^\/(\/|SYM64\/| ) /.test(header)) found.push(archive.subarray(at + 60, at + 60 + size));
    at += 60 + size + (size & 1);
  }
  return found;
}

const LIBRARY =
  /^lib(c|m-2\.36|stdc\+\+|gcc|gcc_eh|supc\+\+|pthread|dl|ssl|crypto|z|LLVMSupport|LLVMCore|clang_rt.*)\.a$/;
const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/gcc/x86_64-linux-gnu/12', '/usr/lib/llvm-14/lib'];

function libraries(): string[] {
  return folders.flatMap((from) => {
    try {
      return readdirSync(from)
        .filter((name) => LIBRARY.test(name))
        .map((name) => join(from, name));
    } catch {
      return [];
    }
  });
}

describe('libraries of this machine, as readelf', () => {
  for (const path of libraries()) {
    needsTool('readelf')(
      path,
      ([program]) => {
        const listed = [...readelf(path, program, [path])].slice(1);
        const objects = members(readFileSync(path));
        expect(listed.length).toBe(objects.length);
        for (let member = 0; member < objects.length; member++) {
          const [title, lines] = listed[member];
          expect(ours(read(title, objects[member])), title).toEqual(lines);
        }
      },
      120_000,
    );
  }
});
