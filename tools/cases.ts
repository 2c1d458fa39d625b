import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Case, type ProvingTest, provingTest, readCases } from '../test/cases.js';
import { ROOT } from '../test/root.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Runs what proves the known failures of tools like this one, F01 to F73 of fixtures/cases/failures.json, and prints a
line for each: pass, on which formats it cannot arise and why, or why it is open. Exits 1 when a proof fails.

npm run cases -- [--experiments]

  --experiments   the experiments with linkers, X01 to X76, as well`;

interface TestOutcome {
  readonly file: string;
  readonly title: string;
  readonly fullTitle: string;
  readonly status: string;
}

type Outcome = 'passed' | 'failed' | 'skipped';

const { values: options } = readOptions(USAGE, { experiments: { type: 'boolean' } });
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
/** Each scenario and link is also put to the linkers that are here. */
const ASKED_OF_LINKERS = ['src/plan/plans-linkers.test.ts', 'src/link/resolve/links.test.ts'];

const lists = [readCases(ROOT, 'failures')];
if (options.experiments) lists.push(readCases(ROOT, 'experiments'));
const proving = lists.flat().flatMap(({ proofs }) => proofs.map(provingTest));
const tests = runTests([...new Set([...proving.map(({ file }) => file), ...ASKED_OF_LINKERS])]);

let isGood = true;
for (const list of lists) {
  const open: string[] = [];
  for (const known of list) {
    const outcomes = known.proofs.map((proof) => outcomeOf(provingTest(proof)));
    const failed = known.proofs.filter((_, at) => outcomes[at] === 'failed');
    if (failed.length > 0) isGood = false;
    const isOpen = failed.length > 0 || known.open !== undefined || !outcomes.includes('passed');
    if (isOpen) open.push(known.id);
    console.log(`${known.id}  ${known.title}: ${said(known, failed, outcomes)}`);
  }
  console.log(
    `${list.length - open.length} of ${list.length}${open.length > 0 ? `; open: ${open.join(', ')}` : ''}`,
  );
}
const unlike = tests.filter(({ file, status }) => status === 'failed' && ASKED_OF_LINKERS.includes(file));
for (const { title } of unlike) console.log(`not as simulated: ${title}`);
process.exitCode = isGood && unlike.length === 0 ? 0 : 1;

function said({ notOn = {}, open }: Case, failed: readonly string[], outcomes: readonly Outcome[]): string {
  if (failed.length > 0) return `FAILED: ${failed.join(', ')}`;
  if (open !== undefined) return `open: ${open}`;
  const skipped = outcomes.filter((outcome) => outcome === 'skipped').length;
  const notes = [
    ...[...new Set(Object.values(notOn))].map((why) => {
      const formats = Object.keys(notOn).filter((format) => notOn[format] === why);
      return `${formats.join(', ')}: ${why}`;
    }),
    ...(skipped > 0 ? [`${skipped} of ${outcomes.length} proofs need a tool that is not here`] : []),
  ];
  const word = outcomes.includes('passed') ? 'pass' : 'not asked';
  return notes.length === 0 ? word : `${word} (${notes.join('; ')})`;
}

/** A proof holds when a test of that title passed and none failed. */
function outcomeOf({ file, title, fixture }: ProvingTest): Outcome {
  const own = tests.filter((test) => {
    if (test.file !== file) return false;
    return fixture === null ? test.fullTitle.includes(title) : test.title === title;
  });
  if (own.length === 0 || own.some(({ status }) => status === 'failed')) return 'failed';
  return own.some(({ status }) => status === 'passed') ? 'passed' : 'skipped';
}

/** An entry for a test in vitest's JSON report. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly fullName: string;
      readonly status: string;
    }[];
  }[];
}

function runTests(files: readonly string[]): TestOutcome[] {
  const report = join(workFolder('cases'), 'report.json');
  const words = ['run', '--reporter=json', `--outputFile=${report}`, ...files];
  spawnSync(process.execPath, [VITEST, ...words], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, fullName, status }) => ({
      file: relative(ROOT, name),
      title,
      fullTitle: fullName,
      status,
    })),
  );
}
