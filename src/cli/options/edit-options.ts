import type { Command } from 'commander';
import type { OpenedLine } from '../../link/line/open-line.js';
import type { EditRequest } from '../../plan/edits/plan-edits.js';
import { archivesNamed } from './options.js';
import { UsageError } from './usage-error.js';

/** Options that change symbols within members. */
export interface EditOptions {
  readonly redirect?: boolean;
  readonly yield?: readonly string[];
  readonly isolate?: readonly string[];
  readonly acceptSplit?: readonly string[];
  readonly firstWins?: boolean;
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

export function withEditOptions(command: Command): Command {
  return command
    .option('--redirect', 'make definitions undefined where a provider has a proved copy')
    .option(
      '--yield <pattern=archive>',
      'make definitions of other archives undefined where this archive defines the name (repeatable; * in a pattern: anything)',
      collect,
      [],
    )
    .option('--isolate <archive>', 'rename and hide the own names of this archive (repeatable)', collect, [])
    .option(
      '--accept-split <pattern>',
      'global that an edit may leave in two copies (repeatable; * in a pattern: anything)',
      collect,
      [],
    )
    .option('--first-wins', 'make the definitions weak that lose in this link anyway');
}

/** What the options ask for, for each link of the line. @throws UsageError */
export function editRequestsOf(lines: readonly OpenedLine[], options: EditOptions): EditRequest[] {
  const rules = (options.yield ?? []).map(parseYieldRule);
  const owners = archivesNamed(
    lines,
    '--yield',
    rules.map(({ path }) => path),
  );
  const isolated = archivesNamed(lines, '--isolate', options.isolate ?? []);
  const acceptedSplits = options.acceptSplit ?? [];
  if (acceptedSplits.length > 0 && rules.length === 0 && (options.isolate ?? []).length === 0)
    throw new UsageError('--accept-split: expected --isolate or --yield with it');
  return lines.map((_, at) => ({
    redirect: options.redirect === true,
    yields: owners[at].flatMap((owner, row) =>
      owner === null ? [] : [{ pattern: rules[row].pattern, owner }],
    ),
    isolate: isolated[at].filter((archive) => archive !== null),
    firstWins: options.firstWins === true,
    acceptedSplits,
  }));
}

/** @throws UsageError for what is not `pattern=archive` */
function parseYieldRule(rule: string): { readonly pattern: string; readonly path: string } {
  const [, pattern, path] = /^([^=]+)=(.+)$/s.exec(rule) ?? [];
  if (pattern === undefined) throw new UsageError(`--yield ${rule}: expected <pattern>=<archive>`);
  return { pattern, path };
}
