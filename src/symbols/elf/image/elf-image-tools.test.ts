import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { needsTool } from '../../../../test/oracles/tools.js';
import { ByteSource } from '../../../bytes/byte-source.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageSection,
  type ObjectImage,
  UNDEFINED_SECTION,
} from '../../image/object-image.js';
import { readImage } from '../../image/read-image.js';

/** Images of the fixtures, which are for many machines, against what `readelf -SrsW` prints. */

const folder = fileURLToPath(new URL('../../../../fixtures/objects/elf/', import.meta.url));
const objects = readdirSync(folder).filter((name) => name.endsWith('.o'));

interface Printed {
  readonly sections: string[];
  readonly symbols: string[];
  readonly relocations: string[];
}

const SECTION =
  /^ *\[ *(\d+)\] (.*?) +(\S+) +([0-9a-f]{8,16}) ([0-9a-f]{6,}) ([0-9a-f]{6,}) ([0-9a-f]{2,}) +(\S*?) +(\d+) +(\d+) +(\d+)$/;
const TABLES = new Set(['NULL', 'SYMTAB', 'STRTAB', 'REL', 'RELA', 'GROUP']);
const IGNORED = /^\.(comment|debug_|stab)/;

/** Entry sizes of these are not read: tools differ. */
const isTable = (name: string): boolean =>
  /^\.(init|fini|preinit_array|init_array|fini_array|ctors|dtors)(\.|$)/.test(name);

/** The output of readelf, in the form of `ours`. */
function printed(path: string, program: string): Printed {
  const text = execFileSync(program, ['-SrsW', path], { encoding: 'latin1', maxBuffer: 1 << 28 });
  const tableOwner = new Map<number, { readonly name: string; readonly hasAddend: boolean }>();
  const names = new Map<number, string>();
  const sections: string[] = [];
  const symbols: string[] = [];
  const relocations: string[] = [];
  let owner: { readonly name: string; readonly hasAddend: boolean } | undefined;
  for (const line of text.split('\n')) {
    const section = SECTION.exec(line);
    if (section) {
      const [, number, name, type, , offset, size, entrySize, , , info, alignment] = section;
      names.set(Number(number), name);
      if (type === 'REL' || type === 'RELA')
        tableOwner.set(Number.parseInt(offset, 16), {
          name: names.get(Number(info)) ?? '',
          hasAddend: type === 'RELA',
        });
      if (!TABLES.has(type))
        sections.push(
          `${number} ${name} ${Number.parseInt(size, 16)} ${isTable(name) ? '' : Number.parseInt(entrySize, 16)} ${Math.max(1, Number(alignment))}`,
        );
      continue;
    }
    const table = /^Relocation section '.*' at offset 0x([0-9a-f]+)/.exec(line);
    if (table) owner = tableOwner.get(Number.parseInt(table[1], 16));
    const relocation = /^([0-9a-f]{8,16}) {2}([0-9a-f]+) \S+ *(?:[0-9a-f]{8,16} +(?=\S))?(.*)$/.exec(line);
    if (relocation && owner && !IGNORED.test(owner.name))
      relocations.push(relocationRow(owner, relocation[1], relocation[3].trim()));
    const symbol =
      /^ *(\d+): ([0-9a-f]+) +(0x[0-9a-f]+|\d+) (\S+) +(LOCAL|GLOBAL|WEAK|UNIQUE) +\S+ +(?:\[[^\]]*\] +)?(\S+)(?: (.*))?$/.exec(
        line,
      );
    if (symbol && symbol[4] !== 'SECTION' && symbol[4] !== 'FILE' && symbol[1] !== '0') {
      const [, number, value, size, , binding, index, name = ''] = symbol;
      symbols.push(
        `${number} ${name} ${index} ${BigInt(`0x${value}`)} ${BigInt(size)} ${binding.toLowerCase()}`,
      );
    }
  }
  return { sections, symbols, relocations: relocations.sort() };
}

function relocationRow(owner: { name: string; hasAddend: boolean }, offset: string, target: string): string {
  const place = `${owner.name} ${BigInt(`0x${offset}`)}`;
  if (!owner.hasAddend) return `${place} ${target}`;
  // Without a symbol there is only the addend.
  const [, name = '', sign = '+', number = target] = /^(.*?) ?([+-]) ([0-9a-f]+)$/.exec(target) ?? [];
  return `${place} ${name} ${BigInt(`0x${number}`) * (sign === '-' ? -1n : 1n)}`;
}

function ours(image: ObjectImage, isRela: boolean): Printed {
  const index = (section: number): string =>
    section === UNDEFINED_SECTION
      ? 'UND'
      : section === ABSOLUTE_SECTION
        ? 'ABS'
        : section === COMMON_SECTION
          ? 'COM'
          : String(image.sections[section].number);
  const row = (section: ImageSection): string[] =>
    section.relocations.map(({ offset, symbol, section: named, addend }) => {
      const target = symbol >= 0 ? image.symbols[symbol].name : named >= 0 ? image.sections[named].name : '';
      return `${section.name} ${offset} ${target}${isRela ? ` ${addend}` : ''}`;
    });
  return {
    sections: image.sections.map(
      ({ number, name, use, size, entrySize, alignment }) =>
        `${number} ${name} ${size} ${use.endsWith('structors') ? '' : entrySize} ${alignment}`,
    ),
    symbols: image.symbols.map(
      ({ number, name, section, value, size, binding }) =>
        `${number} ${name} ${index(section)} ${value} ${size} ${binding}`,
    ),
    relocations: image.sections
      .filter(({ name }) => name !== '.llvm_addrsig')
      .flatMap(row)
      .sort(),
  };
}

needsTool('readelf')('reads what readelf reads, for every machine', ([readelf]) => {
  expect(objects.length).toBeGreaterThan(20);
  for (const name of objects) {
    const path = join(folder, name);
    const expected = printed(path, readelf);
    const image = readImage(ByteSource.of(name, readFileSync(path)), 'elf');
    const isRela = !/(i386|arm|mips)/.test(name) || name.includes('mips64');
    expect({ name, ...ours(image, isRela) }).toEqual({ name, ...expected });
  }
});
