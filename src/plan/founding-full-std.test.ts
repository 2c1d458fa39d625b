import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { needsTool, tool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import type { PlanReport } from '../report/plan/plan-report.js';

/** Archives with all of std, 300 members each, made by the rustc that is here: fixtures/founding/README.md. */
const BUILD = join(import.meta.dirname, '../../fixtures/founding/full-std/build.sh');
const PATIENCE = 300_000;

let folder: string | null = null;
/** Builds the archives once, in the first test that needs them. */
function built(): string {
  if (folder === null) {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-full-std-'));
    execFileSync('bash', [BUILD, folder], { stdio: 'pipe' });
  }
  return folder;
}
afterAll(() => {
  if (folder !== null) rmSync(folder, { recursive: true });
});
const at = (name: string) => join(built(), name);
const archive = (name: string) => at(`lib${name}.a`);

interface Linker {
  readonly title: string;
  readonly profile: string;
  /** The program that must be installed, besides rustc and cc. */
  readonly program: string;
  /** How cc is told to use it. */
  driver(): string[];
}
const LINKERS: readonly Linker[] = [
  { title: 'GNU ld', profile: 'gnu-ld', program: 'ld.bfd', driver: () => ['-fuse-ld=bfd'] },
  { title: 'gold', profile: 'gold', program: 'ld.gold', driver: () => ['-fuse-ld=gold'] },
  {
    title: 'LLD 14',
    profile: 'lld-14',
    program: 'ld.lld-14',
    driver: () => ['-fuse-ld=lld', '-B/usr/lib/llvm-14/bin'],
  },
  { title: 'mold', profile: 'mold', program: 'mold', driver: () => ['-fuse-ld=mold'] },
  {
    title: 'rust-lld',
    profile: 'lld',
    program: 'rustc',
    driver: () => {
      const library = execFileSync('rustc', ['--print', 'target-libdir'], { encoding: 'utf8' }).trim();
      return ['-fuse-ld=lld', `-B${join(dirname(library), 'bin/gcc-ld')}`];
    },
  },
];

interface LinkedRun {
  readonly links: boolean;
  /** Output of the linker or the program. */
  readonly output: string;
}

function linkAndRun(linker: Linker, words: readonly string[], flags: readonly string[] = []): LinkedRun {
  const program = at(`app-${linker.profile}`);
  const options = [...linker.driver(), ...flags, '-o', program];
  const linked = spawnSync(tool('cc') ?? 'cc', [...options, ...words, '-lpthread', '-ldl', '-lm'], {
    encoding: 'utf8',
  });
  if (linked.status !== 0) return { links: false, output: linked.stderr };
  const ran = spawnSync(program, { encoding: 'utf8', timeout: 60_000 });
  return { links: true, output: ran.stdout };
}
const ALLOW = ['-Wl,--allow-multiple-definition'];

/** Trims a line, has the plan verified, and returns it with the line to link. */
async function trim(
  linker: string,
  words: readonly string[],
  label: string,
): Promise<{ plan: PlanReport; line: readonly string[] }> {
  const saved = at(`${label}-${linker}.json`);
  const options = [
    '--linker',
    linker,
    '--provider',
    archive('stdlib'),
    '--out-dir',
    at(`${label}-${linker}`),
  ];
  const ran = await runMain(['trim', '-q', '--format', 'json', ...options, '--plan', saved, ...words]);
  expect(ran.error).toBe('');
  expect(await runMain(['verify', saved])).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^proved/),
  });
  const plan = JSON.parse(ran.out) as PlanReport;
  return { plan, line: plan.rewrittenLine ?? [] };
}

/** The plan's decision about a wrapper's copy of the runtime. */
function runtimeVerdict(plan: PlanReport, wrapper: string): string {
  const row = plan.archives.findIndex(({ path }) => path.endsWith(`/lib${wrapper}.a`));
  const [member] = plan.members.filter(
    (candidate) => candidate.archive === row && candidate.origin?.crate === 'evt_runtime',
  );
  return member.decision === 'drop' ? 'drop' : (member.reason ?? '');
}

