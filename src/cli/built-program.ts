import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { importModule } from './options/import-module.js';

/*
 * V8 parses a program of 1.8 MB each time that it is loaded. The build keeps V8's code cache for the version that it
 * ran on.
 *
 * Source: nodejs.org/api/vm.html, `cachedData`.
 */

/** The code cache of a program: good for one version of V8 on one kind of processor. */
export const codeCachePath = (program: string): string =>
  `${program}.${process.versions.v8}-${process.arch}.code-cache`;

/** Names of what a program is given; the last imports a module, which a script cannot. */
const PARAMETERS = 'exports, require, module, __filename, __dirname, __importModule';

/**
 * Compiles a CommonJS program of ASCII text alone.
 * @param cachedData its code cache; V8 rejects one that was made for another program or with other options
 */
export function compileProgram(path: string, cachedData: Buffer | undefined): Script {
  const source = `(function (${PARAMETERS}) {${readFileSync(path, 'latin1')}\n})`;
  return new Script(source, { filename: path, ...(cachedData && { cachedData }) });
}

/** Runs a compiled program. @returns its exports */
export function runProgram(path: string, script: Script): unknown {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path), importModule);
  return module.exports;
}

let loaded: unknown;

/** The exports of the program of the command line, which is loaded once. */
export function loadProgram(path: string): unknown {
  loaded ??= runProgram(path, compileProgram(path, readIfThere(codeCachePath(path))));
  return loaded;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
