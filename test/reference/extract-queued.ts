import type { Alternate } from '../../src/link/command/linker-directives.js';
import { objectName } from '../../src/link/inputs/c-names.js';
import type { ArchiveId, Inputs } from '../../src/link/inputs/inputs.js';
import type { WrappedName } from '../../src/link/inputs/wrapped-names.js';
import type { Request } from '../../src/link/line/link-line.js';
import { type LineItem, type LinkLine, loadedAt } from '../../src/link/line/link-line.js';
import { isDefined, isWeak } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE } from '../../src/symbols/table.js';
import { inNameOrder } from './alternates.js';
import { type Loading, type LoadState, UNDEFINED, UNSEEN } from './loading.js';

/**
 * Extraction of lld-link: an archive's index adds lazy symbols, as in the other LLDs, but an extracted member waits in
 * a queue after the inputs of the line, and so does a library of a linker directive. A weak external that is read
 * before its name is defined prevents every archive search for the name, now and later. When the queue is empty, the
 * default libraries of the line are read (LLD 14 queues them after the inputs, which is not simulated). Then exported
 * names become undefined, names that are still undefined try their alternates, and names of /includeoptional become
 * undefined if an archive could define them.
 *
 * Source: lld/COFF/Driver.cpp `enqueueArchiveMember`, `parseDirectives`, `linkerMain`; lld/COFF/SymbolTable.cpp
 * `addLazyArchive`, `addUndefined`; lld/COFF/InputFiles.cpp `initializeSymbols`.
 */
export function extractQueued(state: LoadState, line: LinkLine): Loading {
  const work: Work = {
    state,
    line,
    lazy: new Int32Array(state.symbolState.length).fill(NONE),
    isSettledWeakly: new Uint8Array(state.symbolState.length),
    isPending: new Uint8Array(state.symbolState.length),
    isForced: new Uint8Array(state.symbolState.length),
    queue: [],
    processed: 0,
    isQueued: new Uint8Array(state.isLoaded.length),
    offered: new Set(),
    barred: new Set(),
    exported: [],
    optional: optionalNames(state.graph.inputs),
    alternates: [],
  };
  for (const { name } of line.roots) state.addUndefined(name, false, NONE);
  takeRequests(work, line.ownRequests.filter(isNoExport), NONE);
  const isLate = (item: LineItem): item is LineItem & { kind: 'archive' } =>
    item.kind === 'archive' && item.isDefault === true;
  for (const item of line.items) if (!isLate(item)) takeItem(work, item);
  takeAll(work);
  for (const item of line.items) if (isLate(item) && !work.barred.has(item.archive)) takeItem(work, item);
  takeAll(work);
  takeRequests(work, line.ownRequests.filter(isExport), NONE);
  do wantAtTheEnd(work);
  while (work.processed < work.queue.length);
  for (const one of line.wrapped) wantWrapped(work, one);
  takeAll(work);
  return state;
}

/** Exports of the line follow those of the files that were read until then (Driver.cpp, "Handle /export"). */
const isExport = ({ kind }: Request): boolean => kind === 'export';
const isNoExport = (request: Request): boolean => !isExport(request);

/** Processes the queue, and makes undefined the names that wait until it is empty. */
function wantAtTheEnd(work: Work): void {
  takeAll(work);
  for (const { name, by } of work.exported) want(work, name, by);
  for (const alternate of inNameOrder(work.state.graph, work.alternates)) tryAlternate(work, alternate);
  for (const name of work.optional) wantIfOffered(work, name);
}

/** Processes the queue until it is empty. */
function takeAll(work: Work): void {
  while (work.processed < work.queue.length) takeQueued(work, work.queue[work.processed++]);
}

/**
 * Searches the names of /wrap if the wrapped name is known: see `LinkerProfile.wraps`. Source: lld/COFF/MinGW.cpp
 * `addWrappedSymbols`.
 */
function wantWrapped(work: Work, { name, wrap, real }: WrappedName): void {
  const { state, lazy } = work;
  if (state.symbolState[name] === UNSEEN && lazy[name] === NONE) return;
  want(work, real, NONE);
  want(work, wrap, NONE);
}

type Queued =
  | { readonly kind: 'member'; readonly member: MemberId; readonly wanted: NameId }
  | { readonly kind: 'input'; readonly item: LineItem };

interface Work {
  readonly state: LoadState;
  readonly line: LinkLine;
  /** By NameId: the member that an index names first. */
  readonly lazy: Int32Array;
  /** By NameId: 1 once a weak external has taken the place of what archives could define. */
  readonly isSettledWeakly: Uint8Array;
  /** By NameId: 1 once a member has been queued for it; no further archive is searched. */
  readonly isPending: Uint8Array;
  /**
   * By NameId: 1 once it was referenced while it was lazy. The linker then does not treat it as undefined.
   */
  readonly isForced: Uint8Array;
  readonly queue: Queued[];
  /** How many entries of the queue have been processed. */
  processed: number;
  readonly isQueued: Uint8Array;
  /** Archives whose lazy symbols were added. */
  readonly offered: Set<ArchiveId>;
  /** Archives that directives cannot add any more (/nodefaultlib). */
  readonly barred: Set<ArchiveId>;
  readonly exported: { readonly name: NameId; readonly by: MemberId }[];
  readonly alternates: Alternate<NameId>[];
  /** Names that become undefined if an archive could define them (/includeoptional). */
  readonly optional: NameId[];
}

