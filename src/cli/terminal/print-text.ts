import { type Colors, makeColors } from '../../report/colors.js';
import { wrapPage, wrapText } from '../../report/wrap-text.js';
import type { Streams } from '../streams.js';

/** Prints text wrapped to the width of the terminal. JSON and other formats are written to `out` directly. */
export function printText(streams: Streams, text: string): void {
  const { columns } = streams;
  streams.out(columns == null ? text : wrapText(text, columns));
}

/** Prints a page of Markdown, wrapped to the terminal. */
export function printPage(streams: Streams, page: string): void {
  const { columns } = streams;
  streams.out(columns == null ? page : wrapPage(page, columns));
}

/** How text for `printText` is coloured. */
export const colorsOf = (streams: Streams): Colors => makeColors(streams.colors, streams.columns != null);
