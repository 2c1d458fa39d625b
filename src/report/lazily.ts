/** `T` with what its functions return in their place. */
export type Lazy<T> = { readonly [Key in keyof T]: T[Key] extends () => infer Value ? Value : T[Key] };

/**
 * An object of which the parts that are given as functions are made when they are first read, once: a report has much
 * that its reader may not ask for. Printed as JSON it is complete, in the order given.
 */
export function lazily<T extends object>(parts: T): Lazy<T> {
  const object = {};
  for (const [key, part] of Object.entries(parts)) {
    const get = () => {
      const value: unknown = part();
      Object.defineProperty(object, key, { value, enumerable: true });
      return value;
    };
    const isLazy = typeof part === 'function';
    Object.defineProperty(object, key, {
      ...(isLazy ? { get } : { value: part }),
      enumerable: true,
      configurable: true,
    });
  }
  return object as Lazy<T>;
}
