import type { ByteSource } from '../../bytes/byte-source.js';
import type { ObjectImage } from '../image/object-image.js';
import { NONE } from '../table.js';
import { WASM_SEC_CODE, WASM_SEC_CUSTOM, WASM_SEC_DATA, WASM_SEC_IMPORT } from './constants.js';
import { importTexts } from './image-imports.js';
import { readImageLinking } from './image-linking.js';
import type { Reading } from './image-part.js';
import { readRelocations } from './image-relocations.js';
import { readRows } from './image-rows.js';
import { imageGroup, imageSymbol } from './image-symbols.js';
import { readImports } from './imports.js';
import { readLinking } from './linking.js';
import { openSection, readSections } from './sections.js';
import { readSymbols } from './symbols.js';

/**
 * The image of a WebAssembly object. Sections whose entries are no parts to a linker (types, imports, tables,
 * elements), target features and unknown linking data are attributes, as they are stored.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for relocations and linking data that are not known
 */
export function readWasmImage(object: ByteSource): ObjectImage {
  const sections = readSections(object);
  const find = (name: string) => sections.find((section) => section.name === name);
  const imports = readImports(
    openSection(
      object,
      sections.find(({ id }) => id === WASM_SEC_IMPORT),
      'import section',
    ),
  );
  const linkingSection = find('linking');
  const linking = readImageLinking(openSection(object, linkingSection, 'linking section'));
  const symbols =
    linkingSection === undefined
      ? []
      : readSymbols(
          object,
          imports,
          readLinking(openSection(object, linkingSection, 'linking section'), NO_SINK),
        );
  let next = 0;
  const rowOf = Int32Array.from(symbols, ({ name }) => (name === null ? NONE : next++));
  const reading = {
    object,
    sections,
    linking,
    symbols,
    rowOf,
    relocations: readRelocations(object, sections),
  };
  const rows = readRows(reading, imports.functions.length);
  return {
    attributes: attributesOf(reading),
    sections: rows.sections,
    symbols: symbols.flatMap((symbol, number) =>
      symbol.name === null ? [] : [imageSymbol(rows, symbol, number)],
    ),
    groups: linking.comdats.map((comdat) => imageGroup(rows, comdat)),
  };
}

/** Groups and names are read for their own sake here. */
const NO_SINK = { intern: () => 0, group: () => 0, symbol: () => {} };

/** Sections that are decoded. */
const DIVIDED = new Set([WASM_SEC_IMPORT, WASM_SEC_CODE, WASM_SEC_DATA]);

function attributesOf({ object, sections, linking }: Reading): string[] {
  const imports = sections.find(({ id }) => id === WASM_SEC_IMPORT);
  const attributes = [...linking.unknown, ...importTexts(openSection(object, imports, 'import section'))];
  for (const { id, name, offset, size } of sections) {
    const isStored = id === WASM_SEC_CUSTOM ? name === 'target_features' : !DIVIDED.has(id);
    if (!isStored) continue;
    const { bytes } = object.view(offset, size, 'section');
    attributes.push(`section ${id} ${name} ${Buffer.from(bytes).toString('hex')}`);
  }
  return attributes.sort();
}
