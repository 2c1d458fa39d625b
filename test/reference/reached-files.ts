import { membersOf } from '../../src/link/inputs/link-graph.js';
import type { LineItem, LinkLine } from '../../src/link/line/link-line.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE } from '../../src/symbols/table.js';
import type { LoadState } from './loading.js';

/** Files of a line for linkers that first decide which files are in, and then load them in the order of the line. */
export interface FilesOfLine {
  /** Every file once, in order of first occurrence: mold and wild read a repeated archive once. */
  readonly files: readonly MemberId[];
  /** By MemberId: 1 for objects and members of whole archives. */
  readonly isRoot: Uint8Array;
  /** By MemberId: 1 for those, and for shared libraries that are not only --as-needed. */
  readonly isAlive: Uint8Array;
}

export function filesInOrder(state: LoadState, line: LinkLine): FilesOfLine {
  const files: MemberId[] = [];
  const seen = new Uint8Array(state.isLoaded.length);
  const isRoot = new Uint8Array(state.isLoaded.length);
  const isAlive = new Uint8Array(state.isLoaded.length);
  for (const item of line.items)
    for (const member of filesOf(state, item)) {
      if (seen[member]) continue;
      seen[member] = 1;
      isRoot[member] = isLoadedWhole(item) ? 1 : 0;
      isAlive[member] = isLoadedWhole(item) || (item.kind === 'shared-library' && !item.asNeeded) ? 1 : 0;
      files.push(member);
    }
  return { files, isRoot, isAlive };
}

/** Files of an item that a linker can load. */
function filesOf(state: LoadState, item: LineItem): MemberId[] {
  if (item.kind === 'definition') return [];
  if (item.kind === 'shared-library') return [item.member];
  const members = item.kind === 'archive' ? membersOf(state.graph.inputs, item.archive) : [item.member];
  return members.filter((member) => state.canLoad(member));
}

const isLoadedWhole = (item: LineItem): boolean =>
  item.kind === 'object' || (item.kind === 'archive' && item.whole);

/** Files that are in the link, in the order in which references reach them. */
export class ReachedFiles {
  readonly #found: MemberId[] = [];
  readonly #isReached: Uint8Array;

  constructor(readonly state: LoadState) {
    this.#isReached = new Uint8Array(state.isLoaded.length);
  }

  has(member: MemberId): boolean {
    return this.#isReached[member] === 1;
  }

  /** @param by the file whose reference reaches the member; NONE for the line */
  add(member: MemberId, name: NameId, by: MemberId): void {
    if (this.has(member)) return;
    this.#isReached[member] = 1;
    this.#found.push(member);
    this.state.extractedFor[member] = name;
    this.state.extractedBy[member] = by;
  }

  /** Adds the files that the line loads in any case, and those that define its roots. */
  addLine({ files, isAlive }: FilesOfLine, line: LinkLine, definitions: Int32Array): void {
    const { member: memberOf } = this.state.graph.inputs.symbols;
    for (const member of files) if (isAlive[member]) this.add(member, NONE, NONE);
    for (const { name } of line.roots)
      if (definitions[name] !== NONE) this.add(memberOf[definitions[name]], name, NONE);
  }

  /** Each file once, those that are added meanwhile included. */
  *[Symbol.iterator](): Generator<MemberId> {
    for (let next = 0; next < this.#found.length; next++) yield this.#found[next];
  }

  /** Loads the reached files in the order of the line. */
  load(files: readonly MemberId[], isLibrary: (member: MemberId) => boolean): void {
    const { state } = this;
    for (const member of files.filter((one) => this.has(one)))
      if (isLibrary(member)) state.libraries.push(member);
      else {
        state.isLoaded[member] = 1;
        state.loaded.push(member);
      }
  }
}
