import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Marks what a test run starts: inherited by every process of it. */
const MARK = 'ARDEDUP_TEST_RUN';
/** How long a process that was told to end may still be seen. */
const PATIENCE = 3000;

/**
 * Gives the tests a temporary folder of their own, and fails the run when something is left in it, or when a process
 * that a test started is still running. Processes are looked for on Linux alone, in /proc.
 */
export default function setup({ config }: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-tests-'));
  const mark = `${MARK}=${folder}`;
  process.env[MARK] = folder;
  process.env.TMPDIR = folder;
  return async () => {
    const files = readdirSync(folder);
    rmSync(folder, { recursive: true, force: true });
    const processes = await lastingProcesses(mark);
    const left = [...files.map((name) => `${folder}/${name}`), ...processes];
    // In watch mode workers go on; only a whole run is held to it.
    if (left.length === 0 || config.watch) return;
    // Vitest prints what is thrown here, but still exits with 0.
    process.exitCode = 1;
    throw new Error(`tests left behind: ${left.join(', ')}`);
  };
}

async function lastingProcesses(mark: string): Promise<string[]> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = processesWith(mark);
    if (found.length === 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Processes with this word in their environment, but for this one and its children that run tests. */
function processesWith(mark: string): string[] {
  let ids: string[];
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    try {
      if (Number(id) === process.pid) return [];
      if (!readFileSync(`/proc/${id}/environ`, 'latin1').split('\0').includes(mark)) return [];
      const words = readFileSync(`/proc/${id}/cmdline`, 'latin1').split('\0').join(' ').trim();
      const isOfVitest = /\bvitest\b|esbuild.*--ping/.test(words);
      return words === '' || isOfVitest ? [] : [`process ${id}: ${words.slice(0, 120)}`];
    } catch {
      // It ended while it was looked at, or is another user's.
      return [];
    }
  });
}
