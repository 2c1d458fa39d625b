/** Text that is put into another text. */
export interface Insertion {
  /** Where it is put. */
  readonly at: number;
  /** At one place the lower order comes first. */
  readonly order: number;
  readonly text: string;
}

/** A source text with others put into it. */
export function withInsertions(source: string, insertions: readonly Insertion[]): string {
  let out = '';
  let done = 0;
  for (const { at, text } of insertions.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    out += source.slice(done, at) + text;
    done = at;
  }
  return out + source.slice(done);
}
