import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildUniversal, retargeted } from '../../test/builders/build-universal.js';
import { runMain } from '../../test/run-main.js';
import { splitResponseFile } from '../link/command/response-file.js';

/*
 * Transcripts: in each ```console block, lines with `$` are run in a folder that holds the founding archives (elf/,
 * macho/), recorded logs (logs/) and linker maps (maps/), and what they print follows; `<` feeds a file: standard
 * output as it is, standard error behind `! `, and the exit code in brackets unless it is 0. `npx vitest run src/cli
 * -u` writes the answers again.
 */
const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Commands of transcripts other than ardedup, implemented without a shell. */
const TOOLS: Record<string, (args: string[]) => string> = {
  ls: ([folder]) =>
    readdirSync(folder)
      .sort()
      .map((name) => `${name}${statSync(join(folder, name)).isDirectory() ? '/' : ''}\n`)
      .join(''),
  mkdir: (folders) => {
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    return '';
  },
  cp: ([from, to]) => {
    cpSync(from, to);
    return '';
  },
  rm: ([path]) => {
    rmSync(path);
    return '';
  },
  ln: (args) => {
    if (args[0] === '-s') symlinkSync(args[1], args[2]);
    else linkSync(args[0], args[1]);
    return '';
  },
  cat: ([path]) => readFileSync(path, 'utf8'),
  cmp: ([one, other]) => (readFileSync(one).equals(readFileSync(other)) ? '' : `${one} ${other} differ\n`),
  /** `lipo FAT ARCHITECTURE=FILE …`, with the objects of each file said to be for that architecture. */
  lipo: ([path, ...parts]) => {
    const slices = parts.map((part) => {
      const [architecture, file] = part.split('=');
      return { architecture, bytes: retargeted(readFileSync(file), architecture) };
    });
    writeFileSync(path, buildUniversal(slices));
    return '';
  },
  truncate: ([path, size]) => {
    truncateSync(path, Number(size));
    return '';
  },
  write: ([path, ...words]) => {
    writeFileSync(path, `${words.join(' ')}\n`);
    return '';
  },
  tamper: ([path, offset]) => {
    const bytes = readFileSync(path);
    bytes[Number(offset)] ^= 0xff;
    writeFileSync(path, bytes);
    return '';
  },
};

async function run(command: string): Promise<string> {
  const [program, ...args] = splitResponseFile(command);
  if (program !== 'ardedup') {
    const tool = TOOLS[program];
    if (!tool) throw new Error(`transcripts know no command '${program}'`);
    return tool(args);
  }
  const redirection = args.indexOf('<');
  const [, path] = redirection < 0 ? [] : args.splice(redirection, 2);
  const { out, error, exitCode } = await runMain(args, path === undefined ? null : readFileSync(path));
  const errors = error.replace(/^(?=.|\n)/gm, '! ').replace(/ +$/gm, '');
  return `${out}${errors}${exitCode === 0 ? '' : `[${exitCode}]\n`}`;
}

/** The transcript with every answer as it is now. */
async function replay(transcript: string): Promise<string> {
  const rows: string[] = [];
  let isConsole = false;
  for (const row of transcript.split('\n')) {
    if (row.startsWith('```')) isConsole = row === '```console';
    if (!isConsole || row.startsWith('```')) rows.push(row);
    else if (row.startsWith('$ ')) {
      const answer = await run(row.slice(2));
      rows.push(row, ...(answer === '' ? [] : answer.replace(/\n$/, '').split('\n')));
    }
  }
  return rows.join('\n');
}

describe('fixtures/cli', () => {
  const home = process.cwd();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-cli-'));
    for (const format of ['elf', 'macho'])
      cpSync(join(FIXTURES, 'founding', format), join(folder, format), { recursive: true });
    process.chdir(folder);
    // Compilers differ from machine to machine: none is asked.
    vi.stubEnv('PATH', '');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  const files = readdirSync(join(FIXTURES, 'cli')).filter((name) => name.endsWith('.md'));
  test.each(files.map((file) => [basename(file, '.md'), file]))('%s', async (_, file) => {
    const path = join(FIXTURES, 'cli', file);
    const transcript = readFileSync(path, 'utf8');
    if (transcript.includes(' maps/'))
      cpSync(join(FIXTURES, 'maps'), join(folder, 'maps'), { recursive: true });
    if (transcript.includes(' logs/'))
      cpSync(join(FIXTURES, 'diagnostics'), join(folder, 'logs'), { recursive: true });
    const replayed = await replay(transcript);
    expect(replayed).not.toContain(folder);
    await expect(replayed).toMatchFileSnapshot(path);
  });
});
