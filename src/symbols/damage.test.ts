import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import { readContent } from './formats.js';
import type { SymbolSink } from './table.js';

const folder = fileURLToPath(new URL('../../fixtures/objects/', import.meta.url));
const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  // Three versions of LLVM wrote the same module for several targets: one of each version is enough.
  .filter((path) => /\.o$/.test(path) && !/^bitcode.*llvm19-(elf|coff|macho)/.test(path))
  .sort();

// Nearly every read ends in an error: without their traces, this takes a tenth of the time.
Error.stackTraceLimit = 0;

/** Takes all and keeps nothing: tens of thousands of broken objects are read here. */
function sinkThatCounts(): SymbolSink & { rows: number } {
  return {
    rows: 0,
    intern: () => 0,
    group: () => 0,
    symbol() {
      this.rows++;
    },
  };
}

/** Reads it, or refuses it with the one error that callers expect. Anything else is thrown on. */
function readDamaged(bytes: Uint8Array): void {
  const sink = sinkThatCounts();
  try {
    readContent(ByteSource.of('damaged.o', bytes), sink);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
  }
  if (sink.rows > bytes.length) throw new Error(`${sink.rows} symbols from ${bytes.length} bytes`);
}

describe('a damaged object is read or refused, quickly', () => {
  for (const name of objects) {
    const sound = readFileSync(join(folder, name));
    test(`${name} cut at every position`, () => {
      for (let length = 0; length < sound.length; length++) readDamaged(sound.subarray(0, length));
    });
    test(`${name} with every byte changed`, () => {
      const damaged = Uint8Array.from(sound);
      for (let at = 0; at < damaged.length; at++) {
        // All bits of one byte, the lowest bit of the next.
        damaged[at] = sound[at] ^ (at % 2 === 0 ? 0xff : 0x01);
        readDamaged(damaged);
        damaged[at] = sound[at];
      }
    });
  }
});
