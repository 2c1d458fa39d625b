import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { LinkGraph } from '../link/link-graph.js';
import { type LinkLine, withArchivesFirst } from '../link/link-line.js';
import { findProfile } from '../link/linker-profile.js';
import { InputError, reasonOf } from '../link/open-files.js';
import { openLine } from '../link/open-line.js';
import { withUnknownUsers } from '../plan/open-world.js';
import { type LinkToVerify, type VerifyProblem, verifyEmitted } from '../plan/verify.js';
import { count, printable } from '../report/place.js';
import type { PlanReport } from '../report/plan-report.js';
import type { Streams } from './streams.js';
import { UsageError } from './usage-error.js';

/** Problems printed; a broken archive has thousands of the same kind. */
const MOST_PRINTED = 20;

/** `ardedup verify`: checks what trim wrote against the originals. */
export function verifyCommand(streams: Streams, setExitCode: (code: number) => void): Command {
  return new Command('verify')
    .description(
      'check the archives that a saved plan wrote against the originals, and exit with 1 when something is not proved',
    )
    .argument('<plan>', 'the plan that trim saved with --plan; paths in it are taken from here')
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .action((path: string, options: { format: 'text' | 'json' }) => {
      const plan = readPlan(path);
      const problems = verify(plan);
      if (options.format === 'json')
        streams.out(
          `${JSON.stringify({ format: 'ardedup-verify', formatVersion: 1, plan: path, proved: problems.length === 0, links: plan.links.length, problems }, null, 1)}\n`,
        );
      else streams.out(verifyText(plan, problems));
      setExitCode(problems.length > 0 ? 1 : 0);
    });
}

function readPlan(path: string): PlanReport {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  try {
    const plan = JSON.parse(text) as PlanReport;
    if (plan.format === 'ardedup-plan' && plan.formatVersion === 1) return plan;
  } catch {
    // Falls through: a plan that is no JSON is no plan.
  }
  throw new InputError(`${path}: not a plan of 'ardedup trim --plan', version 1`);
}

function verify(plan: PlanReport): VerifyProblem[] {
  if (!plan.rewrittenLine)
    throw new UsageError('verify: this plan was a dry run: it wrote nothing to verify');
  const before = openLine(plan.line);
  try {
    const after = openLine(plan.rewrittenLine);
    try {
      const dropped = plan.archives.map(
        (_, archive) =>
          new Set(
            plan.members
              .filter((m) => m.archive === archive && m.decision === 'drop')
              .map(({ ordinal }) => ordinal),
          ),
      );
      const providers = providerArchives(plan);
      return verifyEmitted(
        { before, after, dropped },
        plan.links.map((link) => linkToVerify(plan, link, providers)),
      );
    } finally {
      after.close();
    }
  } finally {
    before.close();
  }
}

function linkToVerify(
  plan: PlanReport,
  link: PlanReport['links'][number],
  providers: readonly number[],
): LinkToVerify {
  const profile = findProfile(link.linker);
  if (!profile)
    throw new UsageError(`verify: the plan names a linker that is not known here: ${link.linker}`);
  const prepareLine = (graph: LinkGraph, line: LinkLine) => {
    const opened = plan.openWorld ? withUnknownUsers(graph, line) : line;
    return link.line === 'providers-first' ? withArchivesFirst(opened, providers) : opened;
  };
  return { profile, prepareLine };
}

const providerArchives = (plan: PlanReport): number[] =>
  plan.owners.map((path) => plan.archives.findIndex((archive) => archive.path === path));

function verifyText(plan: PlanReport, problems: readonly VerifyProblem[]): string {
  const written = plan.archives.filter(({ output }) => output !== null);
  if (problems.length === 0) {
    const linkers = count(plan.links.length, 'link');
    return `proved: ${count(written.length, 'archive holds', 'archives hold')} what the plan says, and all names bind alike on ${linkers}\n`;
  }
  const lines = problems
    .slice(0, MOST_PRINTED)
    .map(({ where, problem }) => `${printable(where)}: ${printable(problem)}`);
  if (problems.length > MOST_PRINTED)
    lines.push(`and ${count(problems.length - MOST_PRINTED, 'more problem')}`);
  return `${lines.join('\n')}\nnot proved: ${count(problems.length, 'problem')}\n`;
}
