import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeGnuArchive } from '../../../test/builders/write-archive.js';
import { openLine } from '../../link/line/open-lines.js';
import { planTrim } from '../plan-trim.js';

const OBJECTS = join(import.meta.dirname, '../../../fixtures/objects/coff');

/** An import library has a member for each name, all called after the DLL, and three that tie them together. */
test('import members stay, though two archives have the same ones under one name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-imports-'));
  try {
    const members = [1, 2, 3, 4, 5, 6, 7].map((number) => ({
      name: 'tiny.dll',
      data: readFileSync(join(OBJECTS, `import-x86_64-${number}.o`)),
    }));
    const paths = ['libw.a', 'libs.a'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, writeGnuArchive(members, []));
    const opened = openLine([join(OBJECTS, 'gnu.o'), ...paths]);
    try {
      const plan = planTrim(opened.inputs, opened.line, { providers: [1], linker: null });
      const imports = plan.verdicts.filter(({ member }) => {
        const content = opened.inputs.contents[member];
        return content.kind === 'object' && content.info.format === 'coff-import';
      });
      expect(imports.length).toBeGreaterThanOrEqual(8);
      for (const verdict of imports) expect(verdict).toMatchObject({ kind: 'keep', reason: 'no-twin' });
    } finally {
      opened.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
