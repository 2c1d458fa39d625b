/** The header of an archive member. */
export const memberHeader = (name: string, size: number): Buffer =>
  Buffer.from(
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(size).padEnd(10)}\`\n`,
    'latin1',
  );

/** Members begin at even offsets. */
export const evenly = (size: number): number => size + (size % 2);
