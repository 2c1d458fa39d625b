import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../test/root.js';
import { npmPackage } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `The published Perry compiler 0.5.1520 links a program through ardedup as its cc; the program must run. Prints what was
linked, and whether the link came from the cache the second time; exits 1 when a goal is missed. Needs npm, zstd, cc and
Debian's OpenSSL (libssl-dev).

npm run perry:link`;

readOptions(USAGE);
const PACKAGE = npmPackage('@perryts/perry-linux-x64@0.5.1520');
const PROGRAM = `
let done = false;
fetch("http://127.0.0.1:9/").then(() => { done = true; }).catch(() => { done = true; });
let ticks = 0;
const timer = setInterval(() => {
  ticks++;
  if (ticks >= 5) { console.log("done=" + done); clearInterval(timer); }
}, 100);
`;

const work = workFolder('perry-link');
for (const name of ['tools', 'cache']) mkdirSync(join(work, name));
symlinkSync(join(ROOT, 'bin/ardedup.js'), join(work, 'tools/cc'));
writeFileSync(join(work, 'app.ts'), PROGRAM);
const results = [compileAndRun(), compileAndRun()];
const plans = readdirSync(join(work, 'cache/plans'));
console.log(`compiled twice, ran: ${results.join(', ')}; plans made: ${plans.length}`);
for (const plan of plans) {
  const saved = readFileSync(join(work, 'cache/plans', plan, 'plan.json'), 'utf8');
  const { content } = JSON.parse(saved) as { content: { summary: readonly string[] } };
  for (const line of content.summary) console.log(line);
  if (content.summary.length === 0) console.log('nothing was to be dropped on its line');
}
process.exitCode = results.every((result) => result === 'done=true') && plans.length === 1 ? 0 : 1;

function compileAndRun(): string {
  const env = {
    ...process.env,
    PATH: `${join(work, 'tools')}${delimiter}${process.env.PATH}`,
    PERRY_RUNTIME_DIR: join(PACKAGE, 'lib'),
    ARDEDUP_CACHE_DIR: join(work, 'cache'),
    ARDEDUP_PROVIDER: 'libperry_stdlib.a',
    ARDEDUP_STRICT: '1',
  };
  const compiled = spawnSync(join(PACKAGE, 'bin/perry'), ['compile', 'app.ts', '-o', 'app'], {
    cwd: work,
    env,
    encoding: 'utf8',
  });
  if (compiled.status !== 0) return `does not link: ${compiled.stderr}`;
  return spawnSync(join(work, 'app'), { encoding: 'utf8', timeout: 20_000 }).stdout.trim();
}
