import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { UnreadableError } from '../object-format.js';
import { BitReader, blobOf, forEachRecord, type PlacedBlock, textOf, topLevelBlocks } from './stream.js';

/** Block ids of LLVM's BitCodeEnums.h and LLVMBitCodes.h. */
const MODULE_BLOCK_ID = 8;
const IDENTIFICATION_BLOCK_ID = 13;
const STRTAB_BLOCK_ID = 23;
const SYMTAB_BLOCK_ID = 25;
const IDENTIFICATION_CODE_STRING = 1;
const IDENTIFICATION_CODE_EPOCH = 2;

/** A block, and the names it refers to. */
export interface WithNames<Block> {
  readonly block: Block;
  readonly names: ByteView;
}

/** Top-level blocks of a bitcode file. */
export interface BitcodeFile {
  readonly reader: BitReader;
  /** As the compiler calls itself: `LLVM22.1.2-rust-1.95.0-stable`. */
  readonly producer: string;
  readonly modules: readonly WithNames<PlacedBlock>[];
  /** LLVM's own symbol table, made for linkers; llvm-as, and tools without the target's code, leave it out. */
  readonly symbolTable: WithNames<ByteView> | null;
}

/** Reads the top-level blocks. A string table has the names of all modules and symbol tables since the previous one. */
export function readBitcodeFile(stream: ByteSource): BitcodeFile {
  const reader = new BitReader(stream);
  const { named, pending, producer } = readBlocks(reader);
  const modules = named.filter(({ block }) => block.id === MODULE_BLOCK_ID);
  if (modules.length === 0 || pending.some(({ id }) => id === MODULE_BLOCK_ID))
    throw new UnreadableError(`bitcode without a string table (${producer || 'LLVM 4 or older'})`);
  // Of joined files, each with a symbol table, the first is read; that it has too few modules shows later.
  const table = named.find(({ block }) => block.id === SYMTAB_BLOCK_ID);
  const symbolTable = table && {
    block: viewOf(blobOf(reader, table.block), 'bitcode symbol table'),
    names: table.names,
  };
  return { reader, producer, modules, symbolTable: symbolTable ?? null };
}

/** Modules and symbol tables with their names; `pending` are those without a string table. */
function readBlocks(reader: BitReader) {
  const named: WithNames<PlacedBlock>[] = [];
  let producer = '';
  let pending: PlacedBlock[] = [];
  for (const block of topLevelBlocks(reader)) {
    if (block.id === IDENTIFICATION_BLOCK_ID) producer = readIdentification(reader, block) || producer;
    else if (block.id === MODULE_BLOCK_ID || block.id === SYMTAB_BLOCK_ID) pending.push(block);
    else if (block.id === STRTAB_BLOCK_ID) {
      const names = viewOf(blobOf(reader, block), 'bitcode names');
      for (const user of pending) named.push({ block: user, names });
      pending = [];
    }
  }
  return { named, pending, producer };
}

const viewOf = (blob: ByteSource, what: string): ByteView => blob.view(0, blob.size, what);

/** @returns the producer. @throws UnreadableError when the epoch says that everything may be different */
function readIdentification(reader: BitReader, block: PlacedBlock): string {
  let producer = '';
  let epoch = 0;
  forEachRecord(reader, block, (code, values) => {
    if (code === IDENTIFICATION_CODE_STRING) producer = textOf(values);
    else if (code === IDENTIFICATION_CODE_EPOCH) epoch = values[0];
  });
  if (epoch !== 0) throw new UnreadableError(`bitcode of epoch ${epoch} (${producer})`);
  return producer;
}
