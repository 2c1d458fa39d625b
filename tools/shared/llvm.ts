import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The path of one of LLVM's tools: of the first of these versions that is installed, else its name. */
export const llvm = (tool: string, versions: readonly string[] = ['22', '19', '16', '15', '14']): string =>
  versions.map((version) => llvmTool(version, tool)).find(existsSync) ?? tool;

export const llvmTool = (version: string, tool: string): string => `/usr/lib/llvm-${version}/bin/${tool}`;

/** Hands each line of what a command prints, as Latin-1, to `take`; `false` from it ends the command. */
export function eachLine(
  command: string,
  args: readonly string[],
  take: (line: string) => unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    let isOver = false;
    child.stdout.setEncoding('latin1');
    child.stdout.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (isOver || take(line) !== false) continue;
        isOver = true;
        child.kill();
      }
    });
    child.on('error', reject);
    child.on('close', () => {
      if (rest !== '' && !isOver) take(rest);
      resolve();
    });
  });
}

/** Lines of what a command prints. */
export async function linesOf(command: string, args: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  await eachLine(command, args, (line) => void lines.push(line));
  return lines;
}
