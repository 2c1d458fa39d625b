import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeLog } from './clean-log.js';
import { diagnosticParsers } from './diagnostic-parsers.js';
import { type LogReading, readLog } from './read-log.js';

const FOLDER = join(import.meta.dirname, '../../../fixtures/diagnostics');
const recorded = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .sort();

/** A row for each complaint, then the lines that belong to none. */
function describeReading(log: LogReading): string {
  const { diagnostics, notes, roles, lines, family, program, architecture } = log;
  const rows = diagnostics.map(({ kind, severity, symbol, mangled, files, line }) => {
    const places = files.map(({ archive, member, number }) =>
      archive === null ? member : `${archive}${number === null ? '' : `#${number}`}(${member ?? ''})`,
    );
    const name = mangled === null || mangled === symbol ? symbol : `${symbol} = ${mangled}`;
    return `${line}: ${kind} ${severity}: ${name}\n${places.map((place) => `   ${place}\n`).join('')}`;
  });
  const rest = roles.flatMap((role, at) =>
    role === 'diagnostic' || role === 'blank' ? [] : [`${lines[at].number}: ${role}: ${lines[at].text}\n`],
  );
  const noted = notes.map(
    ({ code, line, subject, files }) =>
      `${line}: ${code}: ${subject}\n${files.map((file) => `   ${file}\n`).join('')}`,
  );
  return `${family}, ${program}, ${architecture}\n\n${rows.join('')}${noted.join('')}\n${rest.join('')}`;
}

test.each(recorded)('%s', async (name) => {
  const log = readLog(decodeLog(readFileSync(join(FOLDER, name))));
  await expect(describeReading(log)).toMatchFileSnapshot(join(FOLDER, name.replace(/\.txt$/, '.read')));
});

test.each(recorded)('%s: no line of a complaint is left over', (name) => {
  const log = readLog(decodeLog(readFileSync(join(FOLDER, name))));
  expect(log.roles.filter((role) => role === 'unread')).toEqual([]);
  expect(log.diagnostics.length + log.notes.length).toBeGreaterThan(0);
});

test('every family of linkers has a recorded log or is asked itself', () => {
  const families = new Set(
    recorded.map((name) => readLog(decodeLog(readFileSync(join(FOLDER, name)))).family),
  );
  const asked = ['gold', 'lld', 'mold', 'gnu-ld'];
  expect(
    diagnosticParsers.map(({ id }) => id).filter((id) => !families.has(id) && !asked.includes(id)),
  ).toEqual([]);
});

describe('what surrounds a message', () => {
  const message = readFileSync(join(FOLDER, 'ld64-duplicates.txt'), 'utf8').trim().split('\n');
  const expected = readLog(message.join('\n')).diagnostics;

  test.each([
    ['GitHub', '2026-02-03T10:11:12.1234567Z '],
    ['GitLab', '2026-02-03T10:11:12.123456Z 01O '],
    ['Jenkins', '[2026-02-03T10:11:12.123Z] '],
    ['times', '[10:11:12] '],
    ['Ninja', '[1/2] '],
    ['Docker', '#12 3.456 '],
    ['MSBuild', '  3>'],
    ['a wrapper', '[x] '],
    ['a quotation', '> '],
    ['colours', '\u001b[1m\u001b[31m'],
    ['a build script of cargo', 'warning: my-crate@0.1.0: '],
  ])('%s', (_, prefix) => {
    expect(readLog(message.map((line) => prefix + line).join('\n')).diagnostics).toEqual(expected);
    expect(readLog(message.map((line) => prefix + line).join('\r\n')).diagnostics).toEqual(expected);
  });

  test('UTF-16 of PowerShell', () => {
    const bytes = Buffer.from(`\ufeff${message.join('\r\n')}`, 'utf16le');
    expect(readLog(decodeLog(bytes)).diagnostics).toEqual(expected);
  });
});

test('a log of nothing but noise has no complaint, and a line with an unknown error is listed', () => {
  const log = readLog('compiling\nwarning: unused\nfoo.c:1: error: expected ;\n');
  expect(log.diagnostics).toEqual([]);
  expect(log.roles).toEqual(['other', 'other', 'unread', 'blank']);
});

test.each([
  'gmake[2]: *** [CMakeFiles/app.dir/build.make:102: app] Error 1',
  'mingw32-make.exe[1]: *** [Makefile:3: app.exe] Error 1',
  `NMAKE : fatal error U1077: "link.exe" : return code "0x490"`,
  'scons: *** [app] Error 1',
  'ERROR: /src/BUILD:1:10: Linking app failed: (Exit 1): gcc failed: error executing CppLink command',
  'C:\\BuildTools\\Microsoft.CppCommon.targets(1096,5): error MSB6006: "link.exe" exited with code 1169.',
  "error: command '/usr/bin/gcc' failed with exit code 1",
  'Error: Process completed with exit code 2.',
  'error: failed to run custom build command for `foo v0.1.0`',
])('a build tool only repeats that a command failed: %s', (line) => {
  expect(readLog(line).roles).toEqual(['summary']);
});

test("the linker's own counts are added", () => {
  expect(
    readLog('ld: 154 duplicate symbols for architecture arm64\nError (Xcode): 2 duplicate symbols\n'),
  ).toMatchObject({
    counted: 156,
    diagnostics: [],
  });
  expect(readLog('compiling\n').counted).toBeNull();
});

test('a warning of duplicate libraries, or of gcc, is not read as a duplicate symbol', () => {
  const log = readLog(
    "ld: warning: ignoring duplicate libraries: '-lc++'\na.c:3: warning: duplicate 'const'\n",
  );
  expect(log).toMatchObject({ diagnostics: [], notes: [] });
  expect(log.roles).toEqual(['other', 'other', 'blank']);
});

test('a message that breaks off anywhere ends with the log', () => {
  for (const name of recorded) {
    const lines = decodeLog(readFileSync(join(FOLDER, name))).split('\n');
    for (let end = 0; end < lines.length; end++) {
      const log = readLog(lines.slice(0, end).join('\n'));
      expect(log.roles.length).toBe(log.lines.length);
    }
  }
});

test('10,000 messages take little time of a processor', () => {
  const message = (at: number) =>
    `/usr/bin/ld: libb.a(b.o): in function \`f${at}':\nb.c:(.text.f${at}+0x0): multiple definition of \`f${at}'; liba.a(a.o):a.c:(.text+0x0): first defined here\n`;
  const text = Array.from({ length: 10_000 }, (_, at) => message(at)).join('');
  const before = process.cpuUsage();
  expect(readLog(text).diagnostics.length).toBe(10_000);
  // 0.3 s alone; a parser that looks back for each message takes minutes.
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
});
