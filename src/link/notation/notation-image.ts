import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageRelocation,
  type ImageSection,
  type ImageSymbol,
  type ObjectImage,
  type SectionUse,
  UNDEFINED_SECTION,
} from '../../symbols/image/object-image.js';
import { NONE } from '../../symbols/table.js';
import type { NotedMember, NotedSymbol } from './notation-text.js';

/*
 * The image of a noted member: one section for each definition, with references to the names in its mark [uses=…].
 * Without the mark, data has no references, and code references all symbols of the member, as if it were in one
 * section.
 */

/** @param slots sections of constructors and the like: which symbols they hold the addresses of */
export function imageOf(
  { symbols }: NotedMember,
  slots: readonly { readonly use: SectionUse; readonly section: string; readonly names: readonly string[] }[],
): ObjectImage {
  const sections: ImageSection[] = [];
  const rows = new Map(symbols.map(({ name }, row) => [name, row]));
  const referTo = (names: readonly string[]): ImageRelocation[] =>
    names.flatMap((name) => {
      const symbol = rows.get(name);
      return symbol === undefined ? [] : [relocationTo(symbol)];
    });
  const add = (name: string, use: SectionUse, relocations: readonly ImageRelocation[]): number =>
    sections.push(makeSection(sections.length, name, use, relocations)) - 1;
  const all = symbols.map(({ name }) => name);
  const noted = symbols.map((symbol, number): ImageSymbol => {
    const { letter, name, marks } = symbol;
    const use = useOf(symbol);
    const uses = marks.get('uses')?.split(/[\s,]+/) ?? (use === 'code' ? all : []);
    return {
      number,
      name,
      section: use === null ? unplaced(letter) : add(`.${use}.${name}`, use, referTo(uses)),
      value: 0n,
      size: 0n,
      binding: bindingOf(letter),
      type: 0,
      other: 0,
      marker: null,
    };
  });
  for (const { use, section, names } of slots) add(section, use, referTo(names));
  return { attributes: [], sections, symbols: noted, groups: [] };
}

const relocationTo = (symbol: number): ImageRelocation => ({
  offset: 0,
  type: 0,
  symbol,
  section: NONE,
  addend: 0,
});

function makeSection(
  number: number,
  name: string,
  use: SectionUse,
  relocations: readonly ImageRelocation[],
): ImageSection {
  return {
    number,
    name,
    use,
    type: 0,
    flags: 0n,
    isWritable: use === 'data' || use === 'zero' || use === 'tls',
    alignment: 1,
    entrySize: 0,
    size: 8,
    bytes: new Uint8Array(0),
    relocations,
    group: NONE,
    follows: NONE,
  };
}

/** Null where a symbol is in no section. */
function useOf({ letter, marks }: NotedSymbol): SectionUse | null {
  if ('UwvAC'.includes(letter)) return null;
  if (marks.has('tls')) return 'tls';
  if (marks.has('func')) return 'code';
  if ('TWti'.includes(letter)) return 'code';
  if ('Rr'.includes(letter)) return 'constant';
  return 'Bb'.includes(letter) ? 'zero' : 'data';
}

function unplaced(letter: string): number {
  if (letter === 'C') return COMMON_SECTION;
  return letter === 'A' ? ABSOLUTE_SECTION : UNDEFINED_SECTION;
}

function bindingOf(letter: string): ImageSymbol['binding'] {
  if ('WVwv'.includes(letter)) return 'weak';
  if (letter === 'u') return 'unique';
  return 'tdrb'.includes(letter) ? 'local' : 'global';
}
