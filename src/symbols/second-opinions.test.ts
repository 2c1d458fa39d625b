import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../bytes/byte-source.js';
import { SHT_NOBITS, SHT_NULL, SHT_PROGBITS, SHT_STRTAB, SHT_SYMTAB } from '../core/elf/constants.js';
import { readElfHeader } from './elf/header.js';
import { readSections, sectionAt, sectionName } from './elf/sections.js';
import { readCommands } from './macho/commands.js';
import { readMachoHeader } from './macho/header.js';

/** The same headers as the npm packages elfy and macho read them. */

interface ElfyFile {
  body: { sections: { name: string; type: string; off: number; size: number }[] };
}
interface MachoCommand {
  type?: string;
  sections?: { sectname: string; segname: string; addr: number; size: number; offset: number }[];
  symoff: number;
  nsyms: number;
  stroff: number;
  strsize: number;
}
const require = createRequire(import.meta.url);
const elfy: { parse(bytes: Buffer): ElfyFile } = require('elfy');
const macho: { parse(bytes: Buffer): { cmds: MachoCommand[] } } = require('macho');

const folder = fileURLToPath(new URL('../../fixtures/objects/', import.meta.url));
const objectsIn = (format: string): string[] =>
  readdirSync(join(folder, format)).filter((name) => name.endsWith('.o'));

const TYPE_NAMES: Record<number, string> = {
  [SHT_NULL]: 'null',
  [SHT_PROGBITS]: 'progbits',
  [SHT_SYMTAB]: 'symtab',
  [SHT_STRTAB]: 'strtab',
  [SHT_NOBITS]: 'nobits',
};

describe('section headers, as elfy reads them', () => {
  for (const name of objectsIn('elf')) {
    test(name, () => {
      const bytes = readFileSync(join(folder, 'elf', name));
      const object = ByteSource.of(name, bytes);
      const sections = readSections(object, readElfHeader(object));
      const ours = Array.from({ length: sections.count }, (_, index) => {
        const section = sectionAt(sections, index);
        return { name: sectionName(sections, section), off: section.offset, size: section.size };
      });
      const theirs = elfy.parse(bytes).body.sections;
      expect(ours).toEqual(theirs.map(({ name, off, size }) => ({ name, off, size })));
      for (let index = 0; index < sections.count; index++) {
        const known = TYPE_NAMES[sectionAt(sections, index).type];
        if (known !== undefined) expect(theirs[index].type).toBe(known);
      }
    });
  }
});

describe('load commands, as macho reads them', () => {
  for (const name of objectsIn('macho')) {
    test(name, () => {
      const bytes = readFileSync(join(folder, 'macho', name));
      const ours = readCommands(readMachoHeader(ByteSource.of(name, bytes)));
      const theirs = macho.parse(bytes).cmds;
      const sections = theirs.flatMap((command) => command.sections ?? []);
      expect(
        ours.sections.map(({ segment, name, address, size, offset }) => [
          segment,
          name,
          address,
          size,
          offset,
        ]),
      ).toEqual(
        sections.map(({ segname, sectname, addr, size, offset }) => [segname, sectname, addr, size, offset]),
      );
      const symtab = theirs.find(({ type }) => type === 'symtab');
      expect(ours.symtab).toEqual({
        symbolsOffset: symtab?.symoff,
        symbolCount: symtab?.nsyms,
        stringsOffset: symtab?.stroff,
        stringsSize: symtab?.strsize,
      });
    });
  }
});
