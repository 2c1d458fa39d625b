import pico from 'picocolors';
import { keepWhole } from './wrap-text.js';

/** Functions that colour text, or leave it as it is. */
export interface Colors extends Readonly<ReturnType<typeof pico.createColors>> {
  /** A command to copy: `wrapText` does not break it. */
  readonly command: (text: string) => string;
}

/** @param isWrapped the text goes through `wrapText` */
export const makeColors = (isColored: boolean, isWrapped = false): Colors => ({
  ...pico.createColors(isColored),
  command: isWrapped ? keepWhole : (text) => text,
});
