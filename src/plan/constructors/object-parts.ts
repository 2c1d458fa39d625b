import { type ObjectImage, UNDEFINED_SECTION } from '../../symbols/object-image.js';
import { NONE } from '../../symbols/table.js';

/** What one part of an object refers to, each once. */
export interface PartReferences {
  /** Rows of the image's symbols to which references bind by name. */
  readonly names: readonly number[];
  /** Parts of the same object. */
  readonly parts: readonly number[];
}

/** An object as the pieces that code can reach one without the other. */
export interface ObjectParts {
  readonly image: ObjectImage;
  readonly count: number;
  /** By part: the section that it is of. */
  sectionOf(part: number): number;
  partsOfSection(section: number): readonly number[];
  referencesOf(part: number): PartReferences;
  /** The symbol that defines a name for other objects; NONE if it has none such. */
  definitionOf(name: string): number;
  /** Parts in which a symbol of this object is defined. */
  partsOfSymbol(symbol: number): readonly number[];
}

/** Every section is one part: assemblers resolve calls within a section, and no relocation tells of them. */
export function partsOf(image: ObjectImage): ObjectParts {
  const references: (PartReferences | undefined)[] = [];
  let definitions: Map<string, number> | undefined;
  return {
    image,
    count: image.sections.length,
    sectionOf: (part) => part,
    partsOfSection: (section) => [section],
    referencesOf: (part) => {
      references[part] ??= collectReferences(image, part);
      return references[part];
    },
    definitionOf: (name) => {
      definitions ??= collectDefinitions(image);
      return definitions.get(name) ?? NONE;
    },
    partsOfSymbol: (symbol) => {
      const { section } = image.symbols[symbol];
      return section >= 0 ? [section] : [];
    },
  };
}

function collectReferences({ sections, symbols }: ObjectImage, section: number): PartReferences {
  const names = new Set<number>();
  const parts = new Set<number>();
  for (const relocation of sections[section].relocations) {
    if (relocation.section !== NONE) parts.add(relocation.section);
    if (relocation.symbol === NONE) continue;
    const symbol = symbols[relocation.symbol];
    if (symbol.binding !== 'local') names.add(relocation.symbol);
    else if (symbol.section >= 0) parts.add(symbol.section);
  }
  return { names: [...names], parts: [...parts] };
}

function collectDefinitions({ symbols }: ObjectImage): Map<string, number> {
  const definitions = new Map<string, number>();
  for (const [row, { name, binding, section }] of symbols.entries())
    if (binding !== 'local' && section !== UNDEFINED_SECTION && !definitions.has(name))
      definitions.set(name, row);
  return definitions;
}
