import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** This machine, as names of temporary files have it: a process id means something only here. */
export const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * A process of this machine in a name: its id and, where the system tells it, when it was started, so that another
 * process which got the same id later is not taken for it.
 */
export const ownMark = (): string => `${process.pid}-${startOf(process.pid) ?? 'x'}`;

/** @param mark as `ownMark` gave it to some process of this machine */
export function isMarkAlive(mark: string): boolean {
  const [id, start] = mark.split('-');
  if (!isAlive(Number(id))) return false;
  const now = startOf(Number(id));
  return start === 'x' || now === null || now === start;
}

/** Signal 0 only tests for the process. Any result except "no such process" means that it exists. */
export function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Field 22 of /proc/<pid>/stat, in clock ticks since the machine started: proc(5). Null where the file does not exist.
 */
function startOf(id: number): string | null {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'latin1');
    // The program's name, in brackets, may have blanks and brackets in it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
