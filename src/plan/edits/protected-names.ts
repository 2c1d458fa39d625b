import { isGlob } from '../../link/command/glob.js';
import { cText, startUpNames } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine, Request, Root } from '../../link/line/link-line.js';
import { isCommon } from '../../symbols/flags.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';

/** Bounds of a section that the linker provides, and names by which a runtime finds classes and selectors. */
const PROVIDED =
  /^(__start_|__stop_|_?OBJC_(CLASS|METACLASS|EHTYPE|IVAR)_\$_|_?OBJC_SELECTOR|section\$|segment\$)/;
/** Names that the linker itself defines. */
const RESERVED =
  /^(_GLOBAL_OFFSET_TABLE_|__ehdr_start|__dso_handle|_DYNAMIC|___?dso_handle|__mh_\w+_header|__ImageBase|__stack_pointer|__tls_base|__memory_base|__table_base|__indirect_function_table)$/;

/** Whether a name is mangled by C++ or Rust. Most names of an object are; none of the names above is. */
function isMangled(text: string): boolean {
  if (!text.startsWith('_')) return false;
  const language = text[1] === '_' ? text[2] : text[1];
  return language === 'Z' || language === 'R';
}

/** By NameId of one table: whether the name is protected. Cached, since each plan of edits looks up all names. */
const known = new WeakMap<NameTable, Uint8Array>();
const PLAIN = 1;
const PROTECTED = 2;

/** Whether a name is found by something other than a reference that an edit can rename. */
export function isProtectedName(inputs: Inputs, name: NameId): boolean {
  const ofNames = answersFor(inputs.symbols.names, name);
  if (ofNames[name] === 0) ofNames[name] = isProtected(inputs, name) ? PROTECTED : PLAIN;
  return ofNames[name] === PROTECTED;
}

/** The cache, with room for this name. */
function answersFor(names: NameTable, name: NameId): Uint8Array {
  const ofNames = known.get(names);
  if (ofNames !== undefined && name < ofNames.length) return ofNames;
  const more = new Uint8Array(names.length);
  if (ofNames !== undefined) more.set(ofNames);
  known.set(names, more);
  return more;
}

function isProtected(inputs: Inputs, name: NameId): boolean {
  const text = inputs.symbols.names.text(name);
  if (inputs.format === 'elf' && text.includes('@')) return true;
  if (isMangled(text)) return false;
  const bare = cText(inputs, text);
  return (
    PROVIDED.test(text) || PROVIDED.test(bare) || RESERVED.test(text) || startUpNames(inputs).includes(text)
  );
}

/** Names that some file of the link has as COMMON: the linker joins all definitions of such a name into one. */
export function commonNames({ symbols }: Inputs): ReadonlySet<NameId> {
  const found = new Set<NameId>();
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (isCommon(symbols.flags[symbol])) found.add(symbols.name[symbol]);
  return found;
}

/** Names in options of the line, or in linker directives of files. */
export function namesOfLine(inputs: Inputs, line: LinkLine): ReadonlySet<NameId> {
  const found = new Set<NameId>(namesWithMeaning(inputs, line));
  for (const { name, reason } of line.roots)
    if (reason !== 'open-world' && reason !== 'start-up') found.add(name);
  return found;
}

/**
 * The same without names that the line only requires: `-u f` is a reference, which the simulated link binds to any
 * definition that still has the name.
 */
export function namesWithMeaning(
  inputs: Inputs,
  { items, roots, wrapped, requests, ownRequests, exports, layout }: LinkLine,
): ReadonlySet<NameId> {
  const { names } = inputs.symbols;
  const isMeant = ({ reason }: Root) =>
    reason !== 'open-world' && reason !== 'start-up' && reason !== 'option';
  const listed = listedNames(exports, layout).map((text) => names.find(text));
  return new Set([
    ...roots.filter(isMeant).map(({ name }) => name),
    ...wrapped.flatMap(({ name, wrap, real }) => [name, wrap, real]),
    ...items.flatMap((item) => (item.kind === 'definition' ? [item.name, ...item.references] : [])),
    ...[...ownRequests, ...[...requests.values()].flat()].flatMap(namesOfRequest),
    ...listed.filter((name) => name !== NONE),
    ...importedNames(inputs),
  ]);
}

function namesOfRequest(request: Request): NameId[] {
  if (request.kind === 'alternate') return [request.from, request.to];
  return 'name' in request ? [request.name] : [];
}

/** COFF: `__imp_f` is a pointer to `f` that the linker makes. */
function importedNames({ format, symbols: { name: nameOf, names } }: Inputs): NameId[] {
  if (format !== 'coff') return [];
  const texts = Array.from(nameOf, (name) => names.text(name)).filter((text) => text.startsWith('__imp_'));
  return texts.map((text) => names.find(text.slice(6)));
}

/**
 * Names that version scripts, lists of exports, files that order symbols and PROVIDE spell out; a pattern matches the
 * same names after an edit.
 */
const listedNames = (
  { added, only, without, versions }: LinkLine['exports'],
  { versions: scripted, provided, ordered }: LinkLine['layout'],
): string[] => {
  const patterns = [...versions, ...scripted].flatMap(({ global, local }) => [...global, ...local]);
  return [...added, ...(only ?? []), ...without, ...patterns, ...provided, ...ordered].filter(
    (text) => !isGlob(text),
  );
};
