/** `1,234,567`. Node's own way to it loads tables of all languages, which takes longer than many a link. */
export const digits = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 member`, `2 members`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${digits(number)} ${number === 1 ? noun : plural}`;

/** Bytes in readable form: `1.4 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `a, b, c, 3 more things`. */
export function shortList(items: readonly string[], most: number, noun: string, plural = `${noun}s`): string {
  if (items.length <= most + 1) return items.join(', ');
  return [
    ...items.slice(0, most),
    `${items.length - most} more ${items.length - most === 1 ? noun : plural}`,
  ].join(', ');
}
