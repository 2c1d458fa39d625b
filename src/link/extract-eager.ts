import type { NameId } from '../symbols/name-table.js';
import { isDefined } from '../symbols/symbol-flags.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';
import { type LinkLine, loadedAt, type Root } from './link-line.js';
import { DEFINED, type Loading, type LoadState, SHARED_DEFINED, UNDEFINED } from './loading.js';

/**
 * LLD: an archive, where it is met, only says what it could define ("lazy" names); the reference that meets a lazy
 * name, before or after, extracts the member at once, and that member's references theirs: depth first.
 *
 * Source: lld/ELF/InputFiles.cpp `ObjFile::parseLazy`, `initializeSymbols`; lld/ELF/Symbols.cpp `Symbol::resolve`;
 * lld/MachO/SymbolTable.cpp.
 */
export function extractEagerly(state: LoadState, line: LinkLine): Loading {
  const lazy = new Int32Array(state.known.length).fill(NONE);
  const isLate = ({ reason }: Root) => reason === 'entry' && state.profile.entryComesLast;
  for (const root of line.roots) if (!isLate(root)) state.refer(root.name, false, NONE);
  for (const item of line.items) {
    for (const member of loadedAt(state.graph.inputs, item))
      if (state.canLoad(member)) load(state, lazy, member, NONE);
      else state.repeat(member);
    if (item.kind === 'shared-library') takeLibrary(state, lazy, item.member);
    else if (item.kind === 'archive' && !item.whole) offerArchive(state, lazy, item.archive);
  }
  for (const root of line.roots) if (isLate(root)) findEntry(state, lazy, root.name);
  return state;
}

/** lld/ELF/Driver.cpp `handleUndefined`: takes what an archive left of it could define, whatever else wants the name. */
function findEntry(state: LoadState, lazy: Int32Array, name: NameId): void {
  if (state.refer(name, false, NONE) && lazy[name] !== NONE) load(state, lazy, lazy[name], name);
}

/** A shared library's definition takes the place of what archives only could define; its references extract. */
function takeLibrary(state: LoadState, lazy: Int32Array, library: MemberId): void {
  const { inputs, name } = state.graph;
  const { firstSymbol, flags } = inputs.symbols;
  state.libraries.push(library);
  for (let symbol = firstSymbol[library]; symbol < firstSymbol[library + 1]; symbol++) {
    const wanted = name[symbol];
    if (isDefined(flags[symbol])) {
      state.share(symbol);
      if (state.known[wanted] === SHARED_DEFINED) lazy[wanted] = NONE;
    } else if (state.referFrom(symbol, library)) load(state, lazy, lazy[wanted], wanted);
  }
}

function offerArchive(state: LoadState, lazy: Int32Array, archive: number): void {
  // Without an index LLD for Mach-O 22 and LLD for ELF in all versions read the members.
  const hasIndex = state.graph.inputs.archives[archive].index !== null;
  const { name, member } = (
    state.profile.trustsIndex && hasIndex ? state.graph.indexed : state.graph.scanned
  )[archive];
  for (let entry = 0; entry < name.length; entry++) {
    if (!state.canLoad(member[entry])) continue;
    // The first archive that could define it is asked, and no other, be it in vain: a wrong index, a group that lost.
    if (lazy[name[entry]] !== NONE && state.known[name[entry]] <= UNDEFINED) continue;
    if (state.wants(name[entry], member[entry])) load(state, lazy, member[entry], name[entry]);
    else if (state.known[name[entry]] <= UNDEFINED) lazy[name[entry]] = member[entry];
  }
}

/** Loads a file and all that its references extract. The stack is ours: real chains are thousands of members deep. */
function load(state: LoadState, lazy: Int32Array, first: MemberId, wantedName: NameId): void {
  if (!state.canLoad(first)) return;
  const { inputs, name } = state.graph;
  const { firstSymbol, flags } = inputs.symbols;
  const files: MemberId[] = [];
  const nextRows: number[] = [];
  const enter = (member: MemberId, wanted: NameId) => {
    state.begin(member, wanted);
    if (!state.profile.readsInOrder)
      for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) state.define(symbol);
    files.push(member);
    nextRows.push(firstSymbol[member]);
  };
  enter(first, wantedName);
  while (files.length > 0) {
    const top = files.length - 1;
    const member = files[top];
    const symbol = nextRows[top]++;
    if (symbol >= firstSymbol[member + 1]) {
      files.pop();
      nextRows.pop();
      continue;
    }
    if (state.profile.readsInOrder) state.define(symbol);
    const wanted = name[symbol];
    const candidate = lazy[wanted];
    // A COMMON that meets what an archive left of it could define takes its place (`Symbol::resolveCommon`); only an
    // archive right of it is asked.
    if (isDefined(flags[symbol])) continue;
    if (state.known[wanted] !== DEFINED && state.referFrom(symbol, member) && state.canLoad(candidate)) {
      enter(candidate, wanted);
    }
  }
}
