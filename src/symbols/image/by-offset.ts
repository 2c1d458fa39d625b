/** Entries of a range of offsets: `start` ≤ offset < `end`, in the order in which they were given. */
export type WithinRange<Entry> = (start: number, end: number) => Entry[];

/**
 * Finds entries by their offsets in a section: they are sorted once, and each range is found by bisection. A filter for
 * each of a section's thousands of symbols would read all entries each time.
 */
export function byOffset<Entry extends { readonly offset: number }>(
  entries: readonly Entry[],
): WithinRange<Entry> {
  const order = Uint32Array.from(entries.keys()).sort(
    (one, other) => entries[one].offset - entries[other].offset,
  );
  const firstFrom = (offset: number): number => {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entries[order[middle]].offset >= offset) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return (start, end) =>
    Array.from(order.slice(firstFrom(start), firstFrom(end)).sort(), (row) => entries[row]);
}
