import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { openLine } from '../../src/link/line/open-lines.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import type { EditCode } from '../../src/plan/edits/edit-plan.js';
import { NO_EDITS } from '../../src/plan/edits/edit-request.js';
import { planWithEdits } from '../../src/plan/edits/plan-with-edits.js';
import type { PlanReport } from '../../src/report/plan/plan-report.js';
import { runMain } from '../run-main.js';
import type { Attempt, PairLinker } from './pair.js';

export interface Linked {
  readonly links: boolean;
  /** Output of the linker or the program. */
  readonly output: string;
}

export type LinkAndRun = (line: readonly string[], allowsDuplicates?: boolean) => Linked;

/** @param driver a compiler, and its flags */
export const linkWith =
  ([compiler, ...flags]: readonly string[]): LinkAndRun =>
  (line, allowsDuplicates = false) => {
    const options = allowsDuplicates ? ['-Wl,-z,muldefs'] : [];
    const linked = spawnSync(compiler, [...flags, ...options, '-o', './program', ...line], {
      encoding: 'utf8',
    });
    if (linked.status !== 0) return { links: false, output: linked.stderr };
    const { stdout } = spawnSync('./program', { encoding: 'utf8', timeout: 60_000 });
    return { links: true, output: stdout.trim() };
  };

/** Plans with the options of an attempt, and checks that it is refused, or what it prints and reports. */
export async function tryAttempt(
  { options, refused, skipped, prints, reports }: Attempt,
  line: readonly string[],
  { profile }: Pick<PairLinker, 'profile'>,
  link: LinkAndRun,
): Promise<void> {
  const args = ['--linker', profile, '--format', 'json', '--out-dir', 'out', '--plan', 'plan.json'];
  const { exitCode, out, error } = await runMain(['trim', '-q', ...args, ...options, ...line]);
  const label = options.join(' ');
  if (refused !== undefined) {
    expect([label, exitCode, error]).toEqual([
      label,
      2,
      expect.stringMatching(new RegExp(`\\[(?:${refused})\\]`)),
    ]);
    return;
  }
  expect([label, exitCode, error]).toEqual([label, 0, '']);
  const plan = JSON.parse(out) as PlanReport;
  if (skipped !== undefined) {
    expect([plan.edits, skippedCodes(line, options, profile)]).toEqual([[], [skipped]]);
    return;
  }
  expect([label, plan.links[0].duplicatesAfter]).toEqual([label, 0]);
  if (reports !== undefined) expect([label, reports, reported(plan, reports)]).not.toContain(0);
  expect([label, link(plan.rewrittenLine ?? [])]).toEqual([label, { links: true, output: prints }]);
  expect([label, await runMain(['verify', 'plan.json'])]).toMatchObject([label, { exitCode: 0 }]);
}

/** How many entries a list of the plan has. */
function reported(plan: PlanReport, list: NonNullable<Attempt['reports']>): number {
  if (list === 'differs') return (plan.edits ?? []).filter(({ differs }) => differs).length;
  return (plan[list] ?? []).length;
}

/** Why crates of a link are not redirected to the provider that the options name. */
function skippedCodes(line: readonly string[], options: readonly string[], profile: string): EditCode[] {
  const opened = openLine(line);
  try {
    const { inputs } = opened;
    const provider = options[options.indexOf('--provider') + 1];
    const providers = inputs.archives.filter(({ path }) => path === provider).map(({ id }) => id);
    const request = { ...NO_EDITS, redirect: true };
    const plan = planWithEdits(
      inputs,
      opened.line,
      { providers, linker: findProfile(profile) ?? null },
      request,
    );
    return [...new Set(plan.edits?.skipped.map(({ code }) => code))];
  } finally {
    opened.close();
  }
}
