import { execFileSync } from 'node:child_process';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A link command over files that a compiler makes. */
export interface CCommand {
  /** By file name, `.c`, `.cc` or `.s`; the object has the same stem. */
  readonly sources: Readonly<Record<string, string>>;
  /** By archive: names of its objects. */
  readonly archives: Readonly<Record<string, readonly string[]>>;
  readonly flags?: readonly string[];
  /** Objects that are called otherwise than their sources. */
  readonly names?: Readonly<Record<string, string>>;
  /** Objects that are there under a second name. */
  readonly copies?: Readonly<Record<string, string>>;
  readonly command: string;
}

/** Compiles and archives in a folder. @returns the command, of which the compiler is the first word */
export function buildCommand(
  folder: string,
  compiler: string,
  archiver: string,
  { sources, archives, flags = ['-O1'], names = {}, copies = {}, command }: CCommand,
): string[] {
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), `${text}\n`);
  const units = Object.keys(sources).filter((name) => !name.endsWith('.h'));
  execFileSync(compiler, [...flags, '-c', ...units], { cwd: folder });
  for (const [from, to] of Object.entries(names)) renameSync(join(folder, from), join(folder, to));
  for (const [from, to] of Object.entries(copies)) copyFileSync(join(folder, from), join(folder, to));
  for (const [name, members] of Object.entries(archives))
    execFileSync(archiver, ['rcs', name, ...members], { cwd: folder });
  return [compiler, ...command.split(' ')];
}
