import { readFileSync } from 'node:fs';
import { readOutput } from './read-output.js';

/** A linker's map of a link of files without markers. */
export interface MappedLink {
  /** Files of which something was placed, as the map names them: `libc.a(printf.o)`. */
  readonly files: ReadonlySet<string>;
  /** By name of a global symbol of the output: the file whose part of the output it lies in, if the map tells. */
  readonly winners: ReadonlyMap<string, string>;
  /** Names that the output defines, including those that the linker itself defines. */
  readonly defined: ReadonlySet<string>;
  /** Names that the output has without a definition, weak ones left out. */
  readonly missing: ReadonlySet<string>;
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly section: string;
  readonly file: string;
}

/** ` .text          0x0000000000401000       0x1b main.o`, broken behind a long name: GNU ld and gold. */
const GNU_PART = /^ (\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$/gm;
/** `201120  201120  1b  1  libc.a(printf.o):(.text)`: LLD. */
const LLD_PART = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ +(\S.*):\((.+)\)$/gm;
/** `0x2011e0  0x1b  16  libc.a(printf.o):(.text)`: mold. */
const MOLD_PART = /^ *0x([0-9a-f]+) +(\d+) +\d+ +(\S.*):\((.+)\)$/gm;

export type MapDialect = 'gnu' | 'lld' | 'mold';

function partsOf(map: string, dialect: MapDialect): Part[] {
  const part = (start: string, size: number, section: string, file: string): Part => {
    const address = Number.parseInt(start, 16);
    return { start: address, end: address + size, section, file };
  };
  if (dialect === 'gnu') {
    // The part before this heading lists discarded sections.
    const body = map.slice(Math.max(0, map.search(/^(Linker script and memory map|Memory map)$/m)));
    return [...body.matchAll(GNU_PART)].map(([, section, start, size, file]) =>
      part(start, Number.parseInt(size, 16), section, file),
    );
  }
  if (dialect === 'lld')
    return [...map.matchAll(LLD_PART)].map(([, start, size, file, section]) =>
      part(start, Number.parseInt(size, 16), section, file),
    );
  return [...map.matchAll(MOLD_PART)].map(([, start, size, file, section]) =>
    part(start, Number(size), section, file),
  );
}

/** In no place of memory, or in one that others have too. */
const isElsewhere = ({ section }: Part): boolean => /^\.(debug|comment|note|stab|tbss)/.test(section);

/** Reads an output and its map. */
export function readMappedLink(output: string, map: string, dialect: MapDialect): MappedLink {
  const parts = partsOf(readFileSync(map, 'latin1'), dialect);
  const placed = parts.filter((one) => one.end > one.start && one.start > 0 && !isElsewhere(one));
  placed.sort((a, b) => a.start - b.start);
  const winners = new Map<string, string>();
  const defined = new Set<string>();
  const missing = new Set<string>();
  for (const symbol of readOutput(readFileSync(output)).symbols) {
    if (!symbol.isDefined) {
      if (!symbol.isWeak) missing.add(symbol.name);
      continue;
    }
    // Symbols that linkers define, such as __init_array_start, are local and have no size.
    if (symbol.isLocal && symbol.size === 0) defined.add(symbol.name);
    if (symbol.isLocal) continue;
    defined.add(symbol.name);
    const part = symbol.isAbsolute || symbol.isIfunc ? undefined : partAt(placed, symbol.address);
    // A symbol without size at the start of a part may belong to the end of the previous part, or to an empty part.
    const isBetween = symbol.size === 0 && part?.start === symbol.address;
    if (part && !isBetween) winners.set(symbol.name, part.file);
  }
  return { files: new Set(parts.map(({ file }) => file)), winners, defined, missing };
}

function partAt(parts: readonly Part[], address: number): Part | undefined {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle].start <= address) low = middle + 1;
    else high = middle;
  }
  const part = parts[low - 1];
  return part && address < part.end ? part : undefined;
}
