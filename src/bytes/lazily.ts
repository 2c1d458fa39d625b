/** `T` with what its functions return in their place. */
export type Lazy<T> = { readonly [Key in keyof T]: T[Key] extends () => infer Value ? Value : T[Key] };

/**
 * Makes an object whose parts given as functions are computed once, on first access: a report has many parts that its
 * reader may not use. As JSON it is complete, in the given order.
 */
export function lazily<T extends object>(parts: T): Lazy<T> {
  const object = {};
  for (const [key, part] of Object.entries(parts)) {
    let made: { readonly value: unknown } | undefined;
    const get = () => {
      made ??= { value: part() };
      return made.value;
    };
    Object.defineProperty(object, key, {
      ...(typeof part === 'function' ? { get } : { value: part }),
      enumerable: true,
      configurable: true,
    });
  }
  return object as Lazy<T>;
}

/** The same object with more properties, or others. Parts that were not made yet stay so, unlike in `{ ...object }`. */
export const extended = <T extends object, More extends object>(
  object: T,
  more: More,
): Omit<T, keyof More> & More =>
  Object.defineProperties({} as Omit<T, keyof More> & More, {
    ...Object.getOwnPropertyDescriptors(object),
    ...Object.getOwnPropertyDescriptors(more),
  });
