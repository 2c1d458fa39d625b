import { main } from '../src/cli/main.js';

/** Output and exit code of a run of the command line. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command line in this process. @param input of standard input; null: a terminal */
export async function runMain(
  args: readonly string[],
  input: string | Uint8Array | null = null,
): Promise<Ran> {
  const printed = { out: '', error: '' };
  const exitCode = await main(args, {
    out: (text) => {
      printed.out += text;
    },
    error: (text) => {
      printed.error += text;
    },
    input: async () => (typeof input === 'string' ? Buffer.from(input) : input),
    colors: false,
  });
  return { exitCode, ...printed };
}
