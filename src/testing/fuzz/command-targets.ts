import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderState } from '../folder-state.js';
import { runMain } from '../run-main.js';
import { fixtures, fixturesFolder } from './fixtures.js';
import type { FuzzTarget } from './target.js';

const FORMATS = ['elf', 'macho', 'coff', 'wasm'] as const;

/** Whole commands on files that are made up: one line of error and exit code 2, or a result. */
export const commandTargets: readonly FuzzTarget[] = [
  {
    name: 'check',
    seeds: () => FORMATS.flatMap((format) => fixtures(`founding/${format}`, /pinned\.a$/)),
    run: async (bytes) => {
      const folder = founding(formatOf(bytes));
      writeFileSync(folder.at('x.a'), bytes);
      await runCleanly(['check', ...folder.line]);
      await runCleanly(['inspect', '-m', folder.at('x.a')]);
    },
  },
  {
    name: 'trim',
    seeds: () => FORMATS.flatMap((format) => fixtures(`founding/${format}`, /pinned\.a$/)),
    run: async (bytes) => {
      const folder = founding(formatOf(bytes));
      writeFileSync(folder.at('x.a'), bytes);
      const [plan, out] = [folder.at('out/plan.json'), folder.at('out')];
      rmSync(out, { recursive: true, force: true });
      const args = ['trim', '--provider', folder.at('libstdlib.a'), '--out-dir', out, '--plan', plan];
      const exitCode = await runCleanly([...args, ...folder.line]);
      if (Buffer.compare(readFileSync(folder.at('x.a')), bytes) !== 0)
        throw new Error('the input was changed');
      if (exitCode === 2) requireNothing(folder.at('out'));
      else if ((await runCleanly(['verify', plan])) !== 0) throw new Error('what trim wrote is not proved');
    },
  },
  {
    name: 'plan',
    seeds: () => [planSeed()],
    words: [
      'null',
      '{}',
      '[]',
      '-1',
      '1e999',
      '"drop"',
      '"rewrittenLine":null',
      '"openWorld":true',
      '@',
      '-arch',
    ],
    run: async (bytes) => {
      const folder = founding('elf');
      const [plan, out] = [folder.at('plan.json'), folder.at('out')];
      writeFileSync(plan, Buffer.from(bytes).toString().replaceAll('{AT}', folder.path));
      await runCleanly(['verify', plan]);
      rmSync(out, { recursive: true, force: true });
      if ((await runCleanly(['apply', '--out-dir', out, plan])) === 2) requireNothing(out);
    },
  },
];

type Format = (typeof FORMATS)[number];

const formatOf = (bytes: Uint8Array): Format => {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.includes('\x7fELF')) return 'elf';
  if (text.includes('\0asm')) return 'wasm';
  return text.includes('\xcf\xfa\xed\xfe') ? 'macho' : 'coff';
};

interface Founding {
  readonly path: string;
  readonly at: (name: string) => string;
  readonly line: readonly string[];
}

const folders = new Map<Format, Founding>();

/** A folder with a program and a provider, and a line for an archive `x.a` between them; removed at the end. */
function founding(format: Format): Founding {
  const known = folders.get(format);
  if (known) return known;
  const path = mkdtempSync(join(tmpdir(), 'ardedup-fuzz-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  const at = (name: string) => join(path, name);
  for (const name of ['main.o', 'libstdlib.a', 'libext_pinned.a'])
    copyFileSync(join(fixturesFolder(), 'founding', format, name), at(name));
  const made = { path, at, line: [at('main.o'), at('x.a'), at('libstdlib.a')] };
  folders.set(format, made);
  return made;
}

function requireNothing(path: string): void {
  let state: Record<string, string>;
  try {
    state = folderState(path);
  } catch {
    return;
  }
  if (Object.keys(state).length > 0) throw new Error(`refused, and wrote ${Object.keys(state).join(', ')}`);
}

/** @returns the exit code @throws when it ended otherwise than a command may */
async function runCleanly(args: readonly string[]): Promise<number> {
  const { exitCode, out, error } = await runMain(args);
  if (![0, 1, 2].includes(exitCode)) throw new Error(`exit code ${exitCode}`);
  const isRefusal = /^ardedup: [^\n]+\n$/.test(error) && out === '';
  if (exitCode === 2 ? !isRefusal : error !== '') throw new Error(`printed ${JSON.stringify(error)}`);
  return exitCode;
}

/** A plan as `trim` saves it, with `{AT}` for the folder, without the lines that no reader of it asks for. */
function planSeed(): Uint8Array {
  const line = ['{AT}/main.o', '{AT}/libext_pinned.a', '{AT}/libstdlib.a'];
  const inputs = line.map((path) => {
    const bytes = readFileSync(path.replace('{AT}', join(fixturesFolder(), 'founding', 'elf')));
    return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const archive = (path: string, dropped: number) => ({
    ...{ path, members: 2, dropped, output: null },
    ...{ duplicatesBefore: dropped, duplicatesAfter: 0 },
  });
  return Buffer.from(
    JSON.stringify({
      format: 'ardedup-plan',
      formatVersion: 1,
      program: 'ld',
      line,
      rewrittenLine: line,
      inputs,
      openWorld: false,
      providers: [line[2]],
      owners: [line[2]],
      archives: [archive(line[1], 0), archive(line[2], 1)],
      members: [
        { archive: 0, ordinal: 0, name: 'x.o', decision: 'keep', reason: 'owner' },
        {
          ...{ archive: 1, ordinal: 0, name: 'y.o', decision: 'drop' },
          ...{ evidence: 'declared', twin: { archive: 0, ordinal: 0 }, origin: { crate: 'z' } },
        },
      ],
      links: [{ linker: 'gnu-ld', line: 'as-given' }],
    }),
  );
}
