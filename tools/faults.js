// Has every file operation of every command fail in every way, and kills `trim` at random instants:
//   npm run faults -- [--kills 1000] [--seed 1]
// Prints figures, and exits 1 when an input was touched, an output was neither the old nor the new one, something was
// left behind, or an error was not one clear line.
import { fileURLToPath } from 'node:url';
import { withSources } from './bundle.js';
import { readOptions } from './options.js';

const { values: options } = readOptions(import.meta.url, {
  kills: { type: 'number', default: '1000' },
  seed: { type: 'number', default: '1' },
});
const program = fileURLToPath(new URL('../bin/ardedup.js', import.meta.url));
process.exitCode = await withSources(['test/faults/command'], ({ main }) =>
  main(program, options.kills, options.seed),
);
