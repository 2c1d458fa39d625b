// Records what ardedup prints for real lines, so that a change of its structure can show that no plan changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../test/root.js';
import { type RecordedLine, recordedLines } from './plan-record/lines.js';
import { readOptions } from './shared/options.js';
import { printTable } from './shared/table.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Records the plans of more than twenty real lines: prints a digest, drops and duplicates of each, so that two commits can
be compared with diff. Paths are replaced by names; nothing that is recorded depends on the time or the folder.

node tools/run.js plan-record [--out <folder>] [--ardedup <folder>] [--no-perry]

  --out <folder>      writes the JSON of each line into it, too
  --ardedup <folder>  records a built checkout of another commit (this one)
  --no-perry          without Perry's lines, which need npm and zstd`;

const { values } = readOptions(USAGE, {
  out: { type: 'string' },
  ardedup: { type: 'string', default: ROOT },
  'no-perry': { type: 'boolean' },
});

interface Plan {
  readonly archives: readonly { readonly dropped: number }[];
  readonly links: readonly {
    readonly linker?: string;
    readonly duplicatesBefore: number;
    readonly duplicatesAfter: number;
  }[];
}

const work = workFolder('plan-record');
const program = join(resolve(values.ardedup), 'bin/ardedup.js');

/** Paths that differ between two machines or runs, by the name that is recorded; the longest first. */
const NAMES: readonly (readonly [path: string, name: string])[] = [
  [work, '$WORK'],
  [realpathSync(work), '$WORK'],
  [realpathSync(join(ROOT, '.corpus')), '$CORPUS'],
  [join(ROOT, '.corpus'), '$CORPUS'],
  [ROOT.replace(/\/$/, ''), '$ROOT'],
];

/** Perry's compiler names an object by a hash of the folder and the source. */
const PERRY_OBJECT = /(?<![0-9a-f])[0-9a-f]{16}\.o\b/g;

const withoutPaths = (text: string): string =>
  NAMES.reduce((named, [path, name]) => named.replaceAll(path, name), text).replace(
    PERRY_OBJECT,
    '$PROGRAM.o',
  );

function print(command: readonly string[], line: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...command, '--format', 'json', ...line],
    { cwd: work, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  return withoutPaths(stdout === '' ? `exit code ${status}: ${stderr}` : stdout);
}

function record({ title, options, line, isSmall }: RecordedLine): string[] {
  const plan = print(['trim', '-n', ...options], line);
  const findings = print(['check', '--fail-on', 'never', ...options], line);
  const cures = isSmall ? print(['fix', '-n'], line) : '';
  const whole = [plan, findings, cures].join('\n');
  if (values.out !== undefined) {
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, `${title.replace(/[^\w.+-]+/g, '-')}.json`), whole);
  }
  return [title, createHash('sha256').update(whole).digest('hex').slice(0, 16), ...figures(plan)];
}

function figures(plan: string): string[] {
  if (!plan.startsWith('{')) return [plan.trim().split('\n')[0], ''];
  const { archives, links } = JSON.parse(plan) as Plan;
  const dropped = archives.reduce((sum, archive) => sum + archive.dropped, 0);
  const linkersOf = new Map<string, string[]>();
  for (const { linker = 'any', duplicatesBefore, duplicatesAfter } of links) {
    const counts = `${duplicatesBefore}>${duplicatesAfter}`;
    const linkers = linkersOf.get(counts) ?? [];
    linkersOf.set(counts, linkers.includes(linker) ? linkers : [...linkers, linker]);
  }
  const counts = [...linkersOf].map(([count, linkers]) =>
    linkersOf.size === 1 ? count : `${count} (${linkers.join(' ')})`,
  );
  return [String(dropped), counts.join(', ')];
}

const rows = recordedLines(work, !values['no-perry']).map(record);
printTable([['line', 'SHA-256', 'dropped', 'duplicates before > after'], ...rows], [2]);
