import { cName } from '../../../link/inputs/c-names.js';
import type { ArchiveId } from '../../../link/inputs/inputs.js';
import { membersOf } from '../../../link/inputs/link-graph.js';
import { isCompilerPrivate } from '../../../origin/origin.js';
import { isCommon, isDefinition, isWeak } from '../../../symbols/flags.js';
import type { NameId } from '../../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../../symbols/table.js';
import type { Prepared } from '../../plan-trim.js';
import { wildcardTest } from '../../twins/wildcard.js';
import { type EditProblem, type MemberEdit, markedName } from '../edit-plan.js';

/** A rule of the user (`--yield`): the owner's definitions of some names replace those of all other archives. */
export interface YieldRule {
  /** A name as C spells it; `*` matches any characters. */
  readonly pattern: string;
  readonly owner: ArchiveId;
}

/**
 * Whether a name is mangled, or made by a compiler (`anon.5f3.0.llvm.813`): wildcards do not match those, because one
 * such name may have different contents.
 */
const isMangled = (name: string): boolean =>
  isCompilerPrivate(name) || /^(_Z|\?|_T0|\$[sS]|_\$[sS]|_D\d)|\./.test(name);

/** Strong definitions of an archive's files by name, the first of each. */
function strongDefinitions({ graph }: Prepared, members: readonly MemberId[]): Map<NameId, SymbolId> {
  const { flags, firstSymbol, name } = graph.inputs.symbols;
  const found = new Map<NameId, SymbolId>();
  for (const member of members)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isStrong(flags[symbol]) && !found.has(name[symbol])) found.set(name[symbol], symbol);
  return found;
}

const isStrong = (flags: number): boolean => isDefinition(flags) && !isWeak(flags) && !isCommon(flags);

/** Definitions of other archives that a rule names, and the owner's definition of each. */
function* yielding(
  prepared: Prepared,
  { pattern, owner }: YieldRule,
): Generator<{ readonly symbol: SymbolId; readonly owned: SymbolId }> {
  const { inputs } = prepared.graph;
  const { flags, member, name } = inputs.symbols;
  const fits = wildcardTest(pattern);
  const owned = strongDefinitions(prepared, membersOf(inputs, owner));
  const isMeant = memoized((id: NameId) => {
    const text = cName(inputs, id);
    return fits(text) && (pattern === text || !isMangled(text));
  });
  for (let symbol = 0; symbol < flags.length; symbol++) {
    const { archive } = inputs.members[member[symbol]];
    if (!isStrong(flags[symbol]) || archive === NONE || archive === owner) continue;
    const kept = owned.get(name[symbol]);
    if (kept !== undefined && isMeant(name[symbol])) yield { symbol, owned: kept };
  }
}

/**
 * Definitions that yield to the owner of their names: one edit for each name and member of another archive.
 *
 * @param isLeft members that are not edited: a drop may remove them as they are, and an edited member is a copy of
 * nothing
 */
export function yieldEdits(
  prepared: Prepared,
  rules: readonly YieldRule[],
  mark: string,
  isLeft: (member: MemberId) => boolean = () => false,
): MemberEdit[] {
  const { group, member, name, names } = prepared.graph.inputs.symbols;
  const edits = new Map<string, MemberEdit>();
  for (const rule of rules)
    for (const { symbol, owned } of yielding(prepared, rule)) {
      const key = `${member[symbol]} ${name[symbol]}`;
      if (group[symbol] !== NONE || edits.has(key) || isLeft(member[symbol])) continue;
      edits.set(key, {
        member: member[symbol],
        name: name[symbol],
        action: 'undefine',
        newName: markedName(names.text(name[symbol]), mark),
        evidence: { kind: 'yield', pattern: rule.pattern, provider: member[owned] },
      });
    }
  return [...edits.values()];
}

/** Whether a member is a proved copy of one of the owner's, so that it can be dropped or redirected without a rule. */
export const isCopyOfOwner =
  ({ graph, twins }: Prepared, owner: ArchiveId) =>
  (member: MemberId): boolean =>
    twins.alikeOf(member).some((twin) => {
      const relation = graph.inputs.members[twin].archive === owner ? twins.relation(member, twin) : null;
      return relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
    });

/**
 * Why a rule has no edits: what it names is in COMDAT groups, of which the leader stays defined; or nothing is named.
 */
export function whyNoYield(prepared: Prepared, rule: YieldRule): EditProblem {
  const { group, member, name } = prepared.graph.inputs.symbols;
  for (const { symbol } of yielding(prepared, rule))
    if (group[symbol] !== NONE)
      return { code: 'edit-not-editable', name: name[symbol], member: member[symbol], linker: null };
  return { code: 'edit-no-effect', name: NONE, member: NONE, linker: null, pattern: rule.pattern };
}

function memoized(test: (id: NameId) => boolean): (id: NameId) => boolean {
  const answers = new Map<NameId, boolean>();
  return (id) => {
    const answer = answers.get(id) ?? test(id);
    answers.set(id, answer);
    return answer;
  };
}
