import { join } from 'node:path';
import { ROOT } from '../../test/root.js';
import { npmPackage } from '../shared/corpus.js';

/** Paths of the published Perry libraries: runtime, UI, standard library. */
export function perryLibraries(): readonly [runtime: string, ui: string, stdlib: string] {
  const folder = npmPackage('@perryts/perry-linux-x64@0.5.1520');
  const library = (name: string) => join(folder, `lib/libperry_${name}.a`);
  return [library('runtime'), library('ui_gtk4'), library('stdlib')];
}

/** A command line of the built ardedup. */
export const ardedup = (...args: readonly string[]): string[] => [
  process.execPath,
  join(ROOT, 'bin/ardedup.js'),
  ...args,
];
