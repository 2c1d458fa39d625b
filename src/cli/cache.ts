import { Command, Option } from 'commander';
import { OutputError } from '../emit/write-file.js';
import { reasonOf } from '../link/inputs/open-files.js';
import { printable } from '../report/place.js';
import { bytesText, count } from '../report/quantities.js';
import { type Cache, cacheContent, clearCache, usualCacheFolder } from '../wrap/cache.js';
import { withExamples } from './help/help-text.js';
import { withConfigOptions } from './options/configured-options.js';
import { UsageError } from './options/usage-error.js';
import type { Streams } from './streams.js';

interface CacheOptions {
  readonly cacheDir?: string;
  readonly format: 'text' | 'json';
}

/** `ardedup cache`: shows or empties the cache of the link wrapper. */
export function cacheCommand(streams: Streams): Command {
  const command = new Command('cache').description('show or empty the cache of `ardedup link`');
  const subcommand = (name: string, description: string): Command =>
    withConfigOptions(
      command
        .command(name)
        .description(description)
        .option(
          '--cache-dir <folder>',
          "cache folder (default: ARDEDUP_CACHE_DIR, the configuration, or the system's cache folder)",
        ),
    );
  subcommand('info', 'print the folder and size of the cache')
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .action((options: CacheOptions) => {
      const cache = cacheOf(options);
      const content = cacheContent(cache);
      streams.out(
        options.format === 'json'
          ? `${JSON.stringify({ folder: cache.folder, ...content }, null, 1)}\n`
          : `${printable(cache.folder)}: ${count(content.plans, 'plan')}, ${count(content.lines, 'line')}, ${count(content.snapshots, 'snapshot')}, ${bytesText(content.bytes)}\n`,
      );
    });
  subcommand('clear', 'remove all entries of the cache').action((options: CacheOptions) => {
    const cache = cacheOf(options);
    try {
      clearCache(cache);
    } catch (error) {
      throw new OutputError(`${cache.folder}: cannot be cleared: ${reasonOf(error)}`);
    }
  });
  return withExamples(
    command,
    { what: 'print the folder and size of the cache', command: 'ardedup cache info' },
    { what: 'empty the cache', command: 'ardedup cache clear' },
  );
}

/** As the link wrapper finds it. @throws UsageError */
function cacheOf({ cacheDir }: CacheOptions): Cache {
  const folder = cacheDir ?? usualCacheFolder(process.env);
  if (folder === null) throw new UsageError('cache: no home folder; name the folder with --cache-dir');
  return { folder };
}
