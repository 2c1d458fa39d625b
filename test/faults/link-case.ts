import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { planLink } from '../../src/cli/link/plan-link.js';
import { mergeLinkSettings } from '../../src/cli/options/link-settings.js';
import { hashText } from '../../src/emit/file-stamp.js';
import { keyOf } from '../../src/wrap/cache.js';
import { workFolder } from '../../src/wrap/work-folder.js';
import { folderState } from '../folder-state.js';
import type { FaultCase, RunMain } from './fault-run.js';

const LINE = ['main.o', 'libext_http.a', 'libext_ws.a', 'libstdlib.a'];

/** The steps of `ardedup link` before it runs the tool: a plan, its archives, and the entries of the cache. */
const planOnce =
  (at: (path: string) => string): RunMain =>
  async () => {
    const words = LINE.map((name) => at(`in/${name}`));
    const work = workFolder(at('tmp'));
    try {
      const planned = await planLink({
        tool: 'ld.bfd',
        path: at('tool/ld.bfd'),
        kind: 'linker',
        words,
        environment: process.env,
        settings: mergeLinkSettings({ providers: [at('in/libstdlib.a')] }),
        cache: { folder: at('out') },
        lineKey: keyOf(words),
        planPath: null,
        work,
        now: Date.now(),
      });
      return { exitCode: 0, out: JSON.stringify(planned), error: '' };
    } catch (error) {
      // The wrapper says so in a line, and has the tool read the line as it is.
      return { exitCode: 2, out: '', error: `ardedup: ${(error as Error).message}\n` };
    } finally {
      work.remove();
    }
  };

function addTool(at: (path: string) => string): void {
  for (const name of ['tool', 'tmp']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('tool/ld.bfd'), '#!/bin/sh\necho "GNU ld 2.40"\n');
  chmodSync(at('tool/ld.bfd'), 0o755);
}

/** Entries tell the times of files, which no two runs have in common: what counts is that each is whole. */
function cacheState(folder: string): Record<string, string> {
  const entries = Object.entries(folderState(folder)).map(([name, state]) => [
    name,
    name.endsWith('.json') && isSealed(`${folder}/${name}`) ? 'a whole entry' : state,
  ]);
  return Object.fromEntries(entries);
}

function isSealed(path: string): boolean {
  try {
    const { seal, content } = JSON.parse(readFileSync(path, 'utf8'));
    const key = basename(path) === 'archive.json' ? basename(dirname(path)) : basename(path, '.json');
    return seal === hashText(JSON.stringify([key, content]));
  } catch {
    return false;
  }
}

const linkCase = (name: string, before: (at: (path: string) => string) => Promise<unknown>): FaultCase => ({
  name,
  args: () => [],
  run: planOnce,
  stateOf: cacheState,
  isRepeatable: true,
  prepare: async (at) => {
    addTool(at);
    await before(at);
  },
});

export const LINK_CASES: readonly FaultCase[] = [
  linkCase('link with an empty cache', async () => {}),
  linkCase('link that the cache knows', (at) => planOnce(at)([])),
];
