import { Command, Option } from 'commander';
import { cName } from '../link/inputs/c-names.js';
import type { Inputs } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import { fileError } from '../link/inputs/open-files.js';
import { readWhole } from '../link/inputs/read-text.js';
import { type LinkLine, withArchivesFirst } from '../link/line/link-line.js';
import { openLines } from '../link/line/open-lines.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import { findProfile } from '../link/linkers/find-profile.js';
import type { RecordComparison } from '../link/record/compare-record.js';
import { type LinkerRecord, RecordError } from '../link/record/linker-record.js';
import { readRecord } from '../link/record/read-record.js';
import { withUnknownUsers } from '../plan/conditions/open-world.js';
import { unmarkedName } from '../plan/edits/edit-plan.js';
import { type Emitted, type LinkToVerify, type VerifyProblem, verifyEmitted } from '../plan/verify/verify.js';
import { printable } from '../report/place.js';
import { describeProblem } from '../report/plan/edit-words.js';
import type { PlanReport } from '../report/plan/plan-report.js';
import { count } from '../report/quantities.js';
import { NONE } from '../symbols/table.js';
import { toolKind } from '../wrap/tool-name.js';
import { withExamples } from './help/help-text.js';
import { confirmRecord } from './link/confirm-record.js';
import { UsageError } from './options/usage-error.js';
import { droppedMembers, editsOf, readPlans } from './saved-plan.js';
import type { Streams } from './streams.js';
import { printText } from './terminal/print-text.js';

/** Problems printed; a broken archive has thousands of the same kind. */
const MOST_PRINTED = 20;

const EXAMPLES = [
  { what: 'check the archives that trim wrote', command: 'ardedup verify plan.json' },
  {
    what: "compare with the linker's own record of the trimmed link",
    command:
      'cc -o app main.o trimmed/libbar.a libfoo.a -Wl,-Map=app.map && ardedup verify --map app.map plan.json',
  },
];

/** `ardedup verify`: checks what trim wrote against the originals. */
export function verifyCommand(streams: Streams, setExitCode: (code: number) => void): Command {
  const command = new Command('verify')
    .description(
      'check the archives that a saved plan wrote against the originals; exits 1 if something is not proved',
    )
    .argument('<plan>', 'plan that trim saved with --plan; its paths are relative to the working folder')
    .option(
      '--map <file>',
      "the linker's map or trace of the trimmed link; checks that the linker loaded the simulated members",
    )
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'));
  return withExamples(command, ...EXAMPLES).action(
    (path: string, options: { format: 'text' | 'json'; map?: string }) => {
      const plans = readPlans(path);
      const proofs = plans.flatMap((plan) => verify(path, plan, plans));
      const { map } = options;
      const found = map === undefined ? null : confirmPlans(plans, map);
      const problems = [
        ...proofs,
        ...(found?.problems ?? []).map((problem) => ({ where: map ?? '', problem })),
      ];
      const confirmed = found === null ? undefined : { map, members: found.confirmed };
      if (options.format === 'json') {
        const links = plans.reduce((sum, plan) => sum + plan.links.length, 0);
        const proved = problems.length === 0;
        streams.out(
          `${JSON.stringify({ format: 'ardedup-verify', formatVersion: 1, plan: path, proved, links, confirmed, problems }, null, 1)}\n`,
        );
      } else {
        const members = count(found?.confirmed ?? 0, 'archive member');
        printText(streams, verifyText(plans, problems));
        if (found !== null && problems.length === 0)
          printText(streams, `confirmed by the ${found.title}: ${members} loaded as simulated\n`);
      }
      setExitCode(problems.length > 0 ? 1 : 0);
    },
  );
}

/** Compares a linker's record with the simulation of the trimmed line. @throws UsageError */
function confirmPlans(
  plans: readonly PlanReport[],
  path: string,
): RecordComparison & { readonly title: string } {
  const lines = new Set(plans.map(({ lineName }) => lineName)).size;
  if (lines > 1)
    throw new UsageError(`verify: ${path} records one link, but the plan is of ${lines} link lines`);
  const record = recordIn(path);
  const plan =
    plans.length === 1 ? plans[0] : plans.find(({ architecture }) => architecture === record.architecture);
  if (plan === undefined)
    throw new UsageError(`verify: ${path}: does not name its architecture, but the plan is of several`);
  if (!plan.rewrittenLine)
    throw new UsageError('verify: the plan is of a dry run, which wrote nothing to verify');
  const opened = openFor(plan, plan.rewrittenLine);
  try {
    const compared = confirmRecord(record, {
      opened,
      profiles: plan.links.flatMap(({ linker }) => findProfile(linker) ?? []),
      replaced: plan.archives.flatMap(({ path: original, output }) => (output === null ? [] : [original])),
      mayAddFiles: plan.program === undefined || toolKind(plan.program) === 'driver',
    });
    return { ...compared, title: record.title };
  } finally {
    opened.close();
  }
}

function recordIn(path: string): LinkerRecord {
  try {
    return readRecord(readWhole(path).toString('utf8'));
  } catch (error) {
    if (error instanceof RecordError) throw new UsageError(`verify: ${path}: ${error.message}`);
    throw fileError(path, error);
  }
}

