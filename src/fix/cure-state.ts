import type { WordChange } from '../link/command/change-words.js';
import type { ParsedLine } from '../link/command/parsed-line.js';
import type { LinkLine } from '../link/line/link-line.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { resolve } from '../link/resolve/resolve.js';
import { wholeLink } from '../link/resolve/whole-link.js';
import type { Marks } from '../plan/edits/archive-marks.js';
import type { JudgedEdits } from '../plan/edits/judge-edits.js';
import type { Prepared } from '../plan/plan-trim.js';
import type { Evidence } from '../plan/verdict.js';
import type { MemberId } from '../symbols/table.js';
import type { CureKindId } from './cure-kind-id.js';

/** The command that is to be cured, with its files read. */
export interface FixSubject {
  /** One for each architecture of its universal files. */
  readonly links: readonly LinkSubject[];
  readonly parsed: ParsedLine;
  /** Whether the arguments are a compiler driver's, which passes options to its linker with `-Wl,`. */
  readonly isDriver: boolean;
}

export interface LinkSubject {
  readonly opened: OpenedLine;
  readonly prepared: Prepared;
  /** Of names that edits make. */
  readonly marks: Marks;
  /** The linkers that a cure must hold on; counts are those of the first. */
  readonly linkers: readonly LinkerProfile[];
}

/** A dropped member, and the copy that replaces it. */
export interface Drop {
  readonly member: MemberId;
  readonly twin: MemberId;
  readonly evidence: Evidence;
}

/** One link with the changes of a cure so far. */
export interface LinkState {
  readonly subject: LinkSubject;
  readonly line: LinkLine;
  readonly drops: readonly Drop[];
  /** Symbols that are edited; the subject then has the inputs with the edits. */
  readonly edits: JudgedEdits | null;
  /** By linker of the subject. */
  readonly resolutions: readonly Resolution[];
}

/** The command with the changes of a cure so far. */
export interface CureState {
  readonly subject: FixSubject;
  /** In the order in which they were made. */
  readonly parts: readonly CureKindId[];
  readonly parsed: ParsedLine;
  readonly changes: readonly WordChange[];
  readonly words: readonly string[];
  readonly links: readonly LinkState[];
  /** Of a cure that yields and isolates: globals in two copies if the archive were isolated alone. */
  readonly isolatedAlone?: number;
}

export function initialState(subject: FixSubject): CureState {
  return {
    subject,
    parts: [],
    parsed: subject.parsed,
    changes: [],
    words: subject.parsed.args,
    links: subject.links.map((link) => simulate(link, link.opened.line, [])),
  };
}

/** A link on a line, without the members that are dropped, on each linker. */
export function simulate(
  subject: LinkSubject,
  line: LinkLine,
  drops: readonly Drop[],
  edits: JudgedEdits | null = null,
): LinkState {
  const { graph } = subject.prepared;
  const dropped = droppedMembers(graph.inputs.members.length, drops);
  return {
    subject,
    line,
    drops,
    edits,
    resolutions: subject.linkers.map((linker) =>
      drops.length === 0 ? wholeLink(graph, line, linker) : resolve(graph, line, linker, dropped),
    ),
  };
}

/** By MemberId: 1 for those that are dropped. */
export function droppedMembers(members: number, drops: readonly Drop[]): Uint8Array {
  const dropped = new Uint8Array(members);
  for (const { member } of drops) dropped[member] = 1;
  return dropped;
}
