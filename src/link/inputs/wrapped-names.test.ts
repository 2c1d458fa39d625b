import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { simulate } from '../../../test/link-answer.js';
import { askLinker, installedLinkers, linkFolder, writeFiles } from '../../../test/oracles/real-linkers.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { refusalOf } from '../line/refusals.js';
import { findProfile, profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { readNotation } from '../notation/notation-text.js';
import { entangledNames } from './wrapped-names.js';

/* What --wrap extracts where the output does not show who won: LLD leaves out `__real_f`, gold renames a COMMON. */

const base = mkdtempSync(join(tmpdir(), 'ardedup-wrap-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** `__real_f` of an archive, which LLD extracts as it does `__wrap_f`. */
const REAL_IN_AN_ARCHIVE = `
link: --wrap=f main.o liba.a libr.a libw.a
main.o:
  T main
  U f
liba.a(a.o):
  T f
libr.a(r.o):
  T __real_f
libw.a(w.o):
  T __wrap_f
`;

/** Only the wrapper references `f`, as `__real_f`. LLD up to 15 then extracts no member for `f`. */
const REAL_ALONE = `
link: --wrap=f main.o liba.a libb.a libw.a
main.o:
  T main
  U g
liba.a(a.o):
  T f
libb.a(b.o):
  T g
libw.a(w.o):
  T __wrap_f
  U __real_f
`;

const COMMON = `
link: --wrap=f main.o a.o libw.a
main.o:
  T main
a.o:
  C f
libw.a(w.o):
  T __wrap_f
`;

describe('--wrap', () => {
  for (const { name, profile } of [
    { name: 'ld.bfd', profile: 'gnu-ld' },
    { name: 'ld.gold', profile: 'gold' },
    { name: 'mold', profile: 'mold' },
    { name: 'ld.lld-14', profile: 'lld-14' },
    { name: 'ld.lld-15', profile: 'lld-14' },
    { name: 'ld.lld-16', profile: 'lld' },
    { name: 'ld.lld-19', profile: 'lld' },
    { name: 'ld.lld-22', profile: 'lld' },
  ])
    needsTool(name)(`${name} extracts for it what is expected`, async () => {
      const own = findProfile(profile);
      const linker = installedLinkers().find((one) => one.name === name);
      if (!own || !linker) throw new Error(name);
      for (const text of [REAL_IN_AN_ARCHIVE, REAL_ALONE, COMMON]) {
        const link = readNotation(text);
        const folder = linkFolder(base, name);
        writeFiles(link, folder);
        const { answer } = await askLinker(linker, link, folder);
        expect(answer?.members).toEqual(simulate(link, own).answer.members);
      }
    });

  test('gold renames a COMMON too, and wild has rules of its own, so no plan is made for them', () => {
    const { line } = buildInputs(readNotation(COMMON));
    const refused = profilesOf('elf').filter((profile) => refusalOf(profile, line) !== null);
    expect(refused.map(({ id }) => id)).toEqual(['gold', 'wild']);
  });

  test('names of which another option speaks, too', () => {
    expect(entangledNames(['f', 'g'], [])).toEqual([]);
    expect(entangledNames(['f', '__wrap_f'], [])).toEqual(['f']);
    expect(entangledNames(['f', '__real_f'], [])).toEqual(['f']);
    const definition = { name: 'a', references: ['__wrap_f'], isAlias: true, at: 0, group: -1 };
    expect(entangledNames(['f', 'g'], [definition])).toEqual(['f']);
  });
});
