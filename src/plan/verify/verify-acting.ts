import { append } from '../../bytes/append.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { SideEffect } from '../../symbols/object-format.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { keptTest } from '../conditions/kept-sections.js';
import type { CopyCheck } from './verify-copy.js';
import { type EffectsOf, effectsByImage } from './verify-effects.js';
import type { UnitsAmong } from './verify-units.js';

/** One of two links whose side effects are compared. */
interface ActingLink {
  readonly inputs: Inputs;
  readonly line: LinkLine;
  readonly resolution: Resolution;
}

/** Side effects of the files of a link, as texts. */
interface Acts {
  /** Effects that must be present, in any order and number. */
  readonly set: Set<string>;
  /** By section that a program may iterate over: its entries, in the order of the files. */
  readonly walked: Map<string, string[]>;
}

/**
 * Checks that side effects are unchanged: the set of constructors, notes, options and attributes is the same, and
 * sections that a program iterates over have the same entries in the same order, apart from duplicates.
 */
export function compareActing(
  before: ActingLink,
  after: ActingLink & { readonly original: Int32Array },
  copies: CopyCheck,
  unitsAmong: UnitsAmong,
  report: (problem: string) => void,
): void {
  const effectsOf = effectsByImage(before.inputs, copies);
  const originals = after.resolution.placed.map((member) => after.original[member]);
  const files = [...before.resolution.placed, ...originals].filter(
    (member) => member !== NONE && effectsOf(member).some(mayBeWalked),
  );
  const unitOf = unitsAmong(files);
  const old = actsOf(before, effectsOf, unitOf);
  const now = actsOf(
    after,
    (member) => (after.original[member] === NONE ? [] : effectsOf(after.original[member])),
    (member) => unitOf(after.original[member]),
  );
  for (const act of old.set) if (!now.set.has(act)) report(`the side effect of ${act} is lost`);
  for (const act of now.set) if (!old.set.has(act)) report(`the side effect of ${act} is new`);
  for (const [section, entries] of old.walked) {
    const left = now.walked.get(section) ?? [];
    if (left.length > entries.length) report(`${section} has more entries than before`);
    else if (withoutRepeats(left) !== withoutRepeats(entries))
      report(`the entries of ${section} differ, or are in a different order`);
  }
}

const withoutRepeats = (entries: readonly string[]): string => [...new Set(entries)].join('\n');

const ORDERED = new Set<SideEffect['kind']>(['registry', 'section', 'code-section', 'objc-metadata']);

const mayBeWalked = ({ kind }: SideEffect): boolean =>
  ORDERED.has(kind) || kind === 'constructors' || kind === 'destructors';

function actsOf(
  { inputs, line, resolution }: ActingLink,
  effectsOf: EffectsOf,
  unitOf: (member: MemberId) => MemberId,
): Acts {
  const acts: Acts = { set: new Set(), walked: new Map() };
  const isBounded = boundsTest(inputs, line, resolution);
  for (const member of resolution.placed) {
    const content = inputs.contents[member];
    if (content.kind !== 'object') continue;
    const { traits } = content.info;
    if (traits) acts.set.add(`what files need: ${traits}`);
    for (const effect of effectsOf(member)) {
      addAct(acts, effect, `unit ${unitOf(member)}`, line.layout, isBounded);
      // wasm-ld runs constructors of an extracted member only if something of it is live.
      if (inputs.format === 'wasm' && resolution.extractedFor[member] === NONE)
        for (const text of textsOf(effect)) acts.set.add(`${text}, which needs no use`);
    }
  }
  return acts;
}

