import type { ByteSource } from '../../bytes/byte-source.js';
import { type SideEffectKind, UnreadableError } from '../object-format.js';
import { WASM_SEC_DATA } from './constants.js';
import type { WasmSegment } from './linking.js';
import type { WasmReader } from './reader.js';
import { openSection, type WasmSection } from './sections.js';

/** By segment: 0, or what a definition in it is. */
export type SegmentState = Uint8Array;
export const STATE = 1;
export const THREAD_STATE = 2;

/** Memory knows no protection: only the name tells what the program does not write to. */
const CONSTANT = ['.rodata', '.data.rel.ro', '.init_array', '.fini_array', '.eh_frame', '.gcc_except_table'];

const isNamed = (name: string, text: string): boolean => name === text || name.startsWith(`${text}.`);

export const stateOf = (segments: readonly WasmSegment[]): SegmentState =>
  Uint8Array.from(segments, ({ text, isThreadLocal }) => {
    if (isThreadLocal || isNamed(text, '.tdata') || isNamed(text, '.tbss')) return THREAD_STATE;
    return CONSTANT.some((constant) => isNamed(text, constant)) ? 0 : STATE;
  });

/** wasm-ld defines `__start_X` and `__stop_X` around segments whose name X is a C identifier, as ELF linkers do. */
const isRegistry = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** Names that compilers give to data; wasm-ld makes segments of their own of all others. */
const USUAL = ['.data', '.bss', '.rodata', '.tdata', '.tbss', '.data.rel.ro', '.init_array', '.fini_array'];
const USUAL_TOO = [
  '.eh_frame',
  '.gcc_except_table',
  '.text',
  '.debug',
  '.llvmbc',
  '.llvmcmd',
  '.sdata',
  '.sbss',
];

/** The side effect of a data segment; null for nearly all. */
export function sideEffectOf({ text, isRetained }: WasmSegment): SideEffectKind | null {
  if (text.startsWith('__llvm_')) return 'counters';
  if (isRegistry(text)) return 'registry';
  if (text === '' || [...USUAL, ...USUAL_TOO].some((usual) => isNamed(text, usual)))
    return isRetained ? 'retained' : null;
  return 'section';
}

/** The bytes of a segment, as a range of the data section's content. */
export interface SegmentRange {
  readonly start: number;
  readonly size: number;
}

/** The data section's content, and where in it each segment is. */
export interface SegmentData {
  readonly reader: WasmReader;
  readonly ranges: readonly SegmentRange[];
}

export function readSegmentData(object: ByteSource, sections: readonly WasmSection[]): SegmentData {
  const section = sections.find(({ id }) => id === WASM_SEC_DATA);
  const reader = openSection(object, section, 'data section');
  const ranges: SegmentRange[] = [];
  const count = reader.isAtEnd ? 0 : reader.uleb();
  for (let index = 0; index < count; index++) {
    const flags = reader.uleb();
    if (flags === 2) reader.uleb();
    if (flags !== 1) skipOffset(reader);
    const size = reader.uleb();
    ranges.push({ start: reader.position, size });
    reader.skip(size);
  }
  return { reader, ranges };
}

/** i32.const or i64.const, and end: an object's segments are placed by nothing more. */
function skipOffset(reader: WasmReader): void {
  const opcode = reader.u8();
  if (opcode !== 0x41 && opcode !== 0x42)
    throw new UnreadableError(`a data segment placed by instruction 0x${opcode.toString(16)}`);
  reader.sleb();
  if (reader.u8() !== 0x0b) throw reader.error('offset of a data segment without an end');
}
