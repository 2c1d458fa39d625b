import type { ByteSource } from '../../bytes/byte-source.js';
import { nameText } from './reader.js';
import { openSection, readSections } from './sections.js';

/**
 * The custom section `producers` (the tool conventions' ProducersSection.md), but for the languages: tools and SDKs.
 */
export function wasmProducers(object: ByteSource): readonly string[] {
  const section = readSections(object).find(({ name }) => name === 'producers');
  if (section === undefined) return [];
  const reader = openSection(object, section, 'producers');
  const producers: string[] = [];
  for (let fields = reader.uleb(); fields > 0; fields--) {
    const field = nameText(reader.name());
    for (let values = reader.uleb(); values > 0; values--) {
      const name = nameText(reader.name());
      const version = nameText(reader.name());
      if (field !== 'language') producers.push(`${name} ${version}`.trim());
    }
  }
  return producers;
}
