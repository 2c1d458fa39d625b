import type { Inputs, Member } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { differenceBeyondEdits } from '../../symbols/edit-check.js';
import { EditError, type SymbolEdit } from '../../symbols/symbol-edit.js';
import { ownSymbols } from '../../symbols/symbol-editors.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import type { EditProblem, MemberEdit } from '../edits/edit-plan.js';
import { editedInputs, editsByMember } from '../edits/edited-inputs.js';
import { judge } from '../edits/judge-edits.js';
import { sectionGraphs } from '../edits/section-graph.js';
import { prepare } from '../plan-trim.js';

/** The edits of a plan, over the original inputs. */
export interface EditsToVerify {
  readonly edits: readonly MemberEdit[];
  /** Whether the plan accepts that this global has two copies. */
  accepts(symbol: SymbolId): boolean;
}

/** All conditions of edits, checked again on the original inputs; no result is taken from the plan. */
export function problemsOfEdits(
  inputs: Inputs,
  links: readonly { readonly profile: LinkerProfile; readonly line: LinkLine }[],
  { edits, accepts }: EditsToVerify,
  dropped: Uint8Array,
): readonly EditProblem[] {
  const prepared = prepare(inputs, links[0]?.line ?? { wrapped: [] });
  return judge(prepared, links, { edits, dropped }, accepts, sectionGraphs(inputs)).problems;
}

/** The inputs with the plan's edits and without its drops. */
export const inputsAsPlanned = (inputs: Inputs, edits: readonly MemberEdit[]): Inputs =>
  editedInputs(inputs, edits);

/** By edited member: differences between the emitted member and the plan. */
export function editedMemberCheck(
  inputs: Inputs,
  edits: readonly MemberEdit[],
): { isEdited(member: MemberId): boolean; difference(from: Member, to: Member): string | null } {
  const byMember = editsByMember(edits);
  const difference = (from: Member, to: Member): string | null => {
    const content = inputs.contents[from.id];
    if (content.kind !== 'object') return 'is edited, and is not an object';
    const { format } = content.info;
    const own = byMember.get(from.id);
    const { names } = inputs.symbols;
    try {
      const rows = ownSymbols(from.source, format).flatMap(({ row, name, role }): SymbolEdit[] => {
        const edit = own?.get(names.find(name));
        const isMeant = edit?.action === 'hide-and-rename' || role === 'definition';
        return edit && isMeant ? [{ symbol: row, action: edit.action, newName: edit.newName }] : [];
      });
      return differenceBeyondEdits(from.source, to.source, format, rows);
    } catch (error) {
      if (error instanceof EditError) return error.message;
      throw error;
    }
  };
  return { isEdited: (member) => byMember.has(member), difference };
}
