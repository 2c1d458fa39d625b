import type { ArchiveId, Inputs } from '../link/inputs/inputs.js';
import { withArchivesRepeated } from '../link/line/link-line.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { resolve } from '../link/resolve/resolve.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { isDefined } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { comparable, type Demangle, findName, undefinedNames } from './find-names.js';
import type { Diagnostic } from './log/diagnostic.js';
import type { FileFinder } from './match-log.js';

/**
 * Why a name of a log is undefined. `not-reached`: an archive defines it, but the linker has already scanned it.
 * `other-build`: another build of its crate defines it under another name. `not-defined`: no input defines it.
 * `defined`: the simulated link defines it, so the log is of other files or another line.
 */
export type UndefinedReason = 'not-reached' | 'other-build' | 'not-defined' | 'defined';

/**
 * Why a link has no definition of one name. `other-language`: a definition has the name as C spells it and the
 * reference as C++ does, or the reverse.
 */
export interface MissingDefinition {
  readonly reason: Exclude<UndefinedReason, 'defined'> | 'other-language';
  /** Members that define the name, or what may have been meant. */
  readonly definers: readonly MemberId[];
  /** Whether repeating the definers' archives at the end of the line defines it, by simulation. */
  readonly isMendedByRepeat: boolean;
}

/** @returns null for a name that the link defines, or does not reference strongly */
export function whyUndefined(plan: TrimPlan, name: NameId, demangle: Demangle): MissingDefinition | null {
  const { graph, scenarios } = plan;
  const [{ before }] = scenarios;
  if (!before.undefinedNames.includes(name)) return null;
  const offered = definersOf(graph.inputs, graph.name, new Set([name]));
  const { reason, definers } = reasonFinder(graph.inputs, before, offered)(name, '');
  if (reason === 'not-defined') {
    const other = definersInOtherLanguage(graph.inputs, name, demangle);
    if (other.length > 0) return { reason: 'other-language', definers: other, isMendedByRepeat: false };
  }
  return reason === 'defined'
    ? null
    : { reason, definers, isMendedByRepeat: isMendedByRepeat(plan, { reason, definers }, new Set([name])) };
}

/** Definitions of `f` for a reference to `f(int)`, and the reverse: `extern "C"` is on one side only. */
function definersInOtherLanguage({ symbols }: Inputs, name: NameId, demangle: Demangle): MemberId[] {
  const own = symbols.names.text(name);
  const base = baseOfFunction(demangle(own));
  const isMangled = demangle(own) !== own;
  if (isMangled && base === null) return [];
  const c = isMangled ? [base, `_${base}`] : [];
  const found = new Set<MemberId>();
  for (let symbol = 0; symbol < symbols.length && found.size < MOST_DEFINERS; symbol++) {
    if (!isDefined(symbols.flags[symbol])) continue;
    const text = symbols.names.text(symbols.name[symbol]);
    const isMeant = isMangled
      ? c.includes(text)
      : text.includes(own.replace(/^_/, '')) && baseOfFunction(demangle(text)) === own.replace(/^_/, '');
    if (isMeant) found.add(symbols.member[symbol]);
  }
  return [...found];
}

/** Definers that are listed of what may have been meant. */
const MOST_DEFINERS = 3;

