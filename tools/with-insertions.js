/**
 * A source text with others put into it.
 * @param insertions each with its place in the text; at one place the lower order comes first
 */
export function withInsertions(source, insertions) {
  let out = '';
  let done = 0;
  for (const { at, text } of insertions.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    out += source.slice(done, at) + text;
    done = at;
  }
  return out + source.slice(done);
}
