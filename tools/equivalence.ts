// Links small programs as given and with trimmed archives, and compares all that can be observed:
//   npm run equivalence -- --help
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { main } from '../test/equivalence/command.js';
import { ROOT } from '../test/root.js';
import { workFolder } from './shared/work-folder.js';

process.exitCode = await main(process.argv.slice(2), {
  sources: join(ROOT, 'test'),
  folder: workFolder('equivalence'),
  kept: join(ROOT, '.corpus/equivalence'),
  wrapper: join(ROOT, 'bin/ardedup.js'),
  revision: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT }).toString().trim(),
});
