import { main } from '../cli/main.js';

/** What a run of the command line printed, and how it ended. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command line in this process. */
export async function runMain(args: readonly string[]): Promise<Ran> {
  const printed = { out: '', error: '' };
  const exitCode = await main(args, {
    out: (text) => {
      printed.out += text;
    },
    error: (text) => {
      printed.error += text;
    },
    colors: false,
  });
  return { exitCode, ...printed };
}
