import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../test/root.js';
import { Bazel, missingTools, type Ran, RemoteCache } from './bazel/servers.js';
import { makeWorkspace, writeLibrary } from './bazel/workspace.js';
import { badUse, readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Builds a generated workspace with the Bazel rules of integrations/bazel and a remote cache, and prints figures:

npm run bazel -- [--libraries 20]

Needs Bazel 4.2.3 (Debian: bazel-bootstrap; 8 and newer read no WORKSPACE file), nginx with WebDAV and cc, on Linux; no
network. A first build fills the cache, which is nginx with WebDAV; a second one in another output base must take every
result from it, and get the same bytes; after a change of one library only what depends on it may be built. The tests
and the aspect run too, as they should pass and fail. Buildifier reads the rules, if it is in PATH. Exits 1 if a check
fails, and 2 if a tool is missing. Servers and files are gone when it ends.`;

const { values } = readOptions(USAGE, { libraries: { type: 'number', default: '20' } });
const libraries = values.libraries;
if (libraries < 3 || !Number.isInteger(libraries)) badUse('--libraries: expected a whole number from 3 on');
const missing = missingTools();
if (missing.length > 0) badUse(missing.join('; '));

const work = workFolder('bazel');
const workspace = join(work, 'workspace');
let failures = 0;

function check(isRight: boolean, text: string): void {
  if (!isRight) failures++;
  console.log(`${isRight ? 'right' : 'WRONG'}: ${text}`);
}

const bazel = new Bazel(work, workspace, [
  ...makeWorkspace(work, libraries),
  '--color=no',
  '--curses=no',
  '--noshow_progress',
  '--incompatible_strict_action_env',
  '--remote_upload_local_results=true',
]);

/** `1000 linux-sandbox, 1 internal` of the line that Bazel ends with. */
const processes = ({ text }: Ran): string => /INFO: \d+ process(?:es)?: (.*)\./.exec(text)?.[1] ?? 'none';
const countOf = (ran: Ran, kind: RegExp): number =>
  processes(ran)
    .split(', ')
    .filter((part) => kind.test(part))
    .reduce((sum, part) => sum + Number.parseInt(part, 10), 0);
const built = (ran: Ran): number => countOf(ran, /sandbox|local|worker|processwrapper/);
const hits = (ran: Ran): number => countOf(ran, /remote cache hit/);

function requireOk(ran: Ran, what: string): void {
  if (ran.status !== 0) throw new Error(`${what} failed:\n${ran.text}`);
}

/** SHA-256 of every output file of the libraries, by path. */
async function outputsOf(base: string): Promise<Map<string, string>> {
  const info = await bazel.run(base, 'info', 'bazel-bin');
  const folder = join(info.text.split('\n').find((line) => line.startsWith('/')) ?? '', 'libs');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    files
      .filter((file) => statSync(join(folder, file)).isFile())
      .map((file) => [file, digest(join(folder, file))]),
  );
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

async function runBuilds(cache: RemoteCache): Promise<void> {
  const remote = [`--remote_cache=${cache.url}`, '//libs:all'];
  const first = await bazel.run('one', 'build', ...remote);
  requireOk(first, 'the first build');
  const outputs = await outputsOf('one');
  check(built(first) === libraries, `first build: ${processes(first)}, ${first.seconds.toFixed(1)} s`);
  const second = await bazel.run('two', 'build', ...remote);
  requireOk(second, 'the second build');
  check(
    hits(second) === libraries && built(second) === 0,
    `second output base: ${processes(second)}, ${second.seconds.toFixed(1)} s`,
  );
  const again = await outputsOf('two');
  const differing = [...outputs].filter(([file, sha256]) => again.get(file) !== sha256);
  check(
    differing.length === 0 && again.size === outputs.size && outputs.size === 4 * libraries,
    `${outputs.size} files of both are equal`,
  );
  writeLibrary(workspace, 1, 1);
  const third = await bazel.run('two', 'build', ...remote);
  requireOk(third, 'the third build');
  check(built(third) === 2, `one library changed: ${processes(third)}, ${third.seconds.toFixed(1)} s`);
  const load = loadavg()[0].toFixed(1);
  console.log(`${cache.requests('PUT')} PUT and ${cache.requests('GET')} GET; load ${load}`);
}

async function runTests(): Promise<void> {
  const ran = await bazel.run('one', 'test', '--keep_going', '--test_output=errors', '//app:all');
  const result = (test: string) => new RegExp(`//app:${test} +(?:\\(cached\\) )?(\\w+)`).exec(ran.text)?.[1];
  for (const [test, expected] of [
    ['check_fails', 'FAILED'],
    ['fix_fails', 'FAILED'],
    ['fix_passes', 'PASSED'],
    ['check_passes', 'PASSED'],
  ])
    check(result(test) === expected, `//app:${test} is ${result(test)}`);
  check(ran.text.includes('7 mutable globals of evt_runtime'), 'a test that fails shows the findings');
  if (failures > 0) console.error(ran.text);
  const program = await bazel.run('one', 'run', '//app:program');
  check(program.text.includes('PASS'), 'a program that is linked with trimmed libraries prints PASS');
  const calls = await bazel.run('one', 'run', '//app:calls');
  check(/^registered$/m.test(calls.text), 'a library that is linked whole keeps its constructor');
  const aspect = ['--aspects=//app:aspect.bzl%check', '--output_groups=ardedup', '//app:use'];
  const first = await bazel.run('one', 'build', ...aspect);
  requireOk(first, 'the aspect');
  check(
    first.text.includes('libone.a.ardedup.txt') && first.text.includes('libtwo.a.ardedup.txt'),
    'the aspect checks both libraries',
  );
  const unknown = await bazel.run('one', 'build', '//app:unknown_provider');
  check(
    unknown.status !== 0 && unknown.text.includes("'libgone.a' names 0 of the static libraries"),
    'a provider that is not there is an error of the analysis',
  );
}

/** Format and warnings of the rules by Buildifier, if it is in PATH. */
function runBuildifier(): void {
  const folder = join(ROOT, 'integrations/bazel');
  const files = ['defs.bzl', 'BUILD.bazel'].map((file) => join(folder, file));
  const { error, status, stdout, stderr } = spawnSync(
    'buildifier',
    ['-mode=diff', '-lint=warn', '-warnings=all', ...files],
    { encoding: 'utf8' },
  );
  if (error !== undefined) console.log('skipped: buildifier is not in PATH (npm: @bazel/buildifier)');
  else check(status === 0, `buildifier -warnings=all ${stdout}${stderr}`.trim());
}

let cache: RemoteCache | null = null;

async function stopAll(): Promise<void> {
  await bazel.stop();
  await cache?.stop();
  execFileSync('chmod', ['-R', 'u+w', work]);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    stopAll().finally(() => process.kill(process.pid, signal));
  });

runBuildifier();
try {
  cache = await RemoteCache.start(join(work, 'nginx'));
  await runBuilds(cache);
  await runTests();
} catch (error) {
  failures++;
  console.error((error as Error).message);
} finally {
  await stopAll();
}
console.log(failures === 0 ? 'all right' : `${failures} wrong`);
process.exitCode = failures === 0 ? 0 : 1;
