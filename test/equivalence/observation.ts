/** Properties of a link that an observation may depend on. */
export interface Circumstances {
  /** Whether some unit is in the link as given more than once. */
  readonly hasCopies: boolean;
  /** Whether copies may differ in content: functions may have other sizes, and units fewer of them. */
  readonly isRewritten: boolean;
}

/** All that can be observed of an output, by title: what it prints, what it exports, its sections. */
export type Observation = ReadonlyMap<string, readonly string[]>;

/** Rows as two links of a program must have them: all of them, unless units run twice in the link as given. */
export function rowsOf(text: readonly string[], { hasCopies, isRewritten }: Circumstances): string[] {
  if (!hasCopies) return [...text];
  const rows = normalise(text);
  return isRewritten ? withoutValues(rows) : rows.map(withoutValueOfDestructor);
}

/** The destructor of the second copy prints what that of the first one left; one run is right, too (C13). */
const withoutValueOfDestructor = (line: string): string => (line.startsWith('-') ? line.split(' ')[0] : line);

/**
 * Output of a program without what the second copy of a unit adds. A unit that is in a link twice has the order of its
 * first copy: constructors (`+`) and entries (`=`) are listed where they are first, destructors (`-`) run in reverse,
 * and the first copy's run last.
 */
function normalise(lines: readonly string[]): string[] {
  const kept: string[] = [];
  const firsts = new Set<string>();
  for (const line of lines) {
    if (/^[+=]/.test(line)) {
      if (firsts.has(line)) continue;
      firsts.add(line);
    }
    kept.push(line);
  }
  const lasts = new Set<string>();
  return kept
    .toReversed()
    .filter((line) => {
      const [name] = line.split(' ');
      if (!line.startsWith('-')) return true;
      if (lasts.has(name)) return false;
      lasts.add(name);
      return true;
    })
    .toReversed();
}

/**
 * The same without values. Where a unit is in a link as given in two copies of different content, its functions may be
 * bound to both, each with its own static state: the trimmed link has one state, and so other values.
 */
const withoutValues = (lines: readonly string[]): string[] => lines.map((line) => line.split(' ')[0]);

/** Differences between two observations, one sentence each. */
export function differences(before: Observation, after: Observation): string[] {
  const titles = new Set([...before.keys(), ...after.keys()]);
  return [...titles].flatMap((title) => {
    const [one, two] = [before.get(title) ?? [], after.get(title) ?? []];
    if (one.length === two.length && one.every((value, at) => value === two[at])) return [];
    const gone = one.filter((value) => !two.includes(value));
    const added = two.filter((value) => !one.includes(value));
    if (gone.length + added.length > 0) return [`${title}: gone ${listed(gone)}; new ${listed(added)}`];
    const at = one.findIndex((value, place) => value !== two[place]);
    return [`${title}: order was ${listed(one.slice(at))}; is ${listed(two.slice(at))}`];
  });
}

const MOST_LISTED = 6;

const listed = (values: readonly string[]): string =>
  values.length === 0
    ? 'nothing'
    : `${values.slice(0, MOST_LISTED).join(', ')}${values.length > MOST_LISTED ? ', …' : ''}`;
