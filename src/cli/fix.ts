import { Command, Option } from 'commander';
import { fixLine, UnknownCureError, UnverifiedError } from '../fix/fix-line.js';
import { linkerProfiles } from '../link/linkers/find-profile.js';
import { fixText } from '../report/fix-text.js';
import { withConfigOptions } from './options/configured-options.js';
import { colorsOf, type GivenLine } from './options/options.js';
import { UsageError } from './options/usage-error.js';
import type { Streams } from './streams.js';

interface FixCommandOptions {
  readonly outDir?: string;
  readonly accept: readonly string[];
  readonly arch: readonly string[];
  readonly linker: string;
  readonly format: 'text' | 'json';
  readonly quiet?: boolean;
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** `ardedup fix`: the smallest change that makes a link command right. */
export function fixCommand(streams: Streams, setExitCode: (code: number) => void, given: GivenLine): Command {
  const command = new Command('fix')
    .description('find the smallest change that makes a link command right, and apply it')
    .argument('[log]', "the linker's messages")
    .argument('[command...]', 'after --: the linker or compiler command that links')
    .option('--out-dir <folder>', 'where changed archives go; without it no archive is written')
    .option('--accept <id>', 'apply a cure that needs acceptance (repeatable)', collect, [])
    .option('--arch <name>', 'architecture of universal files (repeatable)', collect, [])
    .option(
      '--linker <name>',
      `linker that the cure must hold on: ${linkerProfiles.map(({ id }) => id).join(', ')}; any: each of them; auto: the one that the command runs`,
      'auto',
    )
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .option('-q, --quiet', 'print only what was done')
    .allowUnknownOption();
  return withConfigOptions(command).action(
    async (log: string | undefined, rest: string[], options: FixCommandOptions) => {
      const operands = log === undefined ? [] : [log, ...rest];
      const words = operands.filter(
        (_, at) => at >= given.direct.length || !given.direct.includes(operands[at]),
      );
      if (given.program === null) throw new UsageError('fix: give the command that links after --');
      const result = await fixLine([given.program, ...words], {
        outDir: options.outDir,
        accept: options.accept,
        architectures: options.arch,
        linker: options.linker,
      });
      const { report } = result;
      streams.out(
        options.format === 'json'
          ? `${JSON.stringify(report, null, 1)}\n`
          : fixText(result, { colors: colorsOf(streams), quiet: options.quiet === true }),
      );
      setExitCode(report.applied !== null || result.isHealthy ? 0 : 1);
    },
  );
}

export const FIX_ERRORS = [UnknownCureError, UnverifiedError];
