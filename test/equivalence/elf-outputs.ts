import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputKind, Program } from './program.js';

/** An output of ELF linkers for a program. */
export interface ElfOutput extends OutputKind {
  readonly form: 'program' | 'position-independent' | 'shared' | 'relocatable';
  /** @returns the words that ask for it; files that they name go into the folder */
  words(program: Program, folder: string): readonly string[];
}

const listFile = (folder: string, name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const names = ({ exported }: Program): string => exported.map((name) => ` ${name};`).join('');

/** The table is found by symbols of the script alone. */
const TABLE_SCRIPT =
  'SECTIONS { .table : { table_start = .; KEEP(*(.table)) table_end = .; } } INSERT AFTER .data;\n';

const memberWith = ({ archives, world }: Program): string => {
  for (const { name, members } of archives)
    for (const member of members) if (world.units[member.unit].hasTable) return `*${name}:${member.name}`;
  return '*none.o';
};

export const elfOutputs: readonly ElfOutput[] = [
  { title: 'program', share: 30, form: 'program', words: () => [] },
  { title: 'position-independent program', share: 12, form: 'position-independent', words: () => ['-pie'] },
  {
    title: 'program that exports all',
    share: 10,
    form: 'program',
    looksUpNames: true,
    words: () => ['--export-dynamic'],
  },
  {
    title: 'program with a dynamic list',
    share: 6,
    form: 'program',
    looksUpNames: true,
    words: (program, folder) => [
      `--dynamic-list=${listFile(folder, 'dynamic.list', `{${names(program)} };\n`)}`,
    ],
  },
  {
    title: 'program that exports names',
    share: 6,
    form: 'program',
    looksUpNames: true,
    // GNU ld from 2.35, LLD from 11, gold and mold.
    words: ({ exported }) => exported.map((name) => `--export-dynamic-symbol=${name}`),
  },
  { title: 'shared library', share: 14, form: 'shared', words: () => ['-shared'] },
  {
    title: 'shared library with a version script',
    share: 8,
    form: 'shared',
    words: (program, folder) => [
      '-shared',
      `--version-script=${listFile(folder, 'versions', `V1 { global: run;${names(program)} local: *; };\n`)}`,
    ],
  },
  {
    title: 'shared library with versions of names',
    share: 5,
    form: 'shared',
    words: (program, folder) => [
      '-shared',
      `--version-script=${listFile(folder, 'versions', `V0 { };\nV1 { global: run;${names(program)} local: *; } V0;\nV2 { } V1;\n`)}`,
    ],
  },
  { title: 'relocatable object', share: 8, form: 'relocatable', words: () => ['-r'] },
  {
    title: 'program with a linker script',
    share: 8,
    form: 'program',
    linkers: /bfd|lld/,
    hasTable: true,
    words: (_, folder) => ['-T', listFile(folder, 'table.lds', TABLE_SCRIPT)],
  },
  {
    title: 'program with a linker script that names a member',
    share: 8,
    form: 'program',
    linkers: /bfd|lld/,
    hasTable: true,
    words: (program, folder) => [
      '-T',
      listFile(
        folder,
        'table.lds',
        TABLE_SCRIPT.replace('KEEP(*(.table))', `KEEP(${memberWith(program)}(.table)) KEEP(*(.table))`),
      ),
    ],
  },
];

export const elfOptions: readonly { readonly words: readonly string[]; readonly share: number }[] = [
  { words: ['--gc-sections'], share: 0.12 },
  { words: ['-u', 'u1_g'], share: 0.06 },
  { words: ['-u', 'u4_weak'], share: 0.04 },
  { words: ['--as-needed'], share: 0.05 },
  { words: ['-z', 'now'], share: 0.05 },
];
