import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { printTable } from '../shared/table.js';
import { askLinker, LINKERS } from './linkers.js';
import { runStrictly } from './run-window.js';
import type { Workplace } from './workplace.js';

/** Checked fields of `fix --format json`. */
interface Fixed {
  readonly applied: string | null;
  readonly command: readonly string[] | null;
  readonly cures: readonly {
    readonly id: string;
    readonly kind: string;
    readonly requiresAcceptance: boolean;
    readonly summary: string;
    readonly isolatedAlone?: number;
    readonly after: { readonly duplicates: number; readonly splitState: number };
    readonly changes: readonly { readonly change: string; readonly symbol?: string }[];
  }[];
}

/** One set of archives for all linkers: `fix` offers it and applies it once it is accepted; each linker confirms it. */
export function fixForAll(place: Workplace, object: string, given: readonly string[]): void {
  const { status, report: asked } = fix(place, given);
  const [cure] = asked.cures;
  const isAsked =
    status === 1 && asked.applied === null && asked.cures.every((one) => one.requiresAcceptance);
  const words = isAsked ? `asks to accept ${cure?.kind}` : 'does not ask';
  console.log(
    `\nfix for all linkers, without acceptance: ${place.check(isAsked && cure !== undefined, words)}`,
  );
  if (cure === undefined) return;
  const { duplicates, splitState } = cure.after;
  console.log(
    `  ${duplicates} duplicates, ${splitState} globals in two copies; isolated alone ${cure.isolatedAlone}\n  ${cure.summary.slice(0, 400)}\n`,
  );
  const out = join(place.folder, 'fixed');
  const { report } = fix(place, given, '--out-dir', out, '--accept', cure.id);
  const line = report.command?.slice(1) ?? [];
  const required = cure.changes.flatMap(({ change, symbol }) => (change === 'require' ? [symbol ?? ''] : []));
  const inputs = forDriver(line.slice(line.indexOf(object)));
  printTable([
    ['linker', 'duplicates', 'newly undefined', 'program'],
    ...LINKERS.map((linker) => {
      const [before, after] = [given, line].map((one) => askLinker(linker, one, place.folder));
      const lost = [...after.undefinedNames].filter((name) => !before.undefinedNames.has(name));
      return [
        linker.title,
        `${before.duplicates} → ${place.check(line.length > 0 && after.duplicates === 0, String(after.duplicates))}`,
        place.check(lost.length === 0, String(lost.length)),
        runStrictly(linker, [...required.map((name) => `-Wl,-u,${name}`), ...inputs], place),
      ];
    }),
  ]);
  rmSync(out, { recursive: true, force: true });
}

const forDriver = (line: readonly string[]): string[] =>
  line.map((word) => (word.startsWith('--') ? `-Wl,${word}` : word));

function fix(
  { program }: Workplace,
  line: readonly string[],
  ...options: readonly string[]
): { readonly status: number | null; readonly report: Fixed } {
  const args = ['--linker', 'any', '--format', 'json', ...options, '--', LINKERS[0].path, ...line];
  const { status, stdout } = spawnSync(process.execPath, [program, 'fix', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return { status, report: JSON.parse(stdout) as Fixed };
}
