import type { ByteSource } from '../../bytes/byte-source.js';
import { UnreadableError } from '../object-format.js';
import { WASM_SEC_CUSTOM } from './constants.js';
import { nameText, WasmReader } from './reader.js';

/** One section: the range of what it holds, after the name where it has one. */
export interface WasmSection {
  readonly id: number;
  /** Name of a custom section; empty for others. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Eight bytes of magic and version. Components (the component model) have the same magic and another version. */
const HEADER_BYTES = 8;
/** Names that matter are short; a longer one is cut, and nothing is lost. */
const WINDOW = 64;

/** All sections in order. Only their heads are read: id (u8), size (ULEB), and of custom ones the name. */
export function readSections(object: ByteSource): readonly WasmSection[] {
  const version = object.view(0, HEADER_BYTES, 'WebAssembly header').u32(4);
  if (version !== 1) throw new UnreadableError(`a WebAssembly file of version 0x${version.toString(16)}`);
  const sections: WasmSection[] = [];
  for (let offset = HEADER_BYTES; offset < object.size; ) {
    const reader = new WasmReader(object.viewUpTo(offset, WINDOW, 'section header'));
    const id = reader.u8();
    const size = reader.uleb();
    const start = offset + reader.position;
    object.slice(start, size, object.label);
    sections.push({
      id,
      ...(id === WASM_SEC_CUSTOM ? custom(object, reader, start, size) : { name: '', offset: start, size }),
    });
    offset = start + size;
  }
  return sections;
}

function custom(
  object: ByteSource,
  reader: WasmReader,
  start: number,
  size: number,
): { name: string; offset: number; size: number } {
  const headBytes = reader.position;
  const length = reader.uleb();
  const prefix = reader.position - headBytes + length;
  if (prefix > size) throw object.error(start, `name of ${length} bytes in a section of ${size}`);
  const shown = Math.min(length, reader.view.length - reader.position);
  const name = nameText({ bytes: reader.view.bytes, start: reader.position, end: reader.position + shown });
  return { name, offset: start + prefix, size: size - prefix };
}

/** A reader of a section's content; of none there is nothing to read. */
export const openSection = (object: ByteSource, section: WasmSection | undefined, what: string): WasmReader =>
  new WasmReader(object.view(section?.offset ?? 0, section?.size ?? 0, what));