describe('the founding case with all of std', () => {
  for (const linker of LINKERS) {
    const testWith = needsTool('rustc', 'cc', linker.program);
    const isOfBothKinds = linker.profile === 'gnu-ld' || linker.profile === 'lld-14';

    testWith(
      `${linker.title}: a wrapper first is starved, and trimmed it links strictly and passes`,
      async () => {
        const line = [at('main.o'), archive('ext_http'), archive('stdlib')];
        expect(linkAndRun(linker, line).links).toBe(false);
        expect(linkAndRun(linker, line, ALLOW).output).toMatch(/starved/);
        const trimmed = await trim(linker.profile, line, 'http-first');
        expect(runtimeVerdict(trimmed.plan, 'ext_http')).toBe('drop');
        expect(linkAndRun(linker, trimmed.line)).toMatchObject({
          links: true,
          output: expect.stringMatching(/PASS/),
        });
        expect(trimmed.plan.links[0].duplicatesAfter).toBe(0);
      },
      PATIENCE,
    );

    // One linker that searches archives once, and one that remembers them.
    if (!isOfBothKinds) continue;

    testWith(
      `${linker.title}: the stdlib first passes, and trimmed still does`,
      async () => {
        const line = [at('main.o'), archive('stdlib'), archive('ext_http')];
        expect(linkAndRun(linker, line).output).toMatch(/PASS/);
        const trimmed = await trim(linker.profile, line, 'stdlib-first');
        expect(linkAndRun(linker, trimmed.line).output).toMatch(/PASS/);
      },
      PATIENCE,
    );

    testWith(
      `${linker.title}: a second wrapper that uses more of std loses its runtime`,
      async () => {
        const line = [
          '-Wl,-u,ext_ws_status',
          at('main.o'),
          archive('ext_http'),
          archive('ext_ws'),
          archive('stdlib'),
        ];
        expect(linkAndRun(linker, line, ALLOW).output).toMatch(/starved/);
        const trimmed = await trim(linker.profile, line, 'ws');
        expect(runtimeVerdict(trimmed.plan, 'ext_http')).toBe('drop');
        expect(runtimeVerdict(trimmed.plan, 'ext_ws')).toBe('drop');
        expect(linkAndRun(linker, trimmed.line, ALLOW)).toMatchObject({
          links: true,
          output: expect.stringMatching(/PASS/),
        });
      },
      PATIENCE,
    );

    testWith(
      `${linker.title}: audit, pinned, stale and other keep their runtime, each for its reason`,
      async () => {
        const reasons = {
          audit: 'unresolved-reference',
          pinned: 'unresolved-reference',
          stale: 'other-content',
          other: 'other-build',
        };
        for (const [name, reason] of Object.entries(reasons)) {
          const wrapper = `ext_${name}`;
          const used = `-Wl,-u,${wrapper}_status`;
          const line = [used, at('main.o'), archive(wrapper), archive('stdlib')];
          const { plan } = await trim(linker.profile, line, name);
          expect(runtimeVerdict(plan, wrapper), name).toBe(reason);
        }
      },
      PATIENCE,
    );
  }

  needsTool('rustc', 'cc')(
    'a plan for any linker drops as much, and holds on each that is here',
    async () => {
      const line = [at('main.o'), archive('ext_http'), archive('stdlib')];
      const { plan, line: rewritten } = await trim('any', line, 'any');
      const wrapper = plan.archives.find(({ path }) => path.endsWith('libext_http.a'));
      expect(wrapper).toMatchObject({ members: 321, dropped: 319 });
      for (const linker of LINKERS.filter(({ program }) => tool(program) !== null))
        expect(linkAndRun(linker, rewritten).output, linker.title).toMatch(/PASS/);
    },
    PATIENCE,
  );
});
