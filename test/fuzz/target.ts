import { ByteSource } from '../../src/bytes/byte-source.js';
import { MalformedError } from '../../src/bytes/malformed-error.js';
import { LineError } from '../../src/link/command/line-error.js';
import { MixedInputsError } from '../../src/link/inputs/inputs.js';
import { InputError } from '../../src/link/inputs/open-files.js';
import type { SymbolSink } from '../../src/symbols/table.js';

/** Something that is fed made-up bytes, and must read or refuse them. */
export interface FuzzTarget {
  readonly name: string;
  /** Sound inputs to begin with. */
  readonly seeds: () => Uint8Array[];
  /** Words of its format, which no chance finds. */
  readonly words?: readonly string[];
  /** Throws for a bug, and for nothing else. */
  readonly run: (bytes: Uint8Array) => void | Promise<void>;
}

/** How an input may be refused by a reader. */
const REFUSALS = [MalformedError, LineError, InputError, MixedInputsError];

/** Runs a reader that may refuse its input. @throws any error that is not a refusal, which is a bug */
export function readOrRefuse(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!REFUSALS.some((kind) => error instanceof kind)) throw error;
  }
}

export const sourceOf = (bytes: Uint8Array): ByteSource => ByteSource.of('made-up', bytes);

/** Takes all, keeps nothing, and counts: no byte of an object is good for more than four names and symbols. */
export function countingSink(size: number): SymbolSink {
  let rows = 0;
  const count = (): number => {
    if (++rows > 4 * size + 64) throw new Error(`${rows} names and symbols from ${size} bytes`);
    return 0;
  };
  return { intern: count, group: count, symbol: count };
}
