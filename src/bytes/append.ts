/** Appends any number of values. `push(...values)` puts all of them on the stack and fails at about 100,000. */
export function append<Value>(list: Value[], values: Iterable<Value>): void {
  for (const value of values) list.push(value);
}
