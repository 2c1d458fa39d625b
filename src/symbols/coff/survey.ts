import type { SideEffectKind } from '../object-format.js';
import {
  IMAGE_SCN_CNT_CODE,
  IMAGE_SCN_LNK_COMDAT,
  IMAGE_SCN_LNK_INFO,
  IMAGE_SCN_MEM_DISCARDABLE,
  IMAGE_SCN_MEM_EXECUTE,
  IMAGE_SCN_MEM_WRITE,
} from './constants.js';
import { holdsState, isThreadLocal, sideEffectKind } from './names.js';
import { type CoffSection, type CoffSections, characteristicsOf, sectionAt } from './sections.js';

/** The sections of an object that matter, found in one pass over the headers. Arrays count sections from 1. */
export interface CoffSurvey {
  readonly acting: { readonly section: CoffSection; readonly kind: SideEffectKind }[];
  readonly directives: CoffSection[];
  bitcode: CoffSection | null;
  /** GCC's intermediate code. */
  hasGccLto: boolean;
  hasComdats: boolean;
  /** For each section: 0, or what a definition in it is. */
  readonly state: Uint8Array;
  readonly isCode: Uint8Array;
}

/** `CoffSurvey.state`: the section is written to by the program; each thread has its own. */
export const STATE = 1;
export const THREAD_STATE = 2;

export function survey(sections: CoffSections): CoffSurvey {
  const found: CoffSurvey = {
    acting: [],
    directives: [],
    bitcode: null,
    hasGccLto: false,
    hasComdats: false,
    state: new Uint8Array(sections.count + 1),
    isCode: new Uint8Array(sections.count + 1),
  };
  for (let number = 1; number <= sections.count; number++) {
    const characteristics = characteristicsOf(sections, number);
    if ((characteristics & IMAGE_SCN_LNK_COMDAT) !== 0) found.hasComdats = true;
    // Code acts only when called.
    if ((characteristics & (IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE)) !== 0) found.isCode[number] = 1;
    else noteSection(found, sectionAt(sections, number));
  }
  return found;
}

function noteSection(found: CoffSurvey, section: CoffSection): void {
  const { number, name, characteristics } = section;
  // Not LNK_INFO tells it: GNU as leaves that out.
  if (name === '.drectve') found.directives.push(section);
  else if (name === '.llvmbc') found.bitcode = section;
  else if (name.startsWith('.gnu.lto_')) found.hasGccLto = true;
  else if ((characteristics & (IMAGE_SCN_LNK_INFO | IMAGE_SCN_MEM_DISCARDABLE)) === 0) {
    const kind = sideEffectKind(name);
    if (kind !== null && section.size > 0) found.acting.push({ section, kind });
    if (isThreadLocal(name)) found.state[number] = THREAD_STATE;
    else if ((characteristics & IMAGE_SCN_MEM_WRITE) !== 0 && holdsState(name)) found.state[number] = STATE;
  }
}
