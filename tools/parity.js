// Compares the simulation with every linker that is installed, over lines of real archives and over random links:
//   npm run parity -- --help
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, withSources } from './bundle.js';
import { realArchives } from './real-archives.js';

const folder = mkdtempSync(join(tmpdir(), 'ardedup-parity-'));
try {
  process.exitCode = await withSources(['test/oracles/parity-command'], ({ main }) =>
    main(process.argv.slice(2), {
      realArchives: () => realArchives(folder),
      serverSource: join(ROOT, 'test/oracles/linker-server.c'),
      folder,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
