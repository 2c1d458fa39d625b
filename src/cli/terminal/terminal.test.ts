import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { isBuilt } from '../../../test/oracles/run-program.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../../test/use-folder.js';
import { reportProgress, setProgressListener } from '../../progress/progress.js';
import { main } from '../main.js';
import type { Streams } from '../streams.js';
import { complaint } from './complaint.js';
import { showProgress } from './progress-line.js';

function recorded(terminal: Partial<Streams>): Streams & { readonly printed: string[] } {
  const printed: string[] = [];
  return {
    printed,
    out: (text) => printed.push(`out: ${text}`),
    error: (text) => printed.push(text),
    input: async () => null,
    colors: false,
    ...terminal,
  };
}

afterEach(() => {
  setProgressListener(null);
});

describe('the progress line', () => {
  const errorTerminal = { columns: 50, colors: false };

  test('appears after a second, is cleared before other text and at the end', () => {
    let now = 0;
    const streams = recorded({ errorTerminal });
    const { streams: shown, end } = showProgress(streams, () => now);
    now = 900;
    reportProgress('read', 'some/lib.a', 0, 3);
    expect(streams.printed).toEqual([]);
    now = 1100;
    reportProgress('read', 'some/lib\u001b.a', 1, 3);
    now = 1150;
    reportProgress('simulate', 'GNU ld');
    expect(streams.printed).toEqual(['\r\u001b[2Kardedup: reading lib\\x1b.a (2 of 3), 1 s']);
    shown.out('text');
    shown.out('more');
    expect(streams.printed.slice(1)).toEqual(['\r\u001b[2K', 'out: text', 'out: more']);
    now = 3000;
    reportProgress('simulate', 'a linker with quite a long name, longer than the terminal');
    expect(streams.printed.at(-1)).toHaveLength('\r\u001b[2K'.length + 49);
    end();
    expect(streams.printed.at(-1)).toBe('\r\u001b[2K');
    reportProgress('simulate', 'GNU ld');
    expect(streams.printed.at(-1)).toBe('\r\u001b[2K');
  });

  test('there is none in a file or a pipe', () => {
    const streams = recorded({});
    const shown = showProgress(streams, () => 0);
    expect(shown.streams).toBe(streams);
    reportProgress('simulate', 'GNU ld');
    shown.end();
    expect(streams.printed).toEqual([]);
  });

  test('a command reports the steps of each phase', async () => {
    const phases = new Set<string>();
    setProgressListener(({ phase }) => phases.add(phase));
    const at = join(import.meta.dirname, '../../../fixtures/founding/elf');
    await main(['trim', '-n', ...FOUNDING_FILES.map((name) => join(at, name))], recorded({}));
    expect([...phases].toSorted()).toEqual(['compare', 'read', 'simulate']);
  });
});

describe('errors', () => {
  test('are called that on a terminal alone', async () => {
    const terminal = { columns: 80, colors: true };
    expect(complaint('x: is gone', null)).toBe('ardedup: x: is gone\n');
    expect(complaint('x: is gone', terminal)).toBe('ardedup: \u001b[1;31merror:\u001b[0m x: is gone\n');
    expect(complaint('warning: x', terminal)).toBe('ardedup: \u001b[1;33mwarning:\u001b[0m x\n');
    const streams = recorded({ errorTerminal: terminal });
    expect(await main(['chekc'], streams)).toBe(2);
    expect(streams.printed).toEqual([
      "ardedup: \u001b[1;31merror:\u001b[0m unknown command 'chekc': did you mean check? (--help lists the\n  options)\n",
    ]);
  });
});

describe('text', () => {
  const at = useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES), { enters: true });

  test('is wrapped to the terminal; commands, JSON and files are not', async () => {
    const streams = recorded({ columns: 60 });
    await main(['check', ...FOUNDING_FILES], streams);
    const lines = streams.printed.join('').split('\n');
    const isOfTable = (line: string) => /→|files in the link/.test(line);
    const isCommand = (line: string) => line.trimStart().startsWith('ardedup trim ');
    expect(lines.filter((line) => line.length > 65 && !isOfTable(line) && !isCommand(line))).toEqual([]);
    expect(lines.filter(isCommand)).toHaveLength(1);
    const json = recorded({ columns: 60 });
    const piped = recorded({});
    await main(['check', '--format', 'json', ...FOUNDING_FILES], json);
    await main(['check', '--format', 'json', ...FOUNDING_FILES], piped);
    expect(json.printed).toEqual(piped.printed);
  });

  needsTool('script')(
    'a real terminal',
    ([script]) => {
      if (!isBuilt() || process.platform !== 'linux') return;
      const program = join(import.meta.dirname, '../../../bin/ardedup.js');
      const run = `'${process.execPath}' '${program}'`;
      const command = `stty cols 60; ${run} check ${FOUNDING_FILES.join(' ')}; ${run} explain missing.log; true`;
      const text = execFileSync(script, ['-qec', command, '/dev/null'], {
        cwd: at(),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString();
      expect(text).toContain(
        '\u001b[31merror  \u001b[39m  split-state: 7 mutable globals of evt_runtime\r\n           exist in',
      );
      expect(text).toContain(
        'ardedup: \u001b[1;31merror:\u001b[0m missing.log: not a file or a code (a symbol\r\n',
      );
      const piped = spawnSync(process.execPath, [program, 'check', ...FOUNDING_FILES], {
        cwd: at(),
        encoding: 'utf8',
      });
      expect(piped.stdout).not.toContain('\u001b');
      expect(piped.stdout).toMatch(/^ {2}error {4}split-state: .{100}/m);
    },
    60_000,
  );
});
