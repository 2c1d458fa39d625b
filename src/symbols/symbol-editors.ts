import type { ByteSource } from '../bytes/byte-source.js';
import { coffEditor } from './coff/edit.js';
import { elfEditor } from './elf/edit.js';
import { machoEditor } from './macho/edit.js';
import type { ObjectFormatId } from './object-format.js';
import { EditError, editsByRow, type OwnSymbol, type SymbolEdit, type SymbolEditor } from './symbol-edit.js';
import { wasmEditor } from './wasm/edit.js';

/** Formats whose symbols can be edited. */
const EDITORS: Partial<Record<ObjectFormatId, SymbolEditor>> = {
  elf: elfEditor,
  macho: machoEditor,
  coff: coffEditor,
  wasm: wasmEditor,
};

/** @throws EditError for formats without editable symbols: bitcode, import members */
export function editorOf(format: ObjectFormatId, label: string): SymbolEditor {
  const editor = EDITORS[format];
  if (editor === undefined) {
    const refusal = format === 'bitcode' ? 'recompiled' : 'not-editable';
    throw new EditError(refusal, `${label}: symbols of ${format} members cannot be edited`);
  }
  return editor;
}

/** @throws EditError */
export const ownSymbols = (object: ByteSource, format: ObjectFormatId): OwnSymbol[] =>
  editorOf(format, object.label).ownSymbols(object);

/**
 * The object with these edits, which is read again: tables that overlap in a damaged object would give other symbols.
 *
 * @param own its symbols before
 * @throws EditError
 * @throws MalformedError
 */
export function editObject(
  object: ByteSource,
  format: ObjectFormatId,
  edits: readonly SymbolEdit[],
  own?: readonly OwnSymbol[],
): ByteSource {
  const editor = editorOf(format, object.label);
  const edited = editor.edit(object, edits);
  if (edits.length > 0)
    requireEdited(object.label, own ?? editor.ownSymbols(object), editor.ownSymbols(edited), edits);
  return edited;
}

/**
 * Requires that an object can be edited, in most objects without making the edits.
 *
 * @param editsOf the edits, by the object's own symbols
 * @throws EditError, MalformedError as `editObject`
 */
export function requireEditable(
  object: ByteSource,
  format: ObjectFormatId,
  editsOf: (own: readonly OwnSymbol[]) => readonly SymbolEdit[],
): void {
  const checked = editorOf(format, object.label).openToCheck?.(object);
  const own = checked?.own ?? ownSymbols(object, format);
  const edits = editsOf(own);
  if (checked?.isEditable(edits) !== true) editObject(object, format, edits, own);
}

function requireEdited(
  label: string,
  before: readonly OwnSymbol[],
  after: readonly OwnSymbol[],
  edits: readonly SymbolEdit[],
): void {
  const editOf = editsByRow(edits);
  const found: (OwnSymbol | undefined)[] = [];
  for (const symbol of after) found[symbol.row] = symbol;
  for (const old of before) {
    const edit = editOf.get(old.row);
    const now = found[old.row];
    const isRenamed = now?.name === edit?.newName;
    const isKept = now?.name === old.name && (edit !== undefined || now.role === old.role);
    if (edit?.action === 'hide-and-rename' ? !isRenamed : !(isKept || (edit !== undefined && isRenamed)))
      throw new EditError('not-editable', `${label}: symbol ${old.row} is not as the edit should leave it`);
  }
}
