// Links small programs as given and with trimmed archives, and compares all that can be observed:
//   npm run equivalence -- --help
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, withSources } from './bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'ardedup-equivalence-'));
try {
  process.exitCode = await withSources(['test/equivalence/command'], ({ main }) =>
    main(process.argv.slice(2), {
      sources: join(ROOT, 'test'),
      folder,
      kept: join(ROOT, '.corpus/equivalence'),
      wrapper: join(ROOT, 'bin/ardedup.js'),
      revision: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT }).toString().trim(),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
