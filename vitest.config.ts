import { defineConfig } from 'vitest/config';
import { virtualModulesVitePlugin } from './tools/bundle/virtual-modules.js';

const results = process.env.ARDEDUP_TEST_RESULTS;

export default defineConfig({
  plugins: [virtualModulesVitePlugin],
  test: {
    globalSetup: 'test/leave-nothing.ts',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Linkers and compilers run inside some tests; the slowest build whole archives.
    testTimeout: 30_000,
    maxWorkers: 2,
    ...(results ? { reporters: ['default', 'json'], outputFile: { json: results } } : {}),
  },
});
