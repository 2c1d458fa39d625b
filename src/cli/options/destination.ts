import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Destination } from '../../emit/destination.js';
import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { count } from '../../report/quantities.js';
import { UsageError } from './usage-error.js';

/** Options for the destination of trimmed archives and of further output files. */
export interface DestinationOptions {
  readonly outDir?: string;
  readonly output?: string;
  readonly plan?: string;
  readonly depfile?: string;
}

export function withDestinationOptions(command: Command): Command {
  return command
    .option('--out-dir <folder>', 'folder for trimmed archives; unchanged archives are not written')
    .option(
      '-o, --output <file>',
      'path of the trimmed archive, if only one can change; a plain copy if no member is dropped',
    )
    .option('--plan <file>', 'save the plan as JSON, for `ardedup verify` and `ardedup apply`')
    .option('--depfile <file>', 'write a Makefile dependency file for the plan (or the output)');
}

/** An open line, and the archives whose copies stay. */
export interface ProvidedLine {
  readonly opened: OpenedLine;
  readonly providers: readonly ArchiveId[];
}

/** Where --out-dir or -o say; null where neither is given. @throws UsageError */
export function destinationOf(
  command: string,
  lines: readonly ProvidedLine[],
  { outDir, output }: DestinationOptions,
): Destination | null {
  if (outDir !== undefined) return { kind: 'folder', path: outDir };
  if (output === undefined) return null;
  const others = lines.flatMap(({ opened, providers }, plan) =>
    opened.inputs.archives
      .filter(({ id }) => !providers.includes(id))
      .map(({ id, path }) => ({ plan, archive: id, path })),
  );
  // A universal file is there once for each architecture.
  const files = new Set(others.map(({ path }) => path)).size;
  if (files !== 1)
    throw new UsageError(
      `${command}: -o needs exactly one archive to trim, but the link line has ${count(files, 'non-provider archive')}; pass --provider for those to keep, or use --out-dir`,
    );
  const [{ plan, archive }] = others;
  return { kind: 'file', path: output, plan, archive };
}

/** The target of a dependency file. @throws UsageError if no output has a name that is known in advance */
export function depfileTarget(command: string, { depfile, plan, output }: DestinationOptions): string | null {
  if (depfile === undefined) return null;
  const target = plan ?? output;
  if (target === undefined)
    throw new UsageError(
      `${command}: --depfile: expected --plan <file> or -o <file>, whose dependencies the file lists`,
    );
  if (plan !== undefined && resolve(plan) === resolve(depfile))
    throw new UsageError(`${command}: --depfile and --plan: expected two files, got ${plan} for both`);
  return target;
}
