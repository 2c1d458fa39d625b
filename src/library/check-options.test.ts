import { describe, expect, test } from 'vitest';
import { UsageError } from '../cli/options/usage-error.js';
import { requireOptions } from './check-options.js';

const line = ['main.o', 'liba.a'];

describe('options of the library', () => {
  test.each([
    ['trimLine', line, "trimLine: expected an object with 'line', got an array"],
    ['trimLine', undefined, "trimLine: expected an object with 'line', got undefined"],
    ['trimLine', {}, "trimLine: expected 'line'"],
    ['explainLog', { line }, "explainLog: expected 'log'"],
    ['checkLine', { line: 'cc main.o' }, 'checkLine: line: expected an array of strings, got a string'],
    ['checkLine', { line: [1] }, 'checkLine: line: expected an array of strings, got an array'],
    ['trimLine', { line, outdir: 'x' }, "trimLine: unknown option 'outdir'; did you mean outDir?"],
    ['fixLine', { line, providers: [] }, "fixLine: unknown option 'providers'"],
    ['fixLine', { line, log: 5 }, 'fixLine: log: expected a string or bytes, got a number'],
    ['trimLine', { line, planPath: 'p.json' }, "trimLine: planPath: a plan is saved with 'outDir' alone"],
  ] as const)('%s of %j', (operation, options, message) => {
    expect(() => requireOptions(operation, options)).toThrow(new UsageError(message));
  });

  test.each([
    ['trimLine', { line, outDir: 'out', planPath: 'p.json', providers: ['liba.a'], linker: undefined }],
    ['checkLine', { line, failOn: ['never'], owners: [], architectures: ['arm64'], linker: 'any' }],
    ['explainLog', { log: new Uint8Array(1) }],
    ['fixLine', { line, accept: ['x'], log: '' }],
  ] as const)('%s accepts %j', (operation, options) => {
    expect(() => requireOptions(operation, options)).not.toThrow();
  });
});
