import type { NotedSymbol } from '../../src/link/notation/notation-text.js';
import { type FileLink, labelsOf } from './file-link.js';
import { markerAt, memberMarker } from './object-bytes.js';

/** The address space of a linked file. */
export interface Image {
  readonly file: Buffer;
  /** Offset in the file of what a pointer leads to that is for a reference; −1 where the file has nothing for it. */
  offsetOf(address: number, reference: NotedSymbol): number;
  readonly pointerBytes: 4 | 8;
}

/**
 * By name that a member refers to: the member whose definition its references were bound to. Each member has its
 * marker, and behind it a pointer for each reference, in the order of its rows. `common` where a pointer leads to no
 * marker; two answers where references differ.
 */
export function boundIn({ file, offsetOf, pointerBytes }: Image, link: FileLink): Map<string, string> {
  const labels = labelsOf(link);
  const found = new Map<string, Set<string>>();
  for (const [at, { symbols }] of link.members.entries()) {
    const start = file.indexOf(memberMarker(at));
    if (start < 0) continue;
    const references = symbols.filter(({ letter }) => 'Uw'.includes(letter));
    for (const [slot, reference] of references.entries()) {
      const place = start + 16 + slot * pointerBytes;
      const address = pointerBytes === 8 ? Number(file.readBigUInt64LE(place)) : file.readUInt32LE(place);
      if (address === 0) continue;
      const marker = markerAt(file, offsetOf(address, reference));
      const winner = marker === null ? 'common' : labels[marker.member];
      found.set(reference.name, (found.get(reference.name) ?? new Set()).add(winner));
    }
  }
  return new Map([...found].map(([name, winners]) => [name, [...winners].sort().join(' and ')]));
}

/** Reads the headers of a PE file. */
export function peImage(file: Buffer): Image {
  const head = file.readUInt32LE(0x3c) + 4;
  const optional = head + 20;
  const base = Number(file.readBigUInt64LE(optional + 24));
  const first = optional + file.readUInt16LE(head + 16);
  const sections = Array.from({ length: file.readUInt16LE(head + 2) }, (_, at) => {
    const row = first + 40 * at;
    return {
      address: base + file.readUInt32LE(row + 12),
      size: file.readUInt32LE(row + 16),
      offset: file.readUInt32LE(row + 20),
    };
  });
  const offsetOf = (address: number): number => {
    const section = sections.find((one) => address >= one.address && address - one.address < one.size);
    return section === undefined ? -1 : section.offset + address - section.address;
  };
  return { file, offsetOf, pointerBytes: 8 };
}
