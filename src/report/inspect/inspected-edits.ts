import { absolutePath } from '../../link/command/join-path.js';
import type { Archive, Inputs } from '../../link/inputs/inputs.js';
import { InputError } from '../../link/inputs/open-files.js';
import { isMarkedName, unmarkedName } from '../../plan/edits/edit-plan.js';
import { hasTwins } from '../../plan/edits/edited-inputs.js';
import { isDefined, isLocalState, isReference, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { EditReport, PlanReport } from '../plan/plan-report.js';
import { count } from '../quantities.js';

/** An edit of a symbol that a member has. */
export interface InspectedEdit {
  /** The name before the edit. */
  readonly symbol: string;
  readonly action: EditReport['action'];
  /** The name that the file has for the old definition, or for every occurrence. */
  readonly newName?: string;
  /** Of a plan that recorded it. */
  readonly kind?: EditReport['kind'];
}

/** Edits of the members of some files, as their names show them or a plan records them. */
export interface InspectedEdits {
  of(member: MemberId): readonly InspectedEdit[];
}

/**
 * Edits that symbol names show: `name.iso.<8 hexadecimal digits>`. In Mach-O and COFF an undefined symbol of the old
 * name next to such a definition shows that it was undefined or weakened, which is one form there. In ELF and
 * WebAssembly those two leave no trace.
 */
export function editsByNames(inputs: Inputs): InspectedEdits {
  const { symbols, contents } = inputs;
  const { names, name, flags, firstSymbol } = symbols;
  const marked = new Map<NameId, NameId>();
  for (const id of names.withByte('.'.charCodeAt(0))) {
    const text = names.text(id);
    if (isMarkedName(text)) marked.set(id, names.find(unmarkedName(text)));
  }
  const of = (member: MemberId): InspectedEdit[] => {
    const content = contents[member];
    if (marked.size === 0 || content.kind !== 'object') return [];
    const defined = new Map<NameId, boolean>();
    const referenced = new Set<NameId>();
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      if (isLocalState(flags[symbol])) continue;
      if (isReference(flags[symbol])) referenced.add(name[symbol]);
      if (marked.has(name[symbol]))
        defined.set(name[symbol], isDefined(flags[symbol]) || defined.get(name[symbol]) === true);
    }
    return [...defined].map(([id, isDefinition]): InspectedEdit => {
      const newName = names.text(id);
      const isTwin = isDefinition && hasTwins(content.info.format) && referenced.has(marked.get(id) ?? NONE);
      return { symbol: unmarkedName(newName), action: isTwin ? 'undefine' : 'hide-and-rename', newName };
    });
  };
  return { of };
}

/**
 * Edits that a plan records of the files that it wrote, each of which must be in them; of other files as names show
 * them.
 *
 * @param plans of one file, for one architecture each
 * @param planPath the file, for errors
 * @throws InputError when no file is an output of the plan, or one is not what the plan wrote
 */
export function editsByPlan(inputs: Inputs, plans: readonly PlanReport[], planPath: string): InspectedEdits {
  const byMember = new Map<MemberId, InspectedEdit[]>();
  for (const archive of inputs.archives) {
    const plan = plans.find((one) => rowOf(one, archive) !== NONE);
    if (plan !== undefined) addPlanned(byMember, inputs, archive, plan, planPath);
  }
  if (byMember.size === 0)
    throw new InputError(`${planPath}: wrote none of these files; name an archive that this plan wrote`);
  const rest = editsByNames(inputs);
  return { of: (member) => byMember.get(member) ?? rest.of(member) };
}

/** @throws InputError for an edit that is not in the file */
function addPlanned(
  byMember: Map<MemberId, InspectedEdit[]>,
  inputs: Inputs,
  archive: Archive,
  plan: PlanReport,
  planPath: string,
): void {
  const row = rowOf(plan, archive);
  const memberOf = membersWritten(archive, plan, row, planPath);
  for (const { ordinal } of archive.stored.members) byMember.set(archive.firstMember + ordinal, []);
  for (const edit of plan.edits ?? []) {
    const member = edit.archive === row ? memberOf(edit.ordinal) : NONE;
    // A member that was dropped after its symbols were edited is not in the file.
    if (member === NONE) continue;
    const { symbol, action, newName, kind } = edit;
    if (!isMade(inputs, member, edit))
      throw new InputError(
        `${inputs.members[member].source.label}: '${symbol}' differs from ${planPath}; plan again with trim`,
      );
    const isNamed = action === 'hide-and-rename' || hasTwins(inputs.format);
    byMember.get(member)?.push({ symbol, action, ...(isNamed ? { newName } : {}), kind });
  }
}

/** The row of an archive that the plan wrote to this path; NONE when it wrote none. */
const rowOf = ({ archives, architecture }: PlanReport, { path, slice }: Archive): number =>
  architecture === slice?.architecture
    ? archives.findIndex(({ output }) => output !== null && absolutePath(output) === absolutePath(path))
    : NONE;

/** Members by their ordinals in the original; NONE for those that were dropped. @throws InputError */
function membersWritten(
  { path, stored, firstMember }: Archive,
  { archives, members }: PlanReport,
  row: number,
  planPath: string,
): (ordinal: number) => MemberId {
  const own = members.filter(({ archive }) => archive === row);
  const kept = own.filter(({ decision }) => decision !== 'drop').map(({ ordinal }) => ordinal);
  if (kept.length !== stored.members.length)
    throw new InputError(
      `${path}: has ${count(stored.members.length, 'member')} (expected ${kept.length} of ${archives[row].members}, as ${planPath} says)`,
    );
  const at = new Map(kept.map((ordinal, place) => [ordinal, firstMember + place]));
  return (ordinal) => at.get(ordinal) ?? NONE;
}

/** Whether a member has a symbol as an edit leaves it. */
function isMade(
  { symbols, format }: Inputs,
  member: MemberId,
  { symbol, action, newName }: EditReport,
): boolean {
  const { firstSymbol, flags, name, names } = symbols;
  const [old, made] = [names.find(symbol), names.find(newName)];
  const rows = (id: NameId) => {
    const found: number[] = [];
    for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++)
      if (name[row] === id && !isLocalState(flags[row])) found.push(flags[row]);
    return found;
  };
  const [oldRows, newRows] = [rows(old), rows(made)];
  if (action === 'hide-and-rename') return newRows.length > 0 && oldRows.length === 0;
  if (hasTwins(format)) return newRows.some(isDefined) && oldRows.every(isReference);
  if (action === 'undefine') return oldRows.length > 0 && oldRows.every(isReference);
  return oldRows.some(isDefined) && oldRows.every((row) => !isDefined(row) || isWeak(row));
}
