/**
 * Counts the bytes of all typed arrays and buffers that are asked for by size: a count in a file that is believed shows
 * there first. Once in a process, before the code that is to be watched is loaded.
 *
 * @returns the bytes since it was last asked
 */
export function countAllocations(): () => number {
  let bytes = 0;
  const kinds = ['Uint8Array', 'Uint16Array', 'Uint32Array', 'Int32Array', 'Float64Array', 'Array'] as const;
  const scope = globalThis as unknown as Record<string, new (...args: unknown[]) => object>;
  for (const kind of kinds) {
    const original = scope[kind];
    const width = (original as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 8;
    scope[kind] = new Proxy(original, {
      construct(target, args, newTarget) {
        if (typeof args[0] === 'number') bytes += args[0] * width;
        return Reflect.construct(target, args, newTarget === scope[kind] ? target : newTarget);
      },
    });
  }
  const buffers = Buffer as unknown as Record<string, (size: number, ...rest: unknown[]) => Buffer>;
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
    const original = buffers[name];
    buffers[name] = (size, ...rest) => {
      bytes += size;
      return original.call(Buffer, size, ...rest);
    };
  }
  return () => {
    const since = bytes;
    bytes = 0;
    return since;
  };
}
