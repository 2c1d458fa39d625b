import { eachLine, linesOf, llvm } from '../../shared/llvm.js';
import { printTable } from '../../shared/table.js';
import { runTimed } from '../gnu-time.js';
import { ardedup } from '../perry-libraries.js';

/** A command that takes longer is ended, and is a failure. */
const LIMIT = 300_000;

/** Compared fields of `inspect --format json`. */
export interface Inspection {
  readonly archives: readonly {
    readonly members: readonly unknown[];
    readonly indexEntries: number;
    readonly indexDisagreements: readonly unknown[];
  }[];
}
export interface HugePlan {
  readonly archives: readonly { readonly dropped: number; readonly members: number }[];
}

export const describeInspection = ({ archives: [{ members, indexEntries }] }: Inspection): string =>
  `${members.length} members, ${indexEntries} index entries`;

export const describePlan = ({ archives: [{ dropped, members }] }: HugePlan): string =>
  `${dropped} of ${members} dropped`;

/** Measurements and checks in a folder. */
export class Bench {
  failures = 0;
  readonly #rows: string[][] = [['command', 'wall s', 'peak MB', 'result']];

  constructor(readonly folder: string) {}

  check(isRight: boolean, text: string): void {
    if (!isRight) this.failures++;
    console.log(`${isRight ? 'right' : 'WRONG'}: ${text}`);
  }

  /** Runs ardedup under GNU time. @returns what it printed as JSON; null when it failed */
  measure<Answer>(
    title: string,
    args: readonly string[],
    describe: (answer: Answer) => string,
  ): Answer | null {
    const run = runTimed(ardedup(...args, '--format', 'json'), { timeout: LIMIT });
    if (run.status !== 0 || run.cost === null) {
      this.check(false, `${title}: exit ${run.status}: ${run.stderr.split('\n')[0]}`);
      return null;
    }
    const answer = JSON.parse(run.stdout) as Answer;
    const { wall, memory } = run.cost;
    this.#rows.push([title, wall.toFixed(2), String(Math.round(memory)), describe(answer)]);
    return answer;
  }

  print(): void {
    console.log();
    printTable(this.#rows, [1, 2]);
  }
}

/** Names of members, as llvm-ar lists them. */
export const memberNames = (path: string): Promise<string[]> => linesOf(llvm('llvm-ar'), ['t', path]);

/** Entries of the index, as llvm-nm lists them. */
export async function armapOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  await eachLine(llvm('llvm-nm'), ['--print-armap', '--no-llvm-bc', path], (line) => {
    if (line === '') return false;
    if (line !== 'Archive map') lines.push(line);
    return true;
  });
  return lines;
}
