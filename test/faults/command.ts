import { runMain } from '../run-main.js';
import { benchFor, FAULT_CASES } from './fault-run.js';
import type { Fault } from './fs-faults.js';
import { killOften } from './kills.js';
import { LINK_CASES } from './link-case.js';

const FAULTS = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EINTR', 'short'] as const satisfies readonly Fault[];

/**
 * Every fault on every file operation of every command, then kills; prints figures.
 * @param program the built `bin/ardedup.js`
 * @returns the exit code: 1 when anything was not as it must be
 */
export async function main(program: string, kills: number, seed: number): Promise<number> {
  const problems = [...(await failAll()), ...(await killAll(program, kills, seed))];
  console.log(problems.length === 0 ? 'all as it must be' : `${problems.length} PROBLEMS`);
  return problems.length === 0 ? 0 : 1;
}

async function failAll(): Promise<string[]> {
  const problems: string[] = [];
  console.log('command                                   operations   faults   refused   done anyway');
  for (const one of [...FAULT_CASES, ...LINK_CASES]) {
    const bench = await benchFor(one, runMain);
    const figures = { faults: 0, refused: 0, done: 0 };
    for (let at = -1; at < bench.operations.length; at++)
      for (const fault of at < 0 ? (['short'] as const) : FAULTS) {
        const outcome = await bench.run(at, fault);
        if (!outcome.isHurt) continue;
        figures.faults++;
        if (outcome.exitCode === 2) figures.refused++;
        else figures.done++;
        for (const problem of outcome.problems) {
          problems.push(problem);
          console.log(`PROBLEM ${one.name}: ${fault} at ${at}, ${bench.operations[at]}: ${problem}`);
        }
      }
    bench.remove();
    const columns = [bench.operations.length, figures.faults, figures.refused, figures.done];
    console.log(one.name.padEnd(42) + columns.map((n) => String(n).padStart(9)).join(''));
  }
  return problems;
}

async function killAll(program: string, kills: number, seed: number): Promise<readonly string[]> {
  if (kills === 0) return [];
  const figures = await killOften(program, kills, seed);
  for (const problem of figures.problems) console.log(`PROBLEM trim, killed: ${problem}`);
  console.log(
    `killed ${figures.kills} times (${figures.within} between its outputs, ${figures.leftovers} with a temporary file left), ${figures.late} runs were over before`,
  );
  return figures.problems;
}
