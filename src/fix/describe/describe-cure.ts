import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { WordChange } from '../../link/command/change-words.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { unmarkedName } from '../../plan/edits/edit-plan.js';
import type { JudgedEdits } from '../../plan/edits/judge-edits.js';
import type { NameId } from '../../symbols/names.js';
import type { EditAction } from '../../symbols/symbol-edit.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkChanges } from '../assess/assess.js';
import { haveEqualBytes } from '../assess/same-definition.js';
import type { Cure } from '../cure.js';
import type { LinkState } from '../cure-state.js';
import { fileLabel, inputText } from './file-label.js';

/** One thing that a cure changes. */
export type CureChange =
  | {
      readonly change: 'move';
      readonly archive: string;
      readonly where: 'before' | 'after';
      readonly other: string;
    }
  | { readonly change: 'on-demand'; readonly archive: string }
  /** The command no longer names the object there. */
  | { readonly change: 'remove'; readonly object: string }
  /** The command requires a symbol, so that its file is loaded where it was. */
  | { readonly change: 'require'; readonly symbol: string; readonly file: string }
  | {
      readonly change: 'drop';
      readonly archive: string;
      readonly member: string;
      readonly ordinal: number;
      /** The file that replaces it. */
      readonly instead: string;
      readonly evidence: string;
    }
  | {
      readonly change: 'edit';
      readonly archive: string;
      readonly member: string;
      readonly ordinal: number;
      readonly symbol: string;
      readonly action: EditAction;
    }
  /** `from` differs from `to` in content. */
  | { readonly change: 'binding'; readonly symbol: string; readonly from: string; readonly to: string }
  /** Both define the symbol, with different content or visibility; the link has `kept`. */
  | {
      readonly change: 'choice';
      readonly symbol: string;
      readonly kept: string;
      readonly given: string;
      /** The files are equal, but the command hides the names of one archive (--exclude-libs). */
      readonly isEqual?: true;
      /** The archive that keeps its definition for itself, if the cure isolates it: then the link has both. */
      readonly isolated?: string;
    }
  | {
      readonly change: 'lost-side-effect';
      readonly file: string;
      readonly section: string;
      readonly entries: readonly string[];
    }
  /** Constructors or destructors that may depend on each other; the linker now places `file` before `other`. */
  | { readonly change: 'constructor-order'; readonly file: string; readonly other: string }
  | { readonly change: 'section-order'; readonly file: string }
  | { readonly change: 'added-side-effect'; readonly file: string }
  /** A weak reference; null where it is 0. */
  | {
      readonly change: 'weak-reference';
      readonly symbol: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  | { readonly change: 'lost-export'; readonly symbol: string }
  /** A mutable global of which code uses two copies, with the unchanged command also if `wasSplit`. */
  | {
      readonly change: 'split-state';
      readonly symbol: string;
      readonly file: string;
      readonly wasSplit: boolean;
    }
  | { readonly change: 'missing-library'; readonly library: string };

/** By cure: its id is a digest of them, and the report lists them. */
const known = new WeakMap<Cure, readonly CureChange[]>();

export function changesOfCure(cure: Cure): readonly CureChange[] {
  const changes = known.get(cure) ?? findChanges(cure);
  known.set(cure, changes);
  return changes;
}

function findChanges({ state, assessment }: Cure): CureChange[] {
  return [
    ...state.changes.map(changeOfWords),
    ...state.links.flatMap((link) => [...dropsOf(link), ...editsOf(link)]),
    ...state.links.flatMap((link, at) => effectsOf(link, assessment.changes[at])),
    ...(state.changes.length === 0
      ? []
      : state.links.flatMap(({ line }) =>
          line.missingLibraries.map(({ what }) => ({ change: 'missing-library' as const, library: what })),
        )),
  ];
}

function changeOfWords(change: WordChange): CureChange {
  if (change.kind === 'require') return { change: 'require', symbol: change.symbol, file: change.file };
  const archive = inputText(change.input);
  if (change.kind === 'remove') return { change: 'remove', object: archive };
  if (change.kind === 'on-demand') return { change: 'on-demand', archive };
  const where = change.kind === 'move-before' ? 'before' : 'after';
  return { change: 'move', archive, where, other: inputText(change.target) };
}

const dropsOf = ({ subject: { opened }, drops }: LinkState): CureChange[] =>
  drops.map(({ member, twin, evidence }) => {
    const { archive, name, ordinal } = opened.inputs.members[member];
    return {
      change: 'drop',
      archive: opened.inputs.archives[archive].path,
      member: name,
      ordinal,
      instead: fileLabel(opened.inputs, twin),
      evidence: evidence.kind === 'same-unit' ? `same-unit by ${evidence.proof}` : evidence.kind,
    };
  });

const editsOf = ({ edits }: LinkState): CureChange[] =>
  (edits?.edits ?? []).map(({ member, name: symbol, action }) => {
    const { members, archives, symbols } = (edits as JudgedEdits).inputs;
    const { archive, name, ordinal } = members[member];
    return {
      change: 'edit',
      archive: archives[archive].path,
      member: name,
      ordinal,
      symbol: symbols.names.text(symbol),
      action,
    };
  });

/** Of files that act by being loaded, and of weak references, which no linker reports. */
function silentChangesOf(inputs: Inputs, { reordered, shifted, added, weak }: LinkChanges): CureChange[] {
  const { names, member } = inputs.symbols;
  const label = (file: MemberId) => (file === NONE ? '' : fileLabel(inputs, file));
  const at = (symbol: SymbolId) => (symbol === NONE ? null : label(member[symbol]));
  return [
    ...reordered.map(([file, other]) => ({
      change: 'constructor-order' as const,
      file: label(file),
      other: label(other),
    })),
    ...shifted.map((file) => ({ change: 'section-order' as const, file: label(file) })),
    ...added.map((file) => ({ change: 'added-side-effect' as const, file: label(file) })),
    ...weak.map(({ name, from, to }) => ({
      change: 'weak-reference' as const,
      symbol: names.text(name),
      from: at(from),
      to: at(to),
    })),
  ];
}

/** Returns a function that finds the archive that isolates its definition of a name. */
function isolationsOf(
  { archives }: Inputs,
  edits: JudgedEdits | null,
): (name: NameId) => { readonly isolated?: string } {
  const archiveOf = new Map<NameId, string>();
  for (const { name, evidence } of edits?.edits ?? [])
    if (evidence.kind === 'isolate' && !archiveOf.has(name))
      archiveOf.set(name, basename(archives[evidence.archive].path));
  return (name) => {
    const isolated = archiveOf.get(name);
    return isolated === undefined ? {} : { isolated };
  };
}

function effectsOf({ subject, edits }: LinkState, changes: LinkChanges): CureChange[] {
  const { inputs } = subject.opened;
  const { moved, chosen, lost, unexported, doubled } = changes;
  const { names, member, name: nameOf } = inputs.symbols;
  const at = (symbol: SymbolId) => fileLabel(inputs, member[symbol]);
  const isolatedOf = isolationsOf(inputs, edits);
  return [
    ...moved.map(({ name, from, to }) => ({
      change: 'binding' as const,
      symbol: names.text(name),
      from: at(from),
      to: at(to),
    })),
    ...chosen.map(({ name, kept, given }) => ({
      change: 'choice' as const,
      symbol: names.text(name),
      kept: at(kept),
      given: at(given),
      ...(haveEqualBytes(inputs, member[kept], member[given]) ? { isEqual: true as const } : {}),
      ...isolatedOf(name),
    })),
    ...lost.map(({ member: file, effect }) => ({
      change: 'lost-side-effect' as const,
      file: fileLabel(inputs, file),
      section: effect.section,
      entries: effect.entries,
    })),
    ...silentChangesOf(inputs, changes),
    ...unexported.map((name) => ({ change: 'lost-export' as const, symbol: names.text(name) })),
    ...doubled.map(({ copy, wasSplit }) => ({
      change: 'split-state' as const,
      symbol: unmarkedName(names.text(nameOf[copy])),
      file: at(copy),
      wasSplit,
    })),
  ];
}

export const kindOfCure = ({ state }: Cure): string => state.parts.join('+');

/** A change as text. The position of a member may differ from build to build; edits say what is isolated. */
function textOf(change: CureChange): string {
  if (change.change !== 'edit') return JSON.stringify({ ...change, ordinal: undefined, isolated: undefined });
  // There are thousands of edits: no copy of each.
  const { archive, member, symbol, action } = change;
  return JSON.stringify({ change: change.change, archive, member, symbol, action });
}

/**
 * A unique id of a cure: a digest of its changes, their archives, and every symbol that moves. So a stored decision for
 * one cure never applies to another one, even if their commands look the same.
 */
export function idOfCure(cure: Cure): string {
  const changes = changesOfCure(cure).map(textOf);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([kindOfCure(cure), changes.sort()]));
  return hash.digest('hex').slice(0, 12);
}
