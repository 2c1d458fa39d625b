import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { PlanReport } from '../../src/report/plan/plan-report.js';
import { runMain } from '../run-main.js';

/** A link that is trimmed, and put to its linker before and after. */
export interface RealTrim {
  /** The linker or driver: its path. */
  readonly program: string;
  /** The words behind it, without `-o` and its like: paths are taken from the folder. */
  readonly words: readonly string[];
  /** For `trim`, before `--`. */
  readonly options?: readonly string[];
  /** Options for the output path; `-o` by default. */
  readonly output?: (path: string) => readonly string[];
}

/** Result of the trim. */
export interface Trimmed {
  /** By `libw.a(boot.o)`: the reason that it stays, or `dropped`. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** Paths of what the linker wrote. */
  readonly before: string;
  readonly after: string;
}

/**
 * Trims what is in a folder, has `verify` prove what was written, and links both lines.
 * The folder must be the working directory: plans have relative paths.
 */
export async function trimAndLink(
  folder: string,
  { program, words, options = [], output = (path) => ['-o', path] }: RealTrim,
): Promise<Trimmed> {
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  const saved = ['--quiet', '--out-dir', 'out', '--plan', 'plan.json'];
  const ran = await runMain(['trim', ...saved, ...options, '--', program, ...words]);
  expect(ran).toMatchObject({ error: '', exitCode: 0 });
  expect((await runMain(['verify', 'plan.json'])).out).toMatch(/^proved: /);
  const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as PlanReport;
  const verdicts = Object.fromEntries(
    plan.members.map(({ archive, name, decision, reason }) => [
      archive < 0 ? name : `${plan.archives[archive].path}(${name})`,
      decision === 'drop' ? 'dropped' : (reason ?? decision),
    ]),
  );
  const link = (line: readonly string[], name: string) => {
    const path = join(folder, name);
    execFileSync(program, [...line, ...output(path)], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    return path;
  };
  return {
    verdicts,
    before: link(words, 'before.out'),
    after: link(plan.rewrittenLine ?? words, 'after.out'),
  };
}

/** Objects of C text, by file name, and archives of them: compiled once, written into any folder. */
export interface CObjects {
  readonly compiler: string;
  readonly flags?: readonly string[];
  readonly archiver: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly archives: Readonly<Record<string, readonly string[]>>;
  readonly texts?: Readonly<Record<string, string>>;
}

const compiled = new Map<string, Buffer>();

export function writeCObjects(
  folder: string,
  { compiler, flags = [], archiver, sources, archives, texts = {} }: CObjects,
): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(sources)) {
    const key = [compiler, ...flags, name, text].join('\0');
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (!compiled.has(key)) {
      const source = `${path}${text.includes('.section') && !text.includes('(') ? '.s' : '.c'}`;
      writeFileSync(source, text);
      execFileSync(compiler, [...flags, '-O1', '-c', source, '-o', path], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      compiled.set(key, readFileSync(path));
    }
    writeFileSync(path, compiled.get(key)!);
  }
  for (const [name, members] of Object.entries(archives)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    rmSync(join(folder, name), { force: true });
    execFileSync(archiver, ['rcs', name, ...members], { cwd: folder });
  }
}