/**
 * The initial optional names: only the symbol of the load configuration of Windows programs, which is always optional.
 */
function optionalNames(inputs: Inputs): NameId[] {
  const name = inputs.symbols.names.find(objectName(inputs, '_load_config_used'));
  return name === NONE ? [] : [name];
}

function takeItem(work: Work, item: LineItem): void {
  for (const member of loadedAt(work.state.graph.inputs, item)) takeIn(work, member, NONE);
  if (item.kind === 'archive' && !item.whole) offerArchive(work, item.archive);
}

function takeQueued(work: Work, queued: Queued): void {
  if (queued.kind === 'input') takeItem(work, queued.item);
  else takeIn(work, queued.member, queued.wanted);
}

function enqueue({ state, isPending, isQueued, queue }: Work, member: MemberId, wanted: NameId): void {
  if (isPending[wanted] || !state.canLoad(member)) return;
  isPending[wanted] = 1;
  if (isQueued[member]) return;
  isQueued[member] = 1;
  queue.push({ kind: 'member', member, wanted });
}

/** Adds the lazy symbols of an archive's index; an archive without an index adds none. */
function offerArchive(work: Work, archive: ArchiveId): void {
  const { state, lazy, isSettledWeakly, offered } = work;
  if (offered.has(archive)) return;
  offered.add(archive);
  const { name, member } = state.graph.indexed[archive];
  for (let entry = 0; entry < name.length; entry++) {
    const wanted = name[entry];
    if (!state.canLoad(member[entry]) || isSettledWeakly[wanted]) continue;
    if (state.symbolState[wanted] === UNDEFINED) enqueue(work, member[entry], wanted);
    if (state.symbolState[wanted] <= UNDEFINED && lazy[wanted] === NONE) lazy[wanted] = member[entry];
  }
}

function takeIn(work: Work, member: MemberId, wantedName: NameId): void {
  const { state, isSettledWeakly } = work;
  if (!state.canLoad(member)) return;
  state.markLoaded(member, wantedName);
  const { firstSymbol, flags } = state.graph.inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const name = state.graph.name[symbol];
    if (state.addDefined(symbol)) continue;
    if (isWeak(flags[symbol]) && !isDefined(flags[symbol])) {
      if (state.symbolState[name] <= UNDEFINED) isSettledWeakly[name] = 1;
      if (state.symbolState[name] === UNSEEN) state.addUndefined(name, true, member);
    } else want(work, name, member);
  }
  takeRequests(work, work.line.requests.get(member) ?? [], member);
}

function want(work: Work, name: NameId, by: MemberId): void {
  const { state, isSettledWeakly, isForced, lazy } = work;
  const isOffered = state.symbolState[name] === UNSEEN && lazy[name] !== NONE;
  if (!state.addUndefined(name, false, by) || isSettledWeakly[name]) return;
  if (isOffered) isForced[name] = 1;
  enqueue(work, lazy[name], name);
}

function wantIfOffered(work: Work, name: NameId): void {
  const { state, lazy } = work;
  if (lazy[name] === NONE || state.symbolState[name] !== UNSEEN) return;
  state.includes.push(name);
  want(work, name, NONE);
}

function takeRequests(work: Work, requests: readonly Request[], member: MemberId): void {
  for (const request of requests) {
    switch (request.kind) {
      case 'include':
        work.state.includes.push(request.name);
        want(work, request.name, member);
        break;
      case 'export':
        work.state.includes.push(request.name);
        work.exported.push({ name: request.name, by: member });
        break;
      case 'include-if-offered':
        work.optional.push(request.name);
        break;
      case 'alternate':
        work.alternates.push(request);
        break;
      case 'input':
        if (request.item.kind !== 'archive' || !work.barred.has(request.item.archive))
          work.queue.push({ kind: 'input', item: request.item });
        break;
      case 'without-input':
        if (request.item.kind === 'archive') work.barred.add(request.item.archive);
    }
  }
}

/** Only of a name that is needed and undefined, not even as a weak external. */
function tryAlternate(work: Work, alternate: Alternate<NameId>): void {
  const { state, isSettledWeakly, isForced, lazy } = work;
  const { from, to } = alternate;
  if (state.symbolState[from] !== UNDEFINED || isForced[from]) return;
  if (isSettledWeakly[from] || hasAlternate(state, from)) return;
  const isAvailable =
    state.symbolState[to] > UNDEFINED || lazy[to] !== NONE || isSettledWeakly[to] || hasAlternate(state, to);
  if (state.profile.alternates === 'if-available' && !isAvailable) return;
  state.alternates.push(alternate);
  want(work, to, state.referencedBy[from]);
}

const hasAlternate = ({ alternates }: LoadState, name: NameId): boolean =>
  alternates.some(({ from }) => from === name);
