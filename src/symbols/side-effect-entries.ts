import { createHash } from 'node:crypto';

/** `_ZN3std4initE+0x0`, `.text.startup+0x10`, `table-0x8`: what a slot of a side effect holds. */
export const slotEntry = (target: string, addend: number): string =>
  addend < 0 ? `${target}-0x${(-addend).toString(16)}` : `${target}+0x${addend.toString(16)}`;

/** An entry for bytes that no relocation accounts for; the bytes themselves while they are few. */
export function bytesEntry(bytes: Uint8Array): string {
  if (bytes.length <= 32) return `bytes:${Buffer.from(bytes).toString('hex')}`;
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The non-empty ones of NUL-terminated strings that follow each other. */
export const stringEntries = (bytes: Uint8Array): string[] =>
  Buffer.from(bytes)
    .toString('latin1')
    .split('\0')
    .filter((text) => text !== '');
