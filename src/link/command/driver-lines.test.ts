import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { openLines } from '../line/open-lines.js';
import { findProfile } from '../linkers/find-profile.js';
import type { LinkerId } from '../linkers/linker-profile.js';
import { resolve } from '../resolve/resolve.js';
import { splitResponseFile } from './response-file.js';

/*
 * Lines that a compiler driver passes to its linker, as printed: start-up objects, folders, linker scripts instead of
 * libraries, shared libraries and archives of the system in groups. The members in the linkers' traces are compared.
 */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-driver-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static void *run(void *value) { printf("%f\\n", pow(*(double *)value, 0.5)); return 0; }
int main(int count, char **words) {
  double value = count; pthread_t thread;
  pthread_create(&thread, 0, run, &value); pthread_join(thread, 0);
  return atexit(0);
}
`;

/** The words behind the linker's name of the line that the driver would run. */
function linkerWords(gcc: string, options: readonly string[]): string[] {
  writeFileSync(join(folder, 'main.c'), SOURCE);
  execFileSync(gcc, ['-c', 'main.c', '-o', 'main.o'], { cwd: folder });
  const words = ['-###', ...options, 'main.o', '-lm', '-o', 'main'];
  const said = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', gcc, ...words], { cwd: folder, encoding: 'utf8' });
  const line = said.split('\n').find((row) => /(collect2|\/ld)\s/.test(row)) ?? '';
  // GNU ld's plugin for LTO is of one version of GCC; without LTO it does nothing.
  const [, ...rest] = splitResponseFile(line.trim());
  return rest.filter((word, at) => !/^-plugin/.test(word) && rest[at - 1] !== '-plugin');
}

/** `archive(member)` of each that a linker names when it is asked to trace: `(lib.a)m.o`, `lib.a(m.o)`. */
function tracedMembers(path: string, words: readonly string[]): string[] {
  const said = execFileSync(path, [...words, '-t', '-t'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const members = said.split('\n').flatMap((row) => {
    const [, inFront, member, archive, behind] = /^\(([^)]+\.a)\)(\S+)$|^(\S+\.a)\((\S+)\)$/.exec(row) ?? [];
    const path = inFront ?? archive;
    return path === undefined ? [] : [`${basename(path)}(${member ?? behind})`];
  });
  return [...new Set(members)].sort();
}

function simulatedMembers(words: readonly string[], linker: LinkerId): string[] {
  const profile = findProfile(linker);
  if (profile === null) throw new Error(linker);
  const here = process.cwd();
  process.chdir(folder);
  const { lines, close } = openLines(words, { program: 'ld.bfd' });
  try {
    const [{ inputs, line, skipped }] = lines;
    expect(skipped).toEqual([]);
    const graph = buildLinkGraph(inputs, line);
    const { loaded } = resolve(graph, line, profile, new Uint8Array(inputs.members.length));
    const members = loaded.flatMap((member) => {
      const { archive, name } = inputs.members[member];
      return archive < 0 ? [] : [`${basename(inputs.archives[archive].path)}(${name})`];
    });
    return members.sort();
  } finally {
    close();
    process.chdir(here);
  }
}

const LINKERS: readonly (readonly [string, LinkerId])[] = [
  ['ld.bfd', 'gnu-ld'],
  ['ld.gold', 'gold'],
  ['ld.lld-14', 'lld-14'],
  ['ld.lld-19', 'lld'],
];
const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['a static program', ['-static']],
  ['a program with shared libraries', []],
];

describe.each(KINDS)('%s of gcc', (_, options) => {
  for (const [linker, profile] of LINKERS)
    needsTool('gcc', linker)(
      `has the members that ${linker} takes`,
      ([gcc, path]) => {
        const words = linkerWords(gcc, options);
        const traced = tracedMembers(path, words);
        expect(traced.length).toBeGreaterThan(0);
        expect(simulatedMembers(words, profile)).toEqual(traced);
      },
      60_000,
    );
});