/** `f` for `f(int)`; null for a name that has a namespace, or is not a function's. */
const baseOfFunction = (readable: string): string | null => /^(\w+)\(/.exec(readable)?.[1] ?? null;

/** Undefined names with the same reason, users and definers. */
export interface UndefinedCause {
  readonly reason: UndefinedReason;
  /** The archive of the referencing files; NONE for objects of the line. */
  readonly userArchive: ArchiveId;
  readonly users: readonly MemberId[];
  /** Members that define the names, or the same names of another build. */
  readonly definers: readonly MemberId[];
  /** As printed. */
  readonly symbols: readonly string[];
  /** Whether repeating the definers' archives at the end of the line resolves all of them, by simulation. */
  readonly isMendedByRepeat: boolean;
}

export function findUndefined(
  plan: TrimPlan,
  finder: FileFinder,
  diagnostics: readonly Diagnostic[],
  demangle: Demangle,
): UndefinedCause[] {
  const { inputs } = plan.graph;
  const [{ before }] = plan.scenarios;
  const missing = undefinedNames(inputs, before, demangle);
  const nameOf = ({ symbol, mangled }: Diagnostic): NameId => {
    const stored = findName(inputs, mangled ?? symbol);
    return stored === NONE ? (missing.get(comparable(symbol)) ?? NONE) : stored;
  };
  const reasonOf = reasonFinder(
    inputs,
    before,
    definersOf(inputs, plan.graph.name, new Set(diagnostics.map(nameOf))),
  );
  const groups = new Map<string, { cause: UndefinedCause; names: Set<NameId> }>();
  for (const diagnostic of diagnostics) {
    const name = nameOf(diagnostic);
    const users = diagnostic.files.flatMap((file) => finder.find(file).slice(0, 1));
    const userArchive = users.length > 0 ? inputs.members[users[0]].archive : NONE;
    const { reason, definers } = reasonOf(name, diagnostic.symbol);
    const archives = [...new Set(definers.map((member) => inputs.members[member].archive))];
    const key = `${reason}:${userArchive}:${archives.join(',')}`;
    const known = groups.get(key);
    const found = {
      reason,
      userArchive,
      users,
      definers,
      symbols: [diagnostic.symbol],
      isMendedByRepeat: false,
    };
    const cause = joined(known?.cause ?? found, found);
    groups.set(key, { cause, names: (known?.names ?? new Set()).add(name) });
  }
  return [...groups.values()]
    .map(({ cause, names }) => ({ ...cause, isMendedByRepeat: isMendedByRepeat(plan, cause, names) }))
    .sort((a, b) => b.symbols.length - a.symbols.length);
}

type Reason = Pick<UndefinedCause, 'reason' | 'definers'>;

/** @param offered who defines a name, whether or not it is loaded */
function reasonFinder(
  inputs: Inputs,
  { winners }: Resolution,
  offered: ReadonlyMap<NameId, readonly MemberId[]>,
): (name: NameId, symbol: string) => Reason {
  let likes: Map<string, MemberId> | null = null;
  return (name, symbol) => {
    const definers = offered.get(name) ?? [];
    if (definers.length > 0)
      return { reason: name !== NONE && winners[name] !== NONE ? 'defined' : 'not-reached', definers };
    likes ??= definedLikes(inputs);
    const text = name === NONE ? symbol : inputs.symbols.names.text(name);
    const like = likes.get(withoutBuild(text) ?? '');
    return like === undefined
      ? { reason: 'not-defined', definers: [] }
      : { reason: 'other-build', definers: [like] };
  };
}

const joined = (one: UndefinedCause, other: UndefinedCause): UndefinedCause => ({
  ...one,
  users: [...new Set([...one.users, ...other.users])],
  definers: [...new Set([...one.definers, ...other.definers])],
  symbols: [...new Set([...one.symbols, ...other.symbols])],
});

/** Members that define these names, whether or not they are loaded. */
function definersOf(
  inputs: Inputs,
  nameOf: Int32Array,
  wanted: ReadonlySet<NameId>,
): Map<NameId, MemberId[]> {
  const { flags, member, length } = inputs.symbols;
  const definers = new Map<NameId, MemberId[]>();
  for (let symbol = 0; symbol < length; symbol++) {
    const name = nameOf[symbol];
    if (!isDefined(flags[symbol]) || !wanted.has(name)) continue;
    definers.set(name, [...(definers.get(name) ?? []), member[symbol]]);
  }
  return definers;
}

const LEGACY_HASH = /17h[0-9a-f]{16}E/;
const CRATE_HASH = /Cs[0-9A-Za-z]*_/g;

/** A Rust name without what tells builds apart; null for names of others. */
function withoutBuild(name: string): string | null {
  if (LEGACY_HASH.test(name)) return name.replace(LEGACY_HASH, 'E').replace(/^_+/, '');
  const bare = name.replace(/^_+/, '');
  return bare.startsWith('R') && CRATE_HASH.test(bare) ? bare.replace(CRATE_HASH, 'C_') : null;
}

function definedLikes({ symbols }: Inputs): Map<string, MemberId> {
  const likes = new Map<string, MemberId>();
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    if (!isDefined(symbols.flags[symbol])) continue;
    const key = withoutBuild(symbols.names.text(symbols.name[symbol]));
    if (key !== null && !likes.has(key)) likes.set(key, symbols.member[symbol]);
  }
  return likes;
}

function isMendedByRepeat(
  plan: TrimPlan,
  { reason, definers }: Pick<UndefinedCause, 'reason' | 'definers'>,
  names: ReadonlySet<NameId>,
): boolean {
  if (reason !== 'not-reached') return false;
  const { inputs } = plan.graph;
  const archives = [...new Set(definers.map((member) => inputs.members[member].archive))];
  if (archives.includes(NONE)) return false;
  const line = withArchivesRepeated(plan.line, archives);
  const nothing = new Uint8Array(inputs.members.length);
  const { winners } = resolve(plan.graph, line, plan.scenarios[0].profile, nothing);
  return [...names].every((name) => name !== NONE && winners[name] !== NONE);
}
