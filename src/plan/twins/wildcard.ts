/**
 * Whether texts fit a pattern in which `*` stands for any characters. No regular expression: with many stars in it,
 * that tries for ever.
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
