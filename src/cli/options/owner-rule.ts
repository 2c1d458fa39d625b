import { UsageError } from './usage-error.js';

/** Value of --owner: whose copy of a crate or symbol is kept. */
export interface OwnerRule {
  readonly pattern: string;
  /** The archive, by path or file name; or an object, as the line names it. */
  readonly path: string;
}

/** @throws UsageError for what is not `pattern=file` */
export function parseOwnerRule(rule: string): OwnerRule {
  const [, pattern, path] = /^([^=]+)=(.+)$/s.exec(rule) ?? [];
  if (pattern === undefined)
    throw new UsageError(`--owner ${rule}: expected <crate or symbol>=<archive or object>`);
  return { pattern, path };
}
