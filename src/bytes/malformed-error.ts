/**
 * Input bytes that are not what their format says. The message always starts with the place:
 * `libfoo.a(std.o)+0xb52e76: section headers: need 2097088 bytes, 2432 left`.
 */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';

  /**
   * @param label  file, or `archive(member)`
   * @param offset bytes from the start of the file named by the label
   * @param problem description of the error, without the place
   */
  constructor(
    readonly label: string,
    readonly offset: number,
    readonly problem: string,
  ) {
    super(`${label}+0x${offset.toString(16)}: ${problem}`);
  }
}

/** The problem of a file that ends too early. @param subject the part that does not fit */
export const truncated = (subject: string, needed: number, left: number): string =>
  `truncated: ${subject}: ${needed} bytes needed, ${left} left; build or copy the file again`;
