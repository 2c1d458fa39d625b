/** Adds to a list however many there are: `push(...values)` has them all on the stack, and fails at some 100,000. */
export function append<Value>(list: Value[], values: Iterable<Value>): void {
  for (const value of values) list.push(value);
}
