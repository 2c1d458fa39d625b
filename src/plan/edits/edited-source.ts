import type { ByteSource } from '../../bytes/byte-source.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { isLocalState } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { EditError, type OwnSymbol, type SymbolEdit } from '../../symbols/symbol-edit.js';
import { editObject, ownSymbols, requireEditable } from '../../symbols/symbol-editors.js';
import type { MemberId } from '../../symbols/table.js';
import type { MemberEdit } from './edit-plan.js';

/**
 * A member with its edits.
 *
 * @param inputs as they were read, without any edit
 * @throws EditError where a name occurs in a form that cannot be edited
 */
export function editedSource(
  inputs: Inputs,
  member: MemberId,
  edits: ReadonlyMap<NameId, MemberEdit>,
): ByteSource {
  const { source } = inputs.members[member];
  const format = formatOf(inputs, member);
  const own = ownSymbols(source, format);
  return editObject(source, format, editsOfRows(inputs, member, edits, own), own);
}

/** Requires that `editedSource` can edit a member. @throws EditError as it does */
export const requireEditableMember = (
  inputs: Inputs,
  member: MemberId,
  edits: ReadonlyMap<NameId, MemberEdit>,
): void =>
  requireEditable(inputs.members[member].source, formatOf(inputs, member), (own) =>
    editsOfRows(inputs, member, edits, own),
  );

function formatOf({ members, contents }: Inputs, member: MemberId): ObjectFormatId {
  const content = contents[member];
  if (content.kind === 'object') return content.info.format;
  throw new EditError('not-editable', `${members[member].source.label}: is not an object`);
}

/** Edits of the rows that an object has for the edited names. @throws EditError */
function editsOfRows(
  inputs: Inputs,
  member: MemberId,
  edits: ReadonlyMap<NameId, MemberEdit>,
  own: readonly OwnSymbol[],
): SymbolEdit[] {
  const { names } = inputs.symbols;
  const byText = new Map<string, MemberEdit>();
  for (const edit of edits.values()) byText.set(names.text(edit.name), edit);
  const rows: SymbolEdit[] = [];
  const found = new Map<NameId, number>();
  for (const symbol of own) {
    const edit = byText.get(symbol.name);
    if (edit === undefined) continue;
    if (symbol.role !== 'signature') found.set(edit.name, (found.get(edit.name) ?? 0) + 1);
    if (isEdited(symbol, edit)) rows.push({ symbol: symbol.row, action: edit.action, newName: edit.newName });
  }
  requireEveryOccurrence(inputs, member, edits, found);
  requireDefinitions(inputs, member, edits, rows);
  return rows;
}

const isEdited = ({ role }: OwnSymbol, { action }: MemberEdit): boolean =>
  action === 'hide-and-rename' || role === 'definition' || role === 'common';

/** A weak external of COFF is a reference, although its default defines the name for others: it is not editable. */
function requireDefinitions(
  { symbols: { names }, members }: Inputs,
  member: MemberId,
  edits: ReadonlyMap<NameId, MemberEdit>,
  rows: readonly SymbolEdit[],
): void {
  const edited = new Set(rows.map(({ newName }) => newName));
  for (const { name, action, newName } of edits.values())
    if (action !== 'hide-and-rename' && !edited.has(newName))
      throw new EditError(
        'not-editable',
        `${members[member].source.label}: '${names.text(name)}' has no definition to edit`,
      );
}

/** A Mach-O alias names its target in the string table and has no row for it: such a name is not editable. */
function requireEveryOccurrence(
  { symbols, members }: Inputs,
  member: MemberId,
  edits: ReadonlyMap<NameId, MemberEdit>,
  found: ReadonlyMap<NameId, number>,
): void {
  const { firstSymbol, flags, name, names } = symbols;
  const wanted = new Map<NameId, number>();
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (edits.has(name[symbol]) && !isLocalState(flags[symbol]))
      wanted.set(name[symbol], (wanted.get(name[symbol]) ?? 0) + 1);
  for (const [id, count] of wanted)
    if (count !== (found.get(id) ?? 0))
      throw new EditError(
        'not-editable',
        `${members[member].source.label}: '${names.text(id)}' occurs in a form that cannot be edited`,
      );
}
