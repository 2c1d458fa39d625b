/** The current step of a long computation. */
export interface Progress {
  /** `read`: files of the link; `compare`: their members; `simulate`: a link; `write`: changed archives. */
  readonly phase: 'read' | 'compare' | 'simulate' | 'write';
  /** A path, or the title of a linker. */
  readonly what: string;
  /** How many of the phase are done, and of how many; null where their number is not known before. */
  readonly done: number | null;
  readonly total: number | null;
}

/** Called between two steps. What it throws ends the computation, which then closes its files. */
export type ProgressListener = (progress: Progress) => void;

let listener: ProgressListener | null = null;

/**
 * Sets the listener for the progress of this thread; null for none.
 *
 * @returns the listener before
 */
export function setProgressListener(next: ProgressListener | null): ProgressListener | null {
  const previous = listener;
  listener = next;
  return previous;
}

/** Reports the step that begins. @throws what the listener throws */
export function reportProgress(
  phase: Progress['phase'],
  what: string,
  done: number | null = null,
  total: number | null = null,
): void {
  if (listener !== null) listener({ phase, what, done, total });
}
