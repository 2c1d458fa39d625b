/**
 * A pattern of names, which the core matches too (src/core/name-patterns.ts). `_R*` is a start; `_ZN*h##E*` a start and
 * a text that follows somewhere. `*` is any text, also none, and `#` a hexadecimal digit in lower case.
 */
export type NamePattern = `${string}*`;

/** A test of names by patterns. */
export function fitsAnyPattern(patterns: readonly NamePattern[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern
      .split('*')
      .map((part) => part.replace(/[^\w#]/g, '\\$&').replaceAll('#', '[0-9a-f]'));
    return new RegExp(`^${parts.join('.*')}`, 's');
  });
  return (name) => expressions.some((expression) => expression.test(name));
}
