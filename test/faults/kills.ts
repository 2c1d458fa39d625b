import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderState } from '../folder-state.js';
import { fixturesFolder } from '../fuzz/fixtures.js';
import { diceOf } from '../random/dice.js';

/** Bytes of a member that is not an object: writing it takes long enough for the kill to interrupt it. */
const BALLAST = 24 << 20;

/** Results of killing `trim` repeatedly. */
export interface KillFigures {
  readonly kills: number;
  /** Runs that were over before the kill came. */
  readonly late: number;
  /** Kills that came between the first output and the last. */
  readonly within: number;
  /** Kills that left a temporary file, which the next run took away. */
  readonly leftovers: number;
  readonly problems: readonly string[];
}

/**
 * Kills `trim` with SIGKILL at random instants, with old outputs in place: inputs stay, every output is the old or the
 * new one, and the next run leaves nothing behind but its outputs.
 * @param program the built `bin/ardedup.js`
 */
export async function killOften(program: string, kills: number, seed: number): Promise<KillFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-kills-'));
  try {
    cpSync(join(fixturesFolder(), 'founding/elf'), join(folder, 'in'), { recursive: true });
    addBallast(join(folder, 'in/libext_http.a'));
    return await killIn(folder, program, kills, seed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function addBallast(path: string): void {
  const header = `ballast.txt/`.padEnd(16) + '0'.padEnd(32) + String(BALLAST).padEnd(10);
  writeFileSync(path, Buffer.concat([Buffer.from(`${header}\`\n`), Buffer.alloc(BALLAST, 'x')]), {
    flag: 'a',
  });
}

async function killIn(folder: string, program: string, kills: number, seed: number): Promise<KillFigures> {
  const dice = diceOf(seed);
  const line = ['main.o', 'libext_http.a', 'libext_ws.a', 'libstdlib.a'].map((name) => join('in', name));
  const options = ['--provider', 'in/libstdlib.a', '--out-dir', 'out', '--plan', 'out/plan.json'];
  const args = [program, 'trim', ...options, ...line];
  const finish = () => execFileSync(process.execPath, args, { cwd: folder });
  const started = performance.now();
  finish();
  const duration = performance.now() - started;
  const inputs = folderState(join(folder, 'in'));
  const whole = folderState(join(folder, 'out'));
  const figures = { kills: 0, late: 0, within: 0, leftovers: 0, problems: [] as string[] };
  while (figures.kills < kills) {
    // Removed or truncated, so that every run has something to write.
    for (const name of Object.keys(whole))
      if (dice.chance(0.5)) rmSync(join(folder, 'out', name), { force: true });
      else writeFileSync(join(folder, 'out', name), '!<arch>\n');
    const before = folderState(join(folder, 'out'));
    const isKilled = await killed(args, folder, dice.below(Math.ceil(duration * 1.1)));
    if (isKilled) figures.kills++;
    else figures.late++;
    const after = folderState(join(folder, 'out'));
    look(figures, before, after, whole);
    if (JSON.stringify(folderState(join(folder, 'in'))) !== JSON.stringify(inputs))
      figures.problems.push('an input was changed');
    if (Object.keys(after).some((name) => name.endsWith('.tmp'))) {
      figures.leftovers++;
      finish();
      if (JSON.stringify(folderState(join(folder, 'out'))) !== JSON.stringify(whole))
        figures.problems.push('the next run did not make everything whole');
    }
  }
  return figures;
}

type State = Readonly<Record<string, string>>;

function look(
  figures: { within: number; problems: string[] },
  before: State,
  after: State,
  whole: State,
): void {
  const names = Object.keys(whole);
  const done = names.filter((name) => after[name] === whole[name]);
  if (done.length > 0 && done.length < names.length) figures.within++;
  for (const name of names)
    if (after[name] !== before[name] && after[name] !== whole[name])
      figures.problems.push(`${name} is neither old nor new`);
  const strange = Object.keys(after).filter((name) => !(name in whole) && !name.endsWith('.tmp'));
  if (strange.length > 0) figures.problems.push(`${strange.join(', ')}: whence?`);
}

/** @returns false when it was over before */
async function killed(args: readonly string[], cwd: string, delay: number): Promise<boolean> {
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), delay);
  const signal = await new Promise<string | null>((done) => child.on('exit', (_, by) => done(by)));
  clearTimeout(timer);
  return signal === 'SIGKILL';
}
