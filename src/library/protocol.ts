import type { Progress } from '../progress/progress.js';
import type { operations } from './operations.js';

/**
 * States of a call, in the one number that both threads share. Once it is `WRITING`, the worker is not ended from
 * outside.
 */
export const RUNNING = 0;
export const WRITING = 1;
export const ABORTED = 2;

/** Input of the worker. */
export interface Job {
  readonly operation: keyof typeof operations;
  readonly options: unknown;
  readonly state: SharedArrayBuffer;
}

/** Messages of the worker. */
export type Reply =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorFields };

/** An error without its class, which does not pass between threads. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}
