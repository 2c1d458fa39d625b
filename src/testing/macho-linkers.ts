import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagsOf, sizeOf } from '../link/notation.js';
import { fileOf, type NotedLink, type NotedMember, type NotedSymbol } from '../link/notation-text.js';
import { isDefined } from '../symbols/symbol-flags.js';
import { commonOf, type LinkAnswer } from './link-answer.js';
import { labelsOf } from './real-linkers.js';
import { writeDarwinArchive } from './write-archive.js';

/** Objects for Mach-O from members in the notation, by way of assembly, and what LLD for Mach-O makes of them. */

/** @param clang any clang: it has all targets' assemblers */
export function writeMachoFiles(link: NotedLink, folder: string, clang: string): void {
  const objects = link.members.map((member, at) => {
    const path = join(folder, `object${at}.o`);
    const input = assemblyOf(member);
    execFileSync(clang, ['-target', 'arm64-apple-macos11', '-c', '-x', 'assembler', '-', '-o', path], {
      input,
    });
    return readFileSync(path);
  });
  for (const file of new Set([...link.members.map(fileOf), ...link.indexes.keys()])) {
    const own = [...link.members.entries()].filter(([, member]) => fileOf(member) === file);
    if (own[0]?.[1].archive === null) writeFileSync(join(folder, file), objects[own[0][0]]);
    else {
      const made = own.map(([at, { name }]) => ({ name, data: objects[at] }));
      const entries = own.flatMap(([, { symbols }], ordinal) =>
        symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
      );
      const index = link.indexes.has(file) ? (link.indexes.get(file) ?? null) : entries;
      writeFileSync(join(folder, file), writeDarwinArchive(made, index));
    }
  }
}

function assemblyOf({ symbols }: NotedMember): string {
  const rows = symbols.map((symbol) => rowsOf(symbol).join('\n'));
  return ['.data', '.p2align 3', '.quad 0', ...rows, '.subsections_via_symbols', ''].join('\n');
}

function rowsOf(symbol: NotedSymbol): string[] {
  const { letter, marks } = symbol;
  const name = JSON.stringify(symbol.name);
  if (letter === 'C') return [`.comm ${name},${sizeOf(symbol)},${marks.get('align') ?? 3}`];
  const reference = ['.data', '.p2align 3', `.quad ${name}`];
  if (letter === 'U') return reference;
  if (letter === 'w') return [`.weak_reference ${name}`, ...reference];
  const scope = marks.has('hidden') ? [`.private_extern ${name}`] : [];
  const weak = marks.has('autohide') ? [`.weak_def_can_be_hidden ${name}`] : [`.weak_definition ${name}`];
  const slot = marks.has('init')
    ? ['.section __DATA,__mod_init_func,mod_init_funcs', '.p2align 3', `.quad ${name}`]
    : [];
  return [
    'TWti'.includes(letter) ? '.text' : '.data',
    `.p2align ${Math.max(3, Number(marks.get('align') ?? 3))}`,
    ...('dbrt'.includes(letter) ? [] : [`.globl ${name}`]),
    ...scope,
    ...('WV'.includes(letter) ? weak : []),
    `${name}:`,
    `.space ${Math.max(8, sizeOf(symbol))}`,
    ...slot,
  ];
}

/**
 * What ld64.lld does with the line. It cannot be told to allow duplicates: where there are any, nobody wins.
 * @param linker path of a program called ld64.lld
 */
export function askMachoLld(linker: string, link: NotedLink, folder: string): LinkAnswer {
  const map = join(folder, 'out.map');
  rmSync(map, { force: true });
  const target = ['-arch', 'arm64', '-platform_version', 'macos', '11.0', '11.0'];
  const args = [
    ...target,
    '-dylib',
    '-flat_namespace',
    '-undefined',
    'warning',
    '-t',
    '-map',
    map,
    '-o',
    join(folder, 'out'),
  ];
  const { stdout, stderr } = spawnSync(linker, [...args, ...link.words], { cwd: folder, encoding: 'utf8' });
  const labels = new Set(labelsOf(link));
  const members = [...new Set(stdout.split('\n').filter((row) => labels.has(row)))];
  const allOf = (pattern: RegExp) =>
    [...new Set([...stderr.matchAll(pattern)].map(([, name]) => name))].sort();
  return {
    members,
    winners: winnersIn(map, link, members),
    clashes: allOf(/duplicate symbol: (\S+)$/gm),
    undefined: allOf(/undefined symbol: (\S+)$/gm),
  };
}

/** Symbols of the map, whose files are numbered in the order in which they were read. */
function winnersIn(map: string, link: NotedLink, members: readonly string[]): Map<string, string> {
  const winners = new Map<string, string>();
  if (!existsSync(map)) return winners;
  const labels = labelsOf(link);
  const rows = new Map(
    link.members.flatMap(({ symbols }, at) =>
      symbols.map((symbol) => [`${labels[at]} ${symbol.name}`, symbol] as const),
    ),
  );
  const text = readFileSync(map, 'utf8');
  for (const [, number, name] of text.matchAll(/^0x[0-9A-F]+\s+(?:0x[0-9A-F]+\s+)?\[\s*(\d+)\] (\S+)$/gm)) {
    const file = members[Number(number) - 1];
    const row = rows.get(`${file} ${name}`);
    if (row === undefined || 'dbrt'.includes(row.letter)) continue;
    winners.set(name, row.letter === 'C' ? commonOf(sizeOf(row)) : file);
  }
  return winners;
}
