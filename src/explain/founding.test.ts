import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import type { ExplainReport } from '../report/explain/explain-report.js';

/**
 * The founding case in every format: what its linkers say of it is one cause, and the command that it names ends it.
 */

const FOUNDING = join(import.meta.dirname, '../../fixtures/founding');
const LINE = ['main.o', 'libext_http.a', 'libstdlib.a'];
const APPLE = '-arch arm64 -platform_version macos 11.0 11.0 -U _puts -U dyld_stub_binder -o out';
const MSVC = '/nodefaultlib /subsystem:console /entry:main /force:unresolved /out:out.exe';

const LINKERS = [
  ...['ld.bfd', 'ld.gold', 'ld.lld-14', 'ld.lld-22', 'mold'].map((program) => ({
    program,
    format: 'elf',
    flags: '-e main --unresolved-symbols=ignore-all -o out',
    duplicates: 10,
  })),
  ...['ld64.lld-14', 'ld64.lld-22'].map((program) => ({
    program,
    format: 'macho',
    flags: APPLE,
    duplicates: 10,
  })),
  ...['lld-link-14', 'lld-link-22'].map((program) => ({
    program,
    format: 'coff',
    flags: MSVC,
    duplicates: 9,
  })),
  { program: 'x86_64-w64-mingw32-ld', format: 'coff', flags: '-e main -o out.exe', duplicates: 10 },
  ...['wasm-ld-14', 'wasm-ld-22'].map((program) => ({
    program,
    format: 'wasm',
    flags: '--no-entry --export=main --allow-undefined -o out.wasm',
    duplicates: 10,
  })),
];

describe.each(LINKERS)('$format, $program', ({ program, format, flags, duplicates }) => {
  const home = process.cwd();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-founding-log-'));
    cpSync(join(FOUNDING, format), folder, { recursive: true });
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  needsTool(program)('its log is one cause, with state, and one command', async ([linker]) => {
    const said = (line: readonly string[]) => {
      const { stdout, stderr } = spawnSync(linker, [...flags.split(' '), ...line], { encoding: 'utf8' });
      return `${stdout}${stderr}`;
    };
    writeFileSync('link.log', said(LINE));
    const ran = await runMain(['explain', '--format', 'json', 'link.log', '--', ...LINE]);
    expect(ran).toMatchObject({ error: '', exitCode: 0 });
    const { log, link, causes, splitState, notInLink, trimCommand } = JSON.parse(ran.out) as ExplainReport;
    expect(log).toMatchObject({ duplicates, unread: 0, isCut: false });
    expect(link).toMatchObject({ duplicates: expect.any(Number), duplicatesAfterTrim: 0, complete: true });
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({
      relation: 'same-unit',
      inLog: duplicates,
      winner: 'libext_http.a',
      loser: 'libstdlib.a',
    });
    expect(causes[0].crates.map(({ crate }) => crate)).toEqual(['evt_runtime']);
    expect(notInLink).toEqual([]);
    expect(
      splitState.map(({ isMended, copies }) => [isMended, copies.map(({ file }) => file.label)]),
    ).toEqual([[true, ['libext_http.a(evt_runtime)', 'libstdlib.a(evt_runtime)']]]);
    expect(await runMain(trimCommand!.slice(1))).toMatchObject({ error: '', exitCode: 0 });
    expect(said(['main.o', 'trimmed/libext_http.a', 'libstdlib.a'])).not.toMatch(
      /duplicate|multiple definition/,
    );
  });
});