function addAct(
  { set, walked }: Acts,
  effect: SideEffect,
  unit: string,
  { hasSections: hasScript, mixesConstructors }: LinkLine['layout'],
  isBounded: (section: string) => boolean,
): void {
  if (isLeftOut(effect.kind, hasScript)) return;
  const texts = textsOf(effect);
  for (const text of texts) set.add(text);
  const isMixed = mixesConstructors && (effect.kind === 'constructors' || effect.kind === 'destructors');
  if (!isMixed && !isWalked(effect, isBounded)) return;
  const place = hasScript ? 'what the script places' : effect.section;
  const known = walked.get(place) ?? [];
  walked.set(place, known);
  // Local names do not identify entries across units: many units have an `entry0` that points to their `run`.
  append(
    known,
    texts.map((text) => `${unit}: ${text}`),
  );
}

const isWalked = ({ kind, section }: SideEffect, isBounded: (section: string) => boolean): boolean =>
  ORDERED.has(kind) && (kind !== 'registry' || isBounded(section));

const isLeftOut = (kind: SideEffect['kind'], hasScript: boolean): boolean =>
  kind === 'counters' || (kind === 'code-section' && !hasScript);

function textsOf({ kind, section, entries }: SideEffect): string[] {
  const texts = kind === 'linker-options' ? entries : [entries.join(', ')];
  return texts.map((text) => `${section}: ${text}`.replace(/\.llvm\.\d+|\.iso\.[0-9a-f]{8}/g, ''));
}

/** Returns a test of whether a program may use the bounds of a section (`__start_X`, `__stop_X`). */
function boundsTest(
  { symbols, format }: Inputs,
  { layout, exports, items }: LinkLine,
  { referenceStrength }: Resolution,
): (section: string) => boolean {
  const isAny =
    layout.hasSections ||
    exports.output === 'relocatable' ||
    items.every(({ kind }) => kind !== 'object') ||
    (format !== 'elf' && format !== 'wasm');
  const isWanted = (text: string) => (referenceStrength[symbols.names.find(text)] ?? 0) > 0;
  return (section) => isAny || isWanted(`__start_${section}`) || isWanted(`__stop_${section}`);
}

/** Files with sections that a script keeps or sorts come in the same order, but for copies of earlier ones. */
export function compareKept(
  before: ActingLink,
  after: ActingLink & { readonly original: Int32Array },
  copies: CopyCheck,
  report: (problem: string) => void,
): void {
  const hasKept = keptTest(before.inputs, before.line);
  if (hasKept === null) return;
  const firsts: MemberId[] = [];
  const unitOf = (member: MemberId): MemberId => {
    const known = firsts.find((first) => first === member || typeof copies(first, member) === 'string');
    if (known === undefined) firsts.push(member);
    return known ?? member;
  };
  const old = before.resolution.placed.filter(hasKept).map(unitOf);
  const now = after.resolution.placed
    .map((member) => after.original[member])
    .filter(hasKept)
    .map(unitOf);
  if ([...new Set(old)].join() !== [...new Set(now)].join() || now.length > old.length)
    report('sections that a script keeps or sorts differ, or are in a different order');
}

/** Tables of instrumented code in a dropped member are also in a copy of the member. */
export function compareTables(
  before: ActingLink,
  after: ActingLink & { readonly original: Int32Array },
  copies: CopyCheck,
  report: (problem: string) => void,
): void {
  const left = new Map<MemberId, string>();
  for (const member of after.resolution.loaded)
    left.set(after.original[member], tablesOf(after.inputs, member));
  for (const member of before.resolution.loaded) {
    const tables = tablesOf(before.inputs, member);
    if (tables === '' || left.has(member)) continue;
    const isCopy = ([other, own]: [MemberId, string]) =>
      own === tables && typeof copies(member, other) === 'string';
    if (![...left].some(isCopy))
      report(`tables of ${before.inputs.members[member].source.label} are gone: ${tables}`);
  }
}

function tablesOf({ contents }: Inputs, member: MemberId): string {
  const content = contents[member];
  if (content.kind !== 'object') return '';
  const tables = content.info.sideEffects.filter(({ kind }) => kind === 'counters');
  return tables
    .map(({ section, entries }) => `${section} ${entries.join(' ').replace(/\.iso\.[0-9a-f]{8}/g, '')}`)
    .join(', ');
}
