import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import type { CodeStore } from '../wrap/code-store.js';
import { importModule } from './options/import-module.js';
import { setStartOptions } from './v8-options.js';

/*
 * V8 parses a program of 1.8 MB each time that it is loaded. The build keeps V8's code cache for the version that it
 * ran on. V8 compares only the length of a program with that of the cached one, and does not check the cached code: the
 * file has a digest of both at its end.
 *
 * Sources: nodejs.org/api/vm.html, `cachedData`; v8/src/snapshot/code-serializer.cc, `SanityCheck`.
 */

/** The code cache of a program: good for one version of V8 on one kind of processor. */
export const codeCachePath = (program: string): string =>
  `${program}.${process.versions.v8}-${process.arch}.code-cache`;

/** Names of a program's parameters; the last one imports a module, which a script cannot do. */
const PARAMETERS = 'exports, require, module, __filename, __dirname, __importModule';

/**
 * Compiles a CommonJS program of pure ASCII text. @param codeCache the file of its code cache; the cache of a different
 * program, or a damaged one, is not used. V8 rejects a cache that was made with different options
 */
export function compileProgram(path: string, codeCache: Buffer | undefined): Script {
  const program = readFileSync(path);
  const source = `(function (${PARAMETERS}) {${program.toString('latin1')}\n})`;
  const cachedData = codeCache && cachedDataOf(program, codeCache);
  return new Script(source, { filename: path, ...(cachedData && { cachedData }) });
}

/** The file of a compiled program's code cache. */
export function codeCacheOf(path: string, script: Script): Buffer {
  const data = script.createCachedData();
  return Buffer.concat([data, digestOf(readFileSync(path), data)]);
}

function cachedDataOf(program: Buffer, codeCache: Buffer): Buffer | undefined {
  const end = Math.max(0, codeCache.length - DIGEST_SIZE);
  const data = codeCache.subarray(0, end);
  return digestOf(program, data).equals(codeCache.subarray(end)) ? data : undefined;
}

/** SHA-256. */
const DIGEST_SIZE = 32;

const digestOf = (program: Buffer, data: Buffer): Buffer =>
  createHash('sha256').update(`${program.length} `).update(program).update(data).digest();

/** Runs a compiled program. @returns its exports */
export function runProgram(path: string, script: Script): unknown {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path), importModule);
  return module.exports;
}

/** A program of this package that is running. */
interface Loaded {
  readonly script: Script;
  readonly exports: unknown;
}

let store: CodeStore | null = null;
const loaded = new Map<string, Loaded>();

/** Affects only programs that are loaded later. */
export function useCodeStore(given: CodeStore): void {
  store = given;
}

/** The exports of a program of this package, which is loaded once. */
export function loadProgram(path: string): unknown {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  if (loaded.size === 0) setStartOptions();
  const script = compileProgram(
    path,
    readIfThere(codeCachePath(path)) ?? store?.read(codeKey(path)) ?? undefined,
  );
  const exports = runProgram(path, script);
  loaded.set(path, { script, exports });
  return exports;
}

/** Stores the code caches of programs that were compiled without one. Call it after they have run. */
export function keepCode(): void {
  for (const [path, { script }] of loaded)
    if (script.cachedDataRejected !== false) store?.write(codeKey(path), codeCacheOf(path, script));
}

const codeKey = (path: string): string => `${basename(path)} ${cachedDataVersionTag()}`;

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
