import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, THIN, text } from '../builders/build-archive.js';
import { buildUniversal } from '../builders/build-universal.js';
import { FORMATS, formatOf, founding, requireNothing, runCleanly } from './command-run.js';
import { fixtures, fixturesFolder } from './fixtures.js';
import type { FuzzTarget } from './target.js';

/** Archives of every format and kind. */
const archiveSeeds = (): Uint8Array[] => {
  const [machO] = fixtures('founding/macho', /pinned\.a$/);
  return [
    ...FORMATS.flatMap((format) => fixtures(`founding/${format}`, /pinned\.a$/)),
    buildUniversal([{ architecture: 'arm64', bytes: machO }]),
    // A thin archive; the member is a file in the same folder.
    build(THIN, [{ field: 'main.o/', data: text(''), size: 1448 }]),
  ];
};

/** Whole commands on files that are made up: one line of error and exit code 2, or a result. */
export const commandTargets: readonly FuzzTarget[] = [
  {
    name: 'check',
    seeds: archiveSeeds,
    run: async (bytes) => {
      const folder = founding(formatOf(bytes));
      writeFileSync(folder.at('x.a'), bytes);
      await runCleanly(['check', ...folder.line]);
      await runCleanly(['inspect', '-m', folder.at('x.a')]);
    },
  },
  {
    name: 'trim',
    seeds: archiveSeeds,
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
