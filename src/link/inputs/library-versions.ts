import { isReference } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { Inputs } from './inputs.js';

const AT_SIGN = 0x40;

/** References of shared libraries to a version of a name (`f@V`), with the name (`f`). */
export function referencesToVersions({ symbols, contents, format }: Inputs): Map<SymbolId, NameId> {
  const found = new Map<SymbolId, NameId>();
  const { firstSymbol, names, flags, name } = symbols;
  if (format !== 'elf') return found;
  for (const [member, { kind }] of contents.entries()) {
    if (kind !== 'shared-library') continue;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      if (!isReference(flags[symbol])) continue;
      const bytes = names.bytes(name[symbol]);
      const at = bytes.indexOf(AT_SIGN);
      if (at > 0) found.set(symbol, names.intern(bytes.slice(0, at), 0, at));
    }
  }
  return found;
}

/** Names as a linker compares them that reads references of shared libraries to versions by this rule. */
export function readVersions(
  { symbols: { name, names } }: Inputs,
  own: Int32Array,
  versioned: ReadonlyMap<SymbolId, NameId>,
  rule: LinkerProfile['libraryVersions'],
): Int32Array {
  const read = own.slice();
  for (const [symbol, plain] of versioned)
    if (
      rule === 'ignored' ||
      (rule === 'default' && names.find(names.text(name[symbol]).replace('@', '@@')) !== NONE)
    )
      read[symbol] = plain;
  return read;
}

/** The part of LinkGraph that is read here. */
interface LibraryNames {
  readonly inputs: Inputs;
  readonly name: Int32Array;
  readonly versionedReferences: ReadonlyMap<SymbolId, NameId>;
}

/** Names that shared libraries refer to, with a version and without. */
export function* namesOfLibraries({ inputs, name, versionedReferences }: LibraryNames): Generator<NameId> {
  const { firstSymbol, flags } = inputs.symbols;
  for (const [member, { kind }] of inputs.contents.entries()) {
    if (kind !== 'shared-library') continue;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isReference(flags[symbol])) yield name[symbol];
  }
  yield* versionedReferences.values();
}
