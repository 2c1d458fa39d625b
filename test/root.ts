import { fileURLToPath } from 'node:url';

/** Set by tools/run.js in its bundles, which are in a temporary folder; not defined in any other module. */
declare const REPOSITORY: string | undefined;

/** The repository's folder. */
export const ROOT: string =
  typeof REPOSITORY === 'undefined' ? fileURLToPath(new URL('..', import.meta.url)) : REPOSITORY;
