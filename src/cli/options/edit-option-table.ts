import { UsageError } from './usage-error.js';

/** Options that change symbols within members: one table for commander and for the quick parser of `link`. */
export const EDIT_OPTIONS = {
  redirect: {
    type: 'boolean',
    flags: '--redirect',
    help: 'make definitions undefined where a provider has a proved copy',
  },
  yield: {
    type: 'string',
    multiple: true,
    flags: '--yield <pattern=archive>',
    help: 'make definitions of other archives undefined where this archive defines the name (repeatable; * in a pattern: anything)',
  },
  isolate: {
    type: 'string',
    multiple: true,
    flags: '--isolate <archive>',
    help: "rename and hide this archive's own names (repeatable)",
  },
  'accept-split': {
    type: 'string',
    multiple: true,
    flags: '--accept-split <pattern>',
    help: 'global that an edit may leave in two copies (repeatable; * in a pattern: anything)',
  },
  'first-wins': {
    type: 'boolean',
    flags: '--first-wins',
    help: 'make definitions weak that lose in this link anyway',
  },
} as const;

/** Values of the edit options. */
export interface EditOptions {
  readonly redirect?: boolean;
  readonly yield?: readonly string[];
  readonly isolate?: readonly string[];
  readonly acceptSplit?: readonly string[];
  readonly firstWins?: boolean;
}

/** Whether any kind of edit is named. */
export const namesEdits = ({ redirect, yield: yields = [], isolate = [], firstWins }: EditOptions): boolean =>
  redirect === true || firstWins === true || yields.length > 0 || isolate.length > 0;

/** Value of --yield: the archive whose definitions of some names replace those of all others. */
export interface YieldOption {
  readonly pattern: string;
  /** The archive, by path or file name. */
  readonly path: string;
}

/**
 * The rules of --yield, and that the options go together.
 * @throws UsageError for what is not `pattern=archive`, and for --accept-split without an edit that may split state
 */
export function yieldOptions({
  yield: rules = [],
  isolate = [],
  acceptSplit = [],
}: EditOptions): YieldOption[] {
  if (acceptSplit.length > 0 && rules.length === 0 && isolate.length === 0)
    throw new UsageError('--accept-split: expected --isolate or --yield with it');
  return rules.map((rule) => {
    const [, pattern, path] = /^([^=]+)=(.+)$/s.exec(rule) ?? [];
    if (pattern === undefined) throw new UsageError(`--yield ${rule}: expected <pattern>=<archive>`);
    return { pattern, path };
  });
}
