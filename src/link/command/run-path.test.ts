import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLine } from '../line/open-lines.js';

/* -R folder: GNU ld, gold, LLD and mold take it for -rpath, even where no such folder exists; -R file: its symbols. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-run-path-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'there'));
writeFileSync(join(folder, 'symbols.o'), 'symbols');

describe('-R', () => {
  test.each([
    [['-R', 'there'], []],
    [['-Rthere'], []],
    [['-R', 'missing'], []],
    [['-R', 'symbols.o'], ['-R symbols.o']],
    [['-Rsymbols.o'], ['-Rsymbols.o']],
  ])('%j', (words, told) => {
    const path = new URL('../../../fixtures/founding/elf/main.o', import.meta.url).pathname;
    const here = process.cwd();
    process.chdir(folder);
    const opened = openLine([path, ...words]);
    process.chdir(here);
    opened.close();
    expect(opened.skipped.map(({ what }) => what)).toEqual(told);
  });
});
