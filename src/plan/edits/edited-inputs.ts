import type { Archive, Inputs, Member } from '../../link/inputs/inputs.js';
import {
  HIDDEN,
  isDefined,
  isFunction,
  isLocalState,
  kindOf,
  REFERENCE,
  UNIQUE,
  VISIBILITY,
  WEAK,
} from '../../symbols/flags.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import { readImage } from '../../symbols/image/read-image.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { type ObjectFormatId, UnreadableError } from '../../symbols/object-format.js';
import { EditError } from '../../symbols/symbol-edit.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';
import type { MemberEdit } from './edit-plan.js';
import { editedSource } from './edited-source.js';

/** Edits by member and name. */
export type EditsByMember = ReadonlyMap<MemberId, ReadonlyMap<NameId, MemberEdit>>;

export function editsByMember(edits: readonly MemberEdit[]): EditsByMember {
  const byMember = new Map<MemberId, Map<NameId, MemberEdit>>();
  for (const edit of edits) {
    const own = byMember.get(edit.member) ?? new Map<NameId, MemberEdit>();
    byMember.set(edit.member, own);
    own.set(edit.name, edit);
  }
  return byMember;
}

/**
 * The inputs with edits applied: rows of the symbol table, signatures of groups, stored indexes and images are
 * replaced, and all ids stay. The bytes of edited members stay unchanged.
 */
export function editedInputs(inputs: Inputs, edits: readonly MemberEdit[]): Inputs {
  if (edits.length === 0) return inputs;
  const byMember = editsByMember(edits);
  return {
    ...inputs,
    members: inputs.members.map((member) => {
      const own = byMember.get(member.id);
      return own === undefined ? member : { ...member, image: () => editedImage(inputs, member, own) };
    }),
    symbols: editedSymbols(inputs.symbols, byMember, inputs.format),
    archives: inputs.archives.map((archive) => editedArchive(archive, byMember, inputs)),
  };
}

/** @throws UnreadableError for a member that its format's writer does not edit */
function editedImage(
  inputs: Inputs,
  { id, source }: Member,
  edits: ReadonlyMap<NameId, MemberEdit>,
): ObjectImage {
  const content = inputs.contents[id];
  if (content.kind !== 'object') throw new UnreadableError(`${source.label}: is not an object`);
  try {
    return readImage(editedSource(inputs, id, edits), content.info.format);
  } catch (error) {
    if (error instanceof EditError) throw new UnreadableError(error.message);
    throw error;
  }
}

function editedSymbols(
  symbols: SymbolTable,
  edits: EditsByMember,
  format: ObjectFormatId | null,
): SymbolTable {
  const { names } = symbols;
  const edited = {
    ...symbols,
    name: symbols.name.slice(),
    flags: symbols.flags.slice(),
    group: symbols.group.slice(),
    section: symbols.section.slice(),
    size: symbols.size.slice(),
    groups: symbols.groups.map((group) => {
      const edit = edits.get(group.member)?.get(group.signature);
      return edit?.action === 'hide-and-rename'
        ? { ...group, signature: names.internText(edit.newName) }
        : group;
    }),
  };
  for (const [member, own] of edits)
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++) {
      const edit = own.get(symbols.name[symbol]);
      if (edit !== undefined && !isLocalState(symbols.flags[symbol]))
        editRow(edited, symbol, edit, names, format);
    }
  return edited;
}

function editRow(
  { name, flags, group, section, size }: SymbolTable,
  symbol: SymbolId,
  { action, newName }: MemberEdit,
  names: NameTable,
  format: ObjectFormatId | null,
): void {
  if (action === 'hide-and-rename') {
    name[symbol] = names.internText(newName);
    if (isDefined(flags[symbol]) && format !== 'coff')
      flags[symbol] = (flags[symbol] & ~(VISIBILITY | UNIQUE)) | HIDDEN;
  } else if (isDefined(flags[symbol])) {
    if (action === 'weaken' && !hasTwins(format)) flags[symbol] |= WEAK;
    else {
      const isSignature = format === 'wasm' && isFunction(flags[symbol]);
      flags[symbol] = REFERENCE | kindOf(flags[symbol]);
      group[symbol] = NONE;
      section[symbol] = NONE;
      if (!isSignature) size[symbol] = 0;
    }
  }
}

/** Formats in which a definition is undefined or weakened by a twin: an undefined symbol of its name. */
export const hasTwins = (format: ObjectFormatId | null): boolean => format === 'macho' || format === 'coff';

function editedArchive(archive: Archive, edits: EditsByMember, { symbols, format }: Inputs): Archive {
  const { firstMember, stored } = archive;
  const isEdited = stored.members.some(({ ordinal }) => edits.has(firstMember + ordinal));
  if (!isEdited) return archive;
  let index: Archive['index'] | undefined;
  const { id, path, kind, slice } = archive;
  return {
    id,
    path,
    kind,
    stored,
    ...(slice ? { slice } : {}),
    firstMember,
    get isFixed() {
      return archive.isFixed;
    },
    get index() {
      index ??= archive.index && editedIndex(archive.index, edits, symbols.names, format);
      return index;
    },
  };
}

/** The index of the edited archive. */
function editedIndex(
  stored: NonNullable<Archive['index']>,
  edits: EditsByMember,
  names: NameTable,
  format: ObjectFormatId | null,
): NonNullable<Archive['index']> {
  const name: NameId[] = [];
  const member: MemberId[] = [];
  for (let entry = 0; entry < stored.name.length; entry++) {
    const edit = edits.get(stored.member[entry])?.get(stored.name[entry]);
    if (edit?.action === 'undefine' || (edit?.action === 'weaken' && hasTwins(format))) continue;
    name.push(edit?.action === 'hide-and-rename' ? names.internText(edit.newName) : stored.name[entry]);
    member.push(stored.member[entry]);
  }
  return { name: Int32Array.from(name), member: Int32Array.from(member) };
}
