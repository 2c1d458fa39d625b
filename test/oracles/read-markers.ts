import { DEFINITION_MARKER, MEMBER_MARKER } from '../builders/write-elf.js';
import { type OutputSymbol, readOutput } from './read-output.js';

/** Output of a linker for objects with markers (see write-elf.ts). */
export interface Linked {
  /** Marker ids of the members that are in, in the order of their places. */
  readonly members: readonly number[];
  readonly definitions: readonly LinkedDefinition[];
}

/** A symbol of the output that has a place. */
export interface LinkedDefinition extends OutputSymbol {
  /** Id of the marker at the symbol's address; −1 if there is no marker. */
  readonly id: number;
}

/** Reads a linked ELF64 file. */
export function readMarkers(file: Buffer): Linked {
  const { symbols, ranges } = readOutput(file);
  const idAt = (offset: number): number => {
    const isMarked =
      offset >= 0 && offset + 8 <= file.length && file.readUInt32LE(offset) === DEFINITION_MARKER;
    return isMarked ? file.readUInt32LE(offset + 4) : -1;
  };
  const definitions = symbols
    .filter(({ isDefined }) => isDefined)
    .map((symbol) => ({ ...symbol, id: idAt(symbol.offset) }));
  const members: number[] = [];
  for (const { offset, size } of ranges)
    for (let at = offset; at + 8 <= offset + size; at += 8)
      if (file.readUInt32LE(at) === MEMBER_MARKER) members.push(file.readUInt32LE(at + 4));
  return { members, definitions };
}
