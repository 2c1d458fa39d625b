#!/usr/bin/env node
import { start } from '../dist/start.js';

process.exitCode = await start(process.argv[1] ?? '', process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  input: async () => {
    if (process.stdin.isTTY) return null;
    const chunks = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks);
  },
  colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
});
