/**
 * Returns a test of whether a text matches a pattern in which `*` matches any characters. Not a regular expression: one
 * with many stars may take exponential time.
 */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const [first, ...parts] = pattern.split(/\*+/);
  const last = parts.pop();
  if (last === undefined) return (text) => text === pattern;
  const shortest = [first, ...parts, last].reduce((sum, part) => sum + part.length, 0);
  return (text) => {
    if (text.length < shortest || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
