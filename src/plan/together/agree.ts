/** An archive that several lines use, as text: its file and, of a universal file, the architecture. */
export type ArchiveKey = string;

/** The decision of a line's plan about an archive that the line uses and that may be rewritten. */
export interface ArchiveDecision {
  /** Ordinals of members. */
  readonly dropped: ReadonlySet<number>;
  /** Members without a copy on the line: they may still go, if no linker loads them. */
  readonly withoutCopy: ReadonlySet<number>;
}

/** The plan of one line, as far as other lines are concerned. */
export interface LineDecision {
  /** In the order of their claim to keep a copy. */
  readonly archives: ReadonlyMap<ArchiveKey, ArchiveDecision>;
}

/** Requirements of other lines on the plan of one. */
export interface Agreement {
  /** Archives of all lines by their claim to keep a copy; undefined before any line was planned. */
  readonly ranking: readonly ArchiveKey[] | undefined;
  /** The row of a line that needs a member in the archive; undefined: every line can do without it. */
  neededBy(archive: ArchiveKey, ordinal: number): number | undefined;
  /** Whether another line drops a member. */
  isDroppedElsewhere(archive: ArchiveKey, ordinal: number): boolean;
}

type Members<Value> = Map<ArchiveKey, Map<number, Value>>;

/**
 * Plans lines until all of them drop the same members of each archive that they share. The first plan of a line is its
 * own. Then archives get one order of claims, lines may drop what others do and no linker loads, and what one line
 * still needs stays for all; lines that would have dropped it are planned again. The set of members that stay only
 * grows, so this ends.
 *
 * @param plan the plan of a line under an agreement
 */
export function agree(
  lines: number,
  plan: (line: number, agreement: Agreement) => LineDecision,
): LineDecision[] {
  const needed: Members<number> = new Map();
  let dropped: Members<true> = new Map();
  let ranking: readonly ArchiveKey[] | undefined;
  const agreement: Agreement = {
    get ranking() {
      return ranking;
    },
    neededBy: (archive, ordinal) => needed.get(archive)?.get(ordinal),
    isDroppedElsewhere: (archive, ordinal) => dropped.get(archive)?.has(ordinal) === true,
  };
  const found = Array.from({ length: lines }, (_, line) => plan(line, agreement));
  const replan = (row: number): void => {
    found[row] = plan(row, agreement);
  };
  const ranked = rankingOf(found);
  const others = rowsWhere(found, (line) => !isInOrder(line, ranked));
  ranking = ranked;
  for (const row of others) replan(row);
  dropped = droppedBy(found);
  const idle = (key: ArchiveKey, { withoutCopy }: ArchiveDecision) =>
    [...(dropped.get(key)?.keys() ?? [])].some((ordinal) => withoutCopy.has(ordinal));
  for (const row of rowsWhere(found, (line) => someArchive(line, idle))) replan(row);
  for (;;) {
    addNeeded(needed, found);
    const again = rowsWhere(found, (line) =>
      someArchive(line, (key, own) => [...own.dropped].some((ordinal) => needed.get(key)?.has(ordinal))),
    );
    if (again.length === 0) return found;
    for (const row of again) replan(row);
  }
}

function rowsWhere(found: readonly LineDecision[], test: (line: LineDecision) => boolean): number[] {
  return found.flatMap((line, row) => (test(line) ? [row] : []));
}

const someArchive = (
  { archives }: LineDecision,
  test: (key: ArchiveKey, decision: ArchiveDecision) => boolean,
): boolean => [...archives].some(([key, decision]) => test(key, decision));

/**
 * Archives by the number of lines that have them, since a copy in an archive of every line serves every line; then by
 * their mean place in the claims of single lines, then as they first appear.
 */
function rankingOf(found: readonly LineDecision[]): ArchiveKey[] {
  const places = new Map<ArchiveKey, number[]>();
  for (const { archives } of found)
    for (const [place, key] of [...archives.keys()].entries())
      places.set(key, [...(places.get(key) ?? []), place]);
  const mean = (some: readonly number[]) => some.reduce((sum, place) => sum + place, 0) / some.length;
  return [...places]
    .sort(([, one], [, other]) => other.length - one.length || mean(one) - mean(other))
    .map(([key]) => key);
}

function isInOrder({ archives }: LineDecision, ranking: readonly ArchiveKey[]): boolean {
  const own = [...archives.keys()];
  const ranked = ranking.filter((key) => archives.has(key));
  return ranked.every((key, at) => own[at] === key);
}

function droppedBy(found: readonly LineDecision[]): Members<true> {
  const all: Members<true> = new Map();
  for (const { archives } of found)
    for (const [key, { dropped }] of archives) for (const ordinal of dropped) addTo(all, key, ordinal, true);
  return all;
}

/** Adds the members that some line drops and another does not, with the first line that does not. */
function addNeeded(needed: Members<number>, found: readonly LineDecision[]): void {
  const all = droppedBy(found);
  for (const [row, { archives }] of found.entries())
    for (const [key, { dropped }] of archives)
      for (const ordinal of all.get(key)?.keys() ?? [])
        if (!dropped.has(ordinal) && !needed.get(key)?.has(ordinal)) addTo(needed, key, ordinal, row);
}

function addTo<Value>(members: Members<Value>, key: ArchiveKey, ordinal: number, value: Value): void {
  const own = members.get(key) ?? new Map<number, Value>();
  members.set(key, own);
  own.set(ordinal, value);
}
