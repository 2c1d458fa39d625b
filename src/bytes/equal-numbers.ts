/** Whether two columns have the same numbers. Compares their bytes by one call. */
export const areEqual = (one: Int32Array, other: Int32Array): boolean =>
  one === other || (one.length === other.length && bytesOf(one).equals(bytesOf(other)));

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
