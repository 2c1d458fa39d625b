import type { Alternate } from '../../src/link/command/linker-directives.js';
import type { ArchiveId } from '../../src/link/inputs/inputs.js';
import type { Request } from '../../src/link/line/link-line.js';
import { type LineItem, type LinkLine, loadedAt } from '../../src/link/line/link-line.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE } from '../../src/symbols/table.js';
import { searchArchive } from './extract-single-pass.js';
import { type Loading, type LoadState, UNDEFINED } from './loading.js';

/**
 * Extraction of Microsoft's link.exe, as documented: objects in the order of the line; then libraries in their order.
 * Undefined names of a member are searched in its own library first, then in the libraries after it, in default
 * libraries, and finally from the first library on. The order in which several names are searched is not documented.
 *
 * Source: "LINK input files" and "/DEFAULTLIB" of Microsoft's linker reference. Never run.
 */
export function extractOwnFirst(state: LoadState, line: LinkLine): Loading {
  const libraries: ArchiveId[] = [];
  const barred = new Set<ArchiveId>();
  const alternates: Alternate<NameId>[] = [];
  let asked = 0;
  const takeItem = (item: LineItem) => {
    if (item.kind === 'archive' && !item.whole) {
      if (!libraries.includes(item.archive)) libraries.push(item.archive);
      return;
    }
    for (const member of loadedAt(state.graph.inputs, item))
      if (state.canLoad(member)) state.load(member, NONE);
  };
  const take = (request: Request, member: MemberId) => {
    if (request.kind === 'alternate') alternates.push(request);
    else if (request.kind === 'input') {
      if (!isBarred(request.item)) takeItem(request.item);
    } else if (request.kind === 'without-input') {
      if (request.item.kind === 'archive') barred.add(request.item.archive);
    } else if (request.kind !== 'include-if-offered') {
      state.includes.push(request.name);
      state.addUndefined(request.name, false, member);
    }
  };
  const takeRequests = () => {
    for (; asked < state.loaded.length; asked++) {
      const member = state.loaded[asked];
      for (const request of line.requests.get(member) ?? []) take(request, member);
    }
  };
  const isBarred = (item: LineItem) => item.kind === 'archive' && barred.has(item.archive);
  for (const { name } of line.roots) state.addUndefined(name, false, NONE);
  for (const request of line.ownRequests) take(request, NONE);
  for (const item of line.items) takeItem(item);
  takeRequests();
  do searchAll(state, libraries, takeRequests);
  while (tryAlternates(state, alternates));
  return state;
}

/** Repeats rounds until one extracts nothing. Libraries that directives add during a round come last. */
function searchAll(state: LoadState, libraries: readonly ArchiveId[], takeRequests: () => void): void {
  let before: number;
  do {
    before = state.loaded.length;
    for (let at = 0; at < libraries.length; at++) {
      searchArchive(state, libraries[at]);
      takeRequests();
    }
  } while (state.loaded.length > before);
}

/** @returns whether a name became undefined */
function tryAlternates(state: LoadState, alternates: readonly Alternate<NameId>[]): boolean {
  const before = state.roundEvents;
  for (const alternate of alternates) {
    if (state.symbolState[alternate.from] !== UNDEFINED || state.alternates.includes(alternate)) continue;
    state.alternates.push(alternate);
    state.addUndefined(alternate.to, false, state.referencedBy[alternate.from]);
  }
  return state.roundEvents > before;
}
