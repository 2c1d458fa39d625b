import { basename } from 'node:path';
import { type Progress, setProgressListener } from '../../progress/progress.js';
import { printable } from '../../report/place.js';
import type { Streams } from '../streams.js';

/** Milliseconds of work before the line appears, and between two of its texts. */
const SILENT = 1000;
const PAUSE = 100;
const CLEAR = '\r\u001b[2K';

const VERBS: Readonly<Record<Progress['phase'], string>> = {
  read: 'reading',
  compare: 'comparing',
  simulate: 'simulating',
  write: 'writing',
};

/** Streams of a command that shows its progress, and the end of that. */
export interface ShownProgress {
  readonly streams: Streams;
  /** Clears the line, and listens no more. */
  end(): void;
}

/**
 * Shows progress in one line of standard error, after a second, if standard error is a terminal. The line is cleared
 * before any other output.
 *
 * @param now milliseconds
 */
export function showProgress(streams: Streams, now: () => number = Date.now): ShownProgress {
  const terminal = streams.errorTerminal ?? null;
  if (terminal === null) return { streams, end: () => {} };
  const begun = now();
  let shownAt = begun + SILENT - PAUSE;
  let isShown = false;
  const clear = () => {
    if (isShown) streams.error(CLEAR);
    isShown = false;
  };
  const previous = setProgressListener((progress) => {
    const time = now();
    if (time - shownAt < PAUSE) return;
    shownAt = time;
    isShown = true;
    streams.error(CLEAR + lineOf(progress, time - begun).slice(0, terminal.columns - 1));
  });
  const printing =
    (print: (text: string) => void) =>
    (text: string): void => {
      clear();
      print(text);
    };
  return {
    streams: {
      ...streams,
      out: printing((text) => streams.out(text)),
      error: printing((text) => streams.error(text)),
    },
    end: () => {
      clear();
      setProgressListener(previous);
    },
  };
}

function lineOf({ phase, what, done, total }: Progress, elapsed: number): string {
  const counted = done === null || total === null ? '' : ` (${done + 1} of ${total})`;
  const named = phase === 'read' || phase === 'write' ? basename(what) : what;
  return `ardedup: ${VERBS[phase]} ${printable(named)}${counted}, ${Math.floor(elapsed / 1000)} s`;
}
