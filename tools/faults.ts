import { join } from 'node:path';
import { main } from '../test/faults/command.js';
import { ROOT } from '../test/root.js';
import { readOptions } from './shared/options.js';

const USAGE = `Has every file operation of every command fail in every way, and kills trim at random instants:

npm run faults -- [--kills 1000] [--seed 1]

Prints figures, and exits 1 when an input was touched, an output was neither the old nor the new one, something was left
behind, or an error was not one clear line.`;

const { values } = readOptions(USAGE, {
  kills: { type: 'number', default: '1000' },
  seed: { type: 'number', default: '1' },
});
process.exitCode = await main(join(ROOT, 'bin/ardedup.js'), values.kills, values.seed);