/** A problem of one of several plans says for which architecture or line. */
interface FoundProblem extends VerifyProblem {
  readonly architecture?: string;
  readonly lineName?: string;
}

/** @param all the plans that were saved together: a slice that this plan keeps may be changed by a different one */
function verify(path: string, plan: PlanReport, all: readonly PlanReport[]): FoundProblem[] {
  if (!plan.rewrittenLine)
    throw new UsageError('verify: the plan is of a dry run, which wrote nothing to verify');
  const before = openFor(plan, plan.line);
  try {
    const after = openFor(plan, plan.rewrittenLine);
    try {
      const dropped = droppedMembers(before.inputs, plan, path);
      const isChangedElsewhere = (archive: number, architecture: string): boolean => {
        const changed = plan.archives[archive].path;
        const other = all.find(
          (one) => one !== plan && one.lineName === plan.lineName && one.architecture === architecture,
        );
        return other?.archives.some((one) => one.path === changed && one.dropped > 0) ?? false;
      };
      const providers = providerArchives(plan);
      const problems = verifyEmitted(
        {
          before,
          after,
          dropped,
          isDeclared: declaredBy(plan, before.inputs),
          isChangedElsewhere,
          edits: editsToVerify(before.inputs, plan, path),
          describeEdit: (problem) => describeProblem(before.inputs, problem),
        },
        plan.links.map((link) => linkToVerify(plan, link, providers)),
      );
      const { architecture, lineName } = plan;
      return problems.map((problem) => ({
        ...problem,
        ...(architecture === undefined ? {} : { architecture }),
        ...(lineName === undefined ? {} : { lineName }),
      }));
    } finally {
      after.close();
    }
  } finally {
    before.close();
  }
}

function editsToVerify(inputs: Inputs, plan: PlanReport, path: string): NonNullable<Emitted['edits']> {
  const accepted = new Set(plan.acceptedSplits ?? []);
  return {
    edits: editsOf(inputs, plan, path),
    accepts: (symbol) => accepted.has(unmarkedName(cName(inputs, inputs.symbols.name[symbol]))),
  };
}

/**
 * Whether a member was dropped because of --owner, and its replacement is the owner or one of the owner's members.
 */
function declaredBy({ members }: PlanReport, { members: all }: Inputs): NonNullable<Emitted['isDeclared']> {
  const owners = new Map(
    members
      .filter(({ evidence }) => evidence === 'declared')
      .map(({ archive, ordinal, twin }) => [`${archive} ${ordinal}`, twin]),
  );
  return (gone, instead) => {
    const owner = owners.get(`${all[gone].archive} ${all[gone].ordinal}`);
    const { archive, name } = all[instead];
    return owner?.archive === archive && (archive !== NONE || owner.name === name);
  };
}

const openFor = (
  { architecture, program, libraryFolders, handed }: PlanReport,
  words: readonly string[],
): OpenedLine =>
  openLines(words, {
    architectures: architecture === undefined ? [] : [architecture],
    program: program ?? null,
    libraryFolders: libraryFolders ?? null,
    handed: handed ?? null,
  }).lines[0];

function linkToVerify(
  plan: PlanReport,
  link: PlanReport['links'][number],
  providers: readonly number[],
): LinkToVerify {
  const profile = findProfile(link.linker);
  if (!profile) throw new UsageError(`verify: the plan names an unknown linker: ${link.linker}`);
  const prepareLine = (graph: LinkGraph, line: LinkLine) => {
    const isOpen = plan.openWorld || link.line === 'unknown-users';
    const opened = isOpen ? withUnknownUsers(graph, line) : line;
    return link.line === 'providers-first' ? withArchivesFirst(opened, providers) : opened;
  };
  return { profile, prepareLine };
}

const providerArchives = (plan: PlanReport): number[] =>
  plan.owners.map((path) => plan.archives.findIndex((archive) => archive.path === path));

function verifyText(plans: readonly PlanReport[], problems: readonly FoundProblem[]): string {
  const written = new Set(plans.flatMap(({ archives }) => archives.flatMap(({ output }) => output ?? [])));
  if (problems.length === 0) {
    const links = plans.reduce((sum, plan) => sum + plan.links.length, 0);
    const names = [...new Set(plans.flatMap(({ architecture }) => architecture ?? []))];
    const lineNames = new Set(plans.map(({ lineName }) => lineName)).size;
    const of = [...(lineNames > 1 ? [`${lineNames} link lines`] : []), ...names].join(', ');
    return `proved: ${count(written.size, 'archive matches', 'archives match')} the plan, and all names bind the same way on ${count(links, 'link')}${of === '' ? '' : ` (${of})`}\n`;
  }
  const lines = problems
    .slice(0, MOST_PRINTED)
    .map(
      ({ where, problem, architecture, lineName }) =>
        `${[lineName, architecture].map((of) => (of === undefined ? '' : `${printable(of)}: `)).join('')}${printable(where)}: ${printable(problem)}`,
    );
  if (problems.length > MOST_PRINTED)
    lines.push(`and ${count(problems.length - MOST_PRINTED, 'more problem')}`);
  return `${lines.join('\n')}\nnot proved: ${count(problems.length, 'problem')}\n`;
}
