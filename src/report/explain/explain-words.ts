import { basename } from 'node:path';
import { printable } from '../place.js';
import { count } from '../quantities.js';
import type { StepReport, SymbolText } from './explain-files.js';

/** Of a longer chain the middle is left out. */
const STEPS_SHOWN = 6;

/** Of a longer name the middle is left out: what it begins and ends with tells most. */
const LONGEST_NAME = 90;

/** A demangled symbol, shortened for reading. */
export function nameText({ symbol, demangled }: SymbolText): string {
  const text = printable(demangled ?? symbol);
  if (text.length <= LONGEST_NAME) return text;
  return `${text.slice(0, LONGEST_NAME / 2)}…${text.slice(1 - LONGEST_NAME / 2)}`;
}

/** `main.o → ext_http_status → libext_http.a(ext_http) → rt_wait → libext_http.a(evt_runtime)` */
export function chainText(chain: readonly StepReport[]): string {
  const step = ({ file, wanted }: StepReport, at: number): string => {
    if (wanted === null)
      return at === 0 && file.archive !== null
        ? `${printable(file.label)}, whole archive`
        : printable(file.label);
    return at === 0
      ? `requested by an option: ${nameText(wanted)} → ${printable(file.label)}`
      : `→ ${nameText(wanted)} → ${printable(file.label)}`;
  };
  const texts = chain.map(step);
  if (texts.length <= STEPS_SHOWN) return texts.join(' ');
  const left = texts.length - STEPS_SHOWN + 1;
  return [...texts.slice(0, 2), `→ ${count(left, 'more file')}`, ...texts.slice(2 + left)].join(' ');
}

/** @param path of an archive; null for objects on the line */
export const fileName = (path: string | null): string =>
  path === null ? 'objects of the line' : printable(basename(path));
