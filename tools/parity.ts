// Compares the simulation with every linker that is installed, over lines of real archives and over random links:
//   npm run parity -- --help
import { join } from 'node:path';
import { main } from '../test/oracles/parity-command.js';
import { ROOT } from '../test/root.js';
import { realArchives } from './shared/real-archives.js';
import { workFolder } from './shared/work-folder.js';

const folder = workFolder('parity');
process.exitCode = await main(process.argv.slice(2), {
  realArchives: () => realArchives(folder),
  serverSource: join(ROOT, 'test/oracles/linker-server.c'),
  folder,
});
