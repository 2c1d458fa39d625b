import { appleMap, whyLoad } from './apple-records.js';
import { gnuMap } from './gnu-map.js';
import { type LinkerRecord, RecordError, type RecordFormat } from './linker-record.js';
import { verboseLog } from './msvc-records.js';
import { lldMap, moldMap, wasmMap } from './section-maps.js';
import { trace } from './trace.js';

/** In the order in which they are tried: a trace is what nothing else is. */
const FORMATS: readonly RecordFormat[] = [
  appleMap,
  gnuMap,
  lldMap,
  moldMap,
  wasmMap,
  whyLoad,
  verboseLog,
  trace,
];

/** Maps that do not name archives, or not all that is loaded. */
const REFUSED: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^trace: /m, what: "mold's trace lists files that are not loaded; use -Map=<file>" },
  {
    pattern: /^Address +Size +Align +Out +In +Symbol\r?$/m,
    what: 'a map of lld-link names members without their archives; use /verbose',
  },
  {
    pattern: /^ *Preferred load address is /m,
    what: 'a /map file names archives without their folders; use /verbose',
  },
];

/**
 * Reads what a linker wrote about a link.
 * @throws RecordError for what is none, or does not say enough
 */
export function readRecord(text: string): LinkerRecord {
  const refused = REFUSED.find(({ pattern }) => pattern.test(text));
  if (refused !== undefined) throw new RecordError(refused.what);
  const format = FORMATS.find(({ matches }) => matches(text));
  if (format === undefined) throw new RecordError('not a linker map or trace of a known format');
  return format.read(text);
}
