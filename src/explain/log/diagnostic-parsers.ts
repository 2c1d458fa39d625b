import type { DiagnosticParser } from './diagnostic.js';
import { gnuLd } from './gnu-ld.js';
import { gold } from './gold.js';
import { ld64 } from './ld64.js';
import { lld } from './lld.js';
import { mold } from './mold.js';
import { msvcLink } from './msvc-link.js';
import { singleLineParsers } from './single-line.js';
import { wild } from './wild.js';
import { zig } from './zig.js';

/** Parsers of all known messages. Specific parsers come before general ones with the same beginning. */
export const diagnosticParsers: readonly DiagnosticParser[] = [
  zig,
  mold,
  wild,
  gold,
  lld,
  ld64,
  msvcLink,
  gnuLd,
  ...singleLineParsers,
];
