import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Quoting, quoteForResponseFile } from '../link/command/response-file.js';
import type { WorkFolder } from './work-folder.js';

/** Characters that a system surely takes for a whole command line: Windows 32,767; others far more than this. */
const LONGEST_LINE = process.platform === 'win32' ? 30_000 : 120_000;

/** How a tool's response files are quoted, as its name and line say. */
export function quotingOf(tool: string, words: readonly string[]): Quoting {
  const said = words.findLast((word) => /^--?rsp-quoting=(?:windows|posix)$/.test(word));
  if (said !== undefined) return said.endsWith('windows') ? 'windows' : 'posix';
  return /^(?:lld-link|link|clang-cl)/i.test(tool) ? 'windows' : 'posix';
}

/**
 * The words as the tool is to get them: in a response file where one came in, or where the line is long.
 * @param tool its name says how a response file is quoted
 */
export function wordsToPass(
  tool: string,
  words: readonly string[],
  cameInFile: boolean,
  work: WorkFolder,
): string[] {
  const length = words.reduce((sum, word) => sum + word.length + 3, 0);
  if (!cameInFile && length <= LONGEST_LINE) return [...words];
  const path = join(work.path(), 'line.rsp');
  const isMsvc = quotingOf(tool, words) === 'windows';
  const text = `${words.map(isMsvc ? quoteForMsvc : quoteForResponseFile).join('\n')}\n`;
  // Microsoft's linker takes anything else for the system's code page.
  if (isMsvc && /[^\n -~]/.test(text)) writeFileSync(path, Buffer.from(`\uFEFF${text}`, 'utf16le'));
  else writeFileSync(path, text);
  return [`@${path}`];
}

/**
 * A word as Microsoft's tools read it: backslashes are themselves, but before a quote, where they are halved.
 *
 * Source: https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
export const quoteForMsvc = (word: string): string =>
  word !== '' && !/[\s"]/.test(word)
    ? word
    : `"${word.replace(/(?<!\\)(\\*)"/g, '$1$1\\"').replace(/(?<!\\)(\\+)$/, '$1$1')}"`;
