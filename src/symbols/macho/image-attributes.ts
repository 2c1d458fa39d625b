import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { budgetOf } from '../budget.js';
import { eachCommand } from './commands.js';
import {
  LC_DATA_IN_CODE,
  LC_DYSYMTAB,
  LC_LINKER_OPTIMIZATION_HINT,
  LC_SEGMENT,
  LC_SEGMENT_64,
  LC_SYMTAB,
  LC_UUID,
} from './constants.js';
import type { MachoHeader } from './header.js';

/** Commands that say where tables are, and the one that is new in each build. */
const STRUCTURE = new Set([LC_SYMTAB, LC_DYSYMTAB, LC_UUID]);
/** Load commands whose content is outside of the command: an offset at 8, a size at 12. */
const POINTERS = new Set([LC_DATA_IN_CODE, LC_LINKER_OPTIMIZATION_HINT]);

/**
 * The header and all load commands but those that only describe the file: platform and version (LC_BUILD_VERSION),
 * options for the linker in their order, data in code, and what is not known.
 */
export function readImageAttributes(object: ByteSource, header: MachoHeader): string[] {
  const identity = object.view(4, 8, 'Mach-O header', header.littleEndian);
  const attributes = [
    `cpu ${identity.u32(0)} ${identity.u32(4)} ${header.littleEndian ? 'little' : 'big'}`,
    `flags 0x${header.flags.toString(16)}`,
  ];
  const spend = budgetOf(object, 'load commands');
  let at = 0;
  for (const { kind, command } of eachCommand(header)) {
    if (STRUCTURE.has(kind)) continue;
    const content = contentOf(object, kind, command);
    spend(content.length);
    attributes.push(`command ${at++} 0x${kind.toString(16)} ${Buffer.from(content).toString('hex')}`);
  }
  return attributes.sort();
}

function contentOf(object: ByteSource, kind: number, command: ByteView): Uint8Array {
  if (POINTERS.has(kind)) return object.view(command.u32(8), command.u32(12), 'linker data').bytes;
  // Name, and after addresses and sizes of the file: protection and flags.
  if (kind === LC_SEGMENT)
    return Buffer.concat([command.slice(8, 16, 'name').bytes, fields(command, [40, 44, 52])]);
  if (kind === LC_SEGMENT_64)
    return Buffer.concat([command.slice(8, 16, 'name').bytes, fields(command, [56, 60, 68])]);
  return command.slice(8, command.length - 8, 'content').bytes;
}

const fields = (command: ByteView, offsets: readonly number[]): Uint8Array =>
  Buffer.from(offsets.map((offset) => command.u32(offset)).join(' '));
