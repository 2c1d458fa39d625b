import type { Inputs } from '../link/inputs/inputs.js';
import { type Resolution, STRONGLY_REFERENCED } from '../link/resolve/resolution.js';
import type { NameId } from '../symbols/names.js';
import { NONE } from '../symbols/table.js';

/** Demangles a name; returns the name itself if it is not mangled. */
export type Demangle = (name: string) => string;

/** The id of a name by its stored or its C spelling; NONE if no file has it. */
export function findName({ symbols: { names } }: Inputs, text: string): NameId {
  const found = names.find(text);
  return found === NONE ? names.find(`_${text}`) : found;
}

/** Readable names, made comparable: linkers print hashes of Rust, and blanks, each in their own way. */
export const comparable = (text: string): string =>
  text
    .replace(/::h[0-9a-f]{16}$/, '')
    .replace(/ ?\(\.llvm\.\d+\)$/, '')
    .replace(/\.\d+$/, '')
    .replace(/\s+/g, '');

/** Of a name with its own identifiers in it, no more than this many others are made readable to compare. */
const MOST_COMPARED = 20_000;

/** All names with this demangled form: `evt_runtime::stats::HITS`. */
export function findReadable({ symbols: { names } }: Inputs, text: string, demangle: Demangle): NameId[] {
  const parts = ownIdentifiers(text);
  const wanted = comparable(text);
  const found: NameId[] = [];
  let compared = 0;
  for (let name = 0; name < names.length && compared < MOST_COMPARED; name++) {
    const stored = names.text(name);
    if (!parts.every((part) => stored.includes(part))) continue;
    compared++;
    const readable = comparable(demangle(stored));
    if (readable === wanted || withoutArguments(readable) === wanted) found.push(name);
  }
  return found;
}

/** Qualified names, without arguments, whose last component is this identifier: `evt_runtime::queue::PUSHED`. */
export function findByLastComponent(
  { symbols: { names } }: Inputs,
  identifier: string,
  demangle: Demangle,
): string[] {
  if (!/^[A-Za-z_]\w*$/.test(identifier)) return [];
  const found = new Set<string>();
  let compared = 0;
  for (let name = 0; name < names.length && compared < MOST_COMPARED; name++) {
    const stored = names.text(name);
    if (!stored.includes(identifier)) continue;
    compared++;
    const readable = withoutArguments(comparable(demangle(stored)));
    if (readable.endsWith(`::${identifier}`)) found.add(readable);
  }
  return [...found].toSorted();
}

/** Identifiers that a mangled name contains: types of arguments and of results are abbreviated there. */
function ownIdentifiers(text: string): string[] {
  const [path] = text.split(/[(<]/, 1);
  const own = path.trim().split(/\s+/).at(-1) ?? '';
  return (own.match(/[A-Za-z_]\w*/g) ?? []).filter((part) => !part.startsWith('operator'));
}

/** `f` for `f(int)` and `f(int)const`. */
function withoutArguments(readable: string): string {
  const open = readable.indexOf('(');
  return open < 0 || !/\)(const)?$/.test(readable) ? readable : readable.slice(0, open);
}

/** Undefined names of a link, by the forms in which linkers may print them. */
export function undefinedNames(
  inputs: Inputs,
  { referenceStrength, winners }: Resolution,
  demangle: Demangle,
): Map<string, NameId> {
  const { names } = inputs.symbols;
  const found = new Map<string, NameId>();
  for (let name = 0; name < referenceStrength.length; name++) {
    if (referenceStrength[name] !== STRONGLY_REFERENCED || winners[name] !== NONE) continue;
    found.set(comparable(demangle(names.text(name))), name);
  }
  return found;
}
