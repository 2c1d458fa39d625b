import type { Inputs } from '../../link/inputs/inputs.js';
import type { SectionGraph, SectionGraphs } from '../../plan/edits/section-graph.js';
import type { SymbolId } from '../../symbols/table.js';

/** Whether two definitions have the same bytes and refer to the same names; false where that cannot be read. */
export function haveEqualContent(
  { symbols }: Inputs,
  images: SectionGraphs,
  one: SymbolId,
  other: SymbolId,
): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((symbol) =>
    contentOf(images(symbols.member[symbol]), symbols.names.text(symbols.name[symbol])),
  );
  return a !== null && a === b;
}

/** The bytes of a definition and its relocations, as text; null where its extent is not recorded. */
function contentOf(graph: SectionGraph | null, name: string): string | null {
  const { image } = graph ?? {};
  const symbol = image?.symbols.find(
    (own) => own.name === name && own.binding !== 'local' && own.section >= 0,
  );
  if (image === undefined || symbol === undefined || symbol.size === 0n) return null;
  const section = image.sections[symbol.section];
  const [start, end] = [Number(symbol.value), Number(symbol.value + symbol.size)];
  const bytes = Buffer.from(section.bytes.subarray(start, end));
  const relocations = section.relocations
    .filter(({ offset }) => offset >= start && offset < end)
    .map((relocation) => {
      const target = image.symbols[relocation.symbol];
      // Offsets into a section of its own object say nothing about another's.
      const where = target !== undefined && target.binding !== 'local' ? target.name : null;
      return where === null
        ? null
        : `${relocation.offset - start} ${relocation.type} ${where} ${relocation.addend}`;
    });
  if (relocations.includes(null)) return null;
  const content = bytes.every((byte) => byte === 0) ? '' : bytes.toString('latin1');
  return [String(symbol.size), section.isWritable, content, ...relocations].join('\n');
}
