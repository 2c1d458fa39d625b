import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeGnuArchive } from '../../../test/builders/write-archive.js';
import { writeElf } from '../../../test/builders/write-elf.js';
import { knownLinkers } from '../../../test/oracles/real-linkers.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { openLines } from '../line/open-lines.js';
import { readNotation } from '../notation/notation-text.js';
import { MixedInputsError } from './inputs.js';

/* -lf where the first folder has a libf.a for another machine. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-machines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { members } = readNotation('link: main.o libf.a\nmain.o:\n  T main\n  U f\nlibf.a(f.o):\n  T f\n');
const [main, f] = members.map((member, at) => writeElf(member, { member: at, firstSymbol: at << 10 }));
const forArm = Buffer.from(f);
const EM_AARCH64 = 183;
forArm.writeUInt16LE(EM_AARCH64, 18);
for (const [name, data] of [
  ['arm', forArm],
  ['intel', f],
] as const) {
  mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, name, 'libf.a'),
    writeGnuArchive([{ name: 'f.o', data }], [{ name: 'f', ordinal: 0 }]),
  );
}
writeFileSync(join(folder, 'main.o'), main);

const words = [join(folder, 'main.o'), `-L${folder}/arm`, `-L${folder}/intel`, '-lf'];

describe('a library for another machine', () => {
  test.each([null, 'ld.bfd', 'ld.gold', 'mold'])('is skipped, and reported: %s', (program) => {
    const { lines, close } = openLines(words, { program });
    close();
    expect(lines[0].inputs.archives.map(({ path }) => path)).toEqual([join(folder, 'intel/libf.a')]);
    expect(lines[0].skipped).toEqual([
      {
        what: join(folder, 'arm/libf.a'),
        reason: 'skipped in the search for -lf: it is elf arm64 (64 bits, little endian)',
      },
    ]);
    expect(lines[0].paths).toContain(join(folder, 'arm/libf.a'));
  });

  test('is not found where there is no other', () => {
    const { lines, close } = openLines(words.filter((word) => !word.endsWith('intel')));
    close();
    expect(lines[0].inputs.archives).toEqual([]);
    expect(lines[0].skipped.map(({ what }) => what)).toEqual([join(folder, 'arm/libf.a'), '-lf']);
  });

  test('is an error for LLD, and on the line itself', () => {
    expect(() => openLines(words, { program: 'ld.lld' })).toThrow(MixedInputsError);
    expect(() => openLines([words[0], join(folder, 'arm/libf.a')])).toThrow(MixedInputsError);
  });
});

/** gold is often built for x86 alone: it is asked about 32 bits. */
function writeLibraryOf32Bits(assembler: string): void {
  const own = join(folder, '32');
  mkdirSync(own, { recursive: true });
  spawnSync(assembler, ['--32', '-o', join(own, 'f.o')], { input: '.globl f\nf: .long 0\n' });
  const data = readFileSync(join(own, 'f.o'));
  writeFileSync(join(own, 'libf.a'), writeGnuArchive([{ name: 'f.o', data }], [{ name: 'f', ordinal: 0 }]));
}

for (const { name, profile } of knownLinkers) {
  const takesFirst = profile === 'lld' || profile === 'lld-14';
  needsTool(name, 'as')(`${name} ${takesFirst ? 'stops at it' : 'skips it'}`, ([linker, assembler]) => {
    writeLibraryOf32Bits(assembler);
    const line = [words[0], `-L${folder}/32`, ...words.slice(2)];
    const { status } = spawnSync(linker, ['-o', join(folder, `out.${name}`), '-e', 'main', ...line]);
    expect(status === 0).toBe(!takesFirst);
    const open = () => openLines(line, { program: name });
    if (takesFirst) expect(open).toThrow(MixedInputsError);
    else {
      const { lines, close } = open();
      close();
      expect(lines[0].inputs.archives.map(({ path }) => path)).toEqual([join(folder, 'intel/libf.a')]);
    }
  });
}
