import { closeSync, openSync, readSync } from 'node:fs';
import { fileError } from './open-files.js';

/** Bytes. No response file, script, plan or baseline is as large; a device may have no end. */
const LARGEST = 1 << 28;
const CHUNK = 1 << 16;

/** Text in UTF-8, or in UTF-16 with a byte order mark, as Windows tools write response files. */
export function readText(path: string): string {
  try {
    const bytes = readWhole(path);
    return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** All bytes of a file that is read as text; it may be a pipe. @throws what the file system says */
export function readWhole(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; size <= LARGEST; ) {
      const chunk = Buffer.allocUnsafe(Math.max(CHUNK, size));
      const length = readSync(descriptor, chunk, 0, chunk.length, null);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
      size += length;
    }
    throw new Error('too large to be read as text');
  } finally {
    closeSync(descriptor);
  }
}
