import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../test/root.js';
import { badUse, readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Builds a generated workspace with the Bazel rules of integrations/bazel and a remote cache, and prints figures:

npm run bazel -- [--libraries 20]

Needs Bazel (Debian: bazel-bootstrap), nginx and cc, and no network. A first build fills the cache, which is nginx with
WebDAV; a second one in another output base must take every result from it, and get the same bytes; after a change of one
library only what depends on it may be built. The tests and the aspect run too, as they should pass and fail.
Exits 1 where anything is not as it must be.`;

const { values } = readOptions(USAGE, { libraries: { type: 'number', default: '20' } });
const libraries = values.libraries;
if (libraries < 3) badUse('--libraries: expected 3 or more');
const FOUNDING = join(ROOT, 'fixtures/founding/elf');
const work = workFolder('bazel');
const workspace = join(work, 'workspace');
const COVERAGE = 'remote_coverage_tools';
/** Repositories that Bazel loads for its toolchains: here each is a stub, since nothing is fetched. */
const STUBS: Readonly<Record<string, readonly string[]>> = {
  rules_cc: ['cc_binary', 'cc_library', 'cc_import', 'cc_test', 'cc_toolchain', 'cc_toolchain_suite'],
  rules_java: [
    ...['java_binary', 'java_import', 'java_library', 'java_plugin', 'java_test', 'java_runtime'],
    ...['java_toolchain', 'java_package_configuration'],
  ],
};
let failures = 0;

function check(isRight: boolean, text: string): void {
  if (!isRight) failures++;
  console.log(`${isRight ? 'right' : 'WRONG'}: ${text}`);
}

function put(path: string, text: string | Buffer): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

const name = (at: number): string => String(at % libraries).padStart(4, '0');

/** The wrapper library of the founding case, with a member that no other has. */
function libraryBytes(at: number, version = 0): Buffer {
  const text = `library ${at}, version ${version}\n`.padEnd(64);
  const header = `n${at}.txt/`.padEnd(16) + '0'.padEnd(12) + '0'.padEnd(6) + '0'.padEnd(6) + '644'.padEnd(8);
  const member = Buffer.from(`${header}${String(text.length).padEnd(10)}\`\n${text}`);
  return Buffer.concat([readFileSync(join(FOUNDING, 'libext_http.a')), member]);
}

function makeWorkspace(): void {
  put(join(workspace, 'WORKSPACE'), 'workspace(name = "demo")\n');
  for (const part of ['bin', 'dist', 'schema', 'package.json'])
    cpSync(join(ROOT, part), join(workspace, 'ardedup', part), { recursive: true });
  const demangler = 'node_modules/gecko-profiler-demangle';
  cpSync(join(ROOT, demangler), join(workspace, 'ardedup', demangler), { recursive: true });
  symlinkSync(process.execPath, join(workspace, 'ardedup/node'));
  for (const file of ['BUILD.bazel', 'defs.bzl'])
    put(join(workspace, 'integrations', file), readFileSync(join(ROOT, 'integrations/bazel', file)));
  put(join(workspace, 'ardedup/BUILD'), TOOL);
  for (const file of ['main.o', 'libstdlib.a'])
    put(join(workspace, 'libs', file), readFileSync(join(FOUNDING, file)));
  for (let at = 0; at < libraries; at++) put(join(workspace, `libs/lib${name(at)}.a`), libraryBytes(at));
  const targets = Array.from({ length: libraries }, (_, at) => trimOf(at));
  put(join(workspace, 'libs/BUILD'), `load("//integrations:defs.bzl", "ardedup_trim")\n${targets.join('')}`);
  makeTests();
  stubCoverage();
  for (const [repository, rules] of Object.entries(STUBS)) {
    const language = repository.replace('rules_', '');
    put(join(work, repository, 'WORKSPACE'), `workspace(name = "${repository}")\n`);
    put(join(work, repository, language, 'BUILD'), '');
    put(
      join(work, repository, language, 'defs.bzl'),
      rules.map((rule) => `${rule} = native.${rule}\n`).join(''),
    );
  }
}

/** A repository that every test depends on, for reports of coverage that are not asked for here. */
function stubCoverage(): void {
  const folder = join(work, COVERAGE);
  put(join(folder, 'WORKSPACE'), `workspace(name = "${COVERAGE}")\n`);
  put(join(folder, 'tool.sh'), '#!/bin/sh\n');
  put(
    join(folder, 'BUILD'),
    'sh_binary(name = "coverage_report_generator", srcs = ["tool.sh"], visibility = ["//visibility:public"])\n',
  );
  chmodSync(join(folder, 'tool.sh'), 0o755);
}

const TOOL = `load("//integrations:defs.bzl", "ardedup_tool")

ardedup_tool(
    name = "ardedup",
    data = glob(["dist/**", "node_modules/**", "schema/**"]) + ["package.json"],
    main = "bin/ardedup.js",
    node = "node",
    visibility = ["//visibility:public"],
)
`;

const trimOf = (at: number): string => `
ardedup_trim(
    name = "t${name(at)}",
    archives = ["lib${name(at)}.a", "lib${name(at + 1)}.a", "libstdlib.a"],
    ardedup = "//ardedup",
    objects = ["main.o"],
    providers = ["libstdlib.a"],
)
`;

/** Tests that pass and fail, a program that is linked with trimmed libraries, and the aspect. */
function makeTests(): void {
  const folder = join(workspace, 'app');
  for (const file of ['main.o', 'libext_http.a', 'libstdlib.a'])
    put(join(folder, file), readFileSync(join(FOUNDING, file)));
  put(join(folder, 'one.c'), 'int one(void) { return 1; }\n');
  put(join(folder, 'two.c'), 'int one(void); int two(void) { return one() + 1; }\n');
  put(join(folder, 'use.c'), 'int two(void); int main(void) { return two() != 2; }\n');
  put(join(folder, 'aspect.bzl'), ASPECT);
  put(join(folder, 'BUILD'), APP);
}

const ASPECT = `load("//integrations:defs.bzl", "ardedup_check_aspect")

check = ardedup_check_aspect("//ardedup")
`;
const LINE = `    archives = ["libext_http.a", "libstdlib.a"],
    ardedup = "//ardedup",
    linker = "lld",
    objects = ["main.o"],
`;
const APP = `load("//integrations:defs.bzl", "ardedup_check_test", "ardedup_fix_test", "ardedup_trim")

ardedup_trim(
    name = "trimmed",
${LINE}    providers = ["libstdlib.a"],
)

cc_binary(
    name = "program",
    srcs = ["main.o", ":trimmed"],
    linkstatic = True,
)

ardedup_check_test(
    name = "check_fails",
${LINE})

ardedup_fix_test(
    name = "fix_fails",
${LINE})

ardedup_fix_test(
    name = "fix_passes",
    archives = [":trimmed"],
    ardedup = "//ardedup",
    linker = "lld",
    objects = ["main.o"],
)

cc_library(name = "one", srcs = ["one.c"], linkstatic = True)

cc_library(name = "two", srcs = ["two.c"], linkstatic = True, deps = [":one"])

cc_binary(name = "use", srcs = ["use.c"], deps = [":two"])

ardedup_check_test(
    name = "check_passes",
    ardedup = "//ardedup",
    deps = [":two"],
)

ardedup_trim(
    name = "unknown_provider",
${LINE}    providers = ["libgone.a"],
    tags = ["manual"],
)
`;

interface Ran {
  readonly status: number | null;
  readonly text: string;
  readonly seconds: number;
}

function bazel(base: string, command: string, ...args: string[]): Ran {
  const own = [`--output_user_root=${join(work, base)}`, '--max_idle_secs=60', '--batch_cpu_scheduling'];
  const options = command === 'info' || command === 'shutdown' ? [] : OPTIONS;
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync('bazel', [...own, command, ...options, ...args], {
    cwd: workspace,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { status, text: `${stdout}${stderr}`, seconds: (Date.now() - started) / 1000 };
}

const OPTIONS = [
  ...[...Object.keys(STUBS), COVERAGE].map(
    (repository) => `--override_repository=${repository}=${join(work, repository)}`,
  ),
  '--color=no',
  '--curses=no',
  '--noshow_progress',
  '--incompatible_strict_action_env',
  '--remote_upload_local_results=true',
];

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
  if (ran.status === 0) return;
  console.error(ran.text);
  throw new Error(`${what} failed`);
}

/** SHA-256 of every output file of the libraries, by path. */
function outputsOf(base: string): Map<string, string> {
  const folder = join(
    bazel(base, 'info', 'bazel-bin')
      .text.split('\n')
      .find((line) => line.startsWith('/')) ?? '',
    'libs',
  );
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    files
      .filter((file) => statSync(join(folder, file)).isFile())
      .map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      ]),
  );
}

async function freePort(): Promise<number> {
  return await new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** nginx with WebDAV, as Bazel's documentation has it for a remote cache. */
async function startCache(): Promise<{
  readonly url: string;
  stop(): void;
  requests(method: string): number;
}> {
  const folder = join(work, 'nginx');
  const port = await freePort();
  for (const part of ['cache', 'tmp', 'logs']) mkdirSync(join(folder, part), { recursive: true });
  put(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/logs/error.log;
events { worker_connections 512; }
http {
  access_log ${folder}/logs/access.log;
  client_body_temp_path ${folder}/tmp; proxy_temp_path ${folder}/tmp; fastcgi_temp_path ${folder}/tmp;
  uwsgi_temp_path ${folder}/tmp; scgi_temp_path ${folder}/tmp; client_max_body_size 1g;
  server { listen 127.0.0.1:${port}; location / { root ${folder}/cache; dav_methods PUT; create_full_put_path on; dav_access user:rw; } }
}
`,
  );
  const server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  await new Promise((later) => setTimeout(later, 2000));
  if (server.exitCode !== null)
    throw new Error(`nginx: ${readFileSync(join(folder, 'logs/error.log'), 'utf8')}`);
  const requests = (method: string) =>
    readFileSync(join(folder, 'logs/access.log'), 'utf8').split(`"${method} `).length - 1;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.kill(), requests };
}

function runTests(): void {
  const ran = bazel('one', 'test', '--keep_going', '--test_output=errors', '//app:all');
  const result = (test: string) => new RegExp(`//app:${test} +(?:\\(cached\\) )?(\\w+)`).exec(ran.text)?.[1];
  for (const [test, expected] of [
    ['check_fails', 'FAILED'],
    ['fix_fails', 'FAILED'],
    ['fix_passes', 'PASSED'],
    ['check_passes', 'PASSED'],
  ])
    check(result(test) === expected, `//app:${test} is ${result(test)}`);
  check(ran.text.includes('7 mutable globals of evt_runtime'), 'a test that fails shows the findings');
  const program = bazel('one', 'run', '//app:program');
  check(program.text.includes('PASS'), 'a program that is linked with trimmed libraries prints PASS');
  const aspect = ['--aspects=//app:aspect.bzl%check', '--output_groups=ardedup', '//app:use'];
  const first = bazel('one', 'build', ...aspect);
  requireOk(first, 'the aspect');
  check(
    first.text.includes('libone.a.ardedup.txt') && first.text.includes('libtwo.a.ardedup.txt'),
    'the aspect checks both libraries',
  );
  const unknown = bazel('one', 'build', '//app:unknown_provider');
  check(
    unknown.status !== 0 && unknown.text.includes("'libgone.a' names 0 of the static libraries"),
    'a provider that is not there is an error of the analysis',
  );
}

makeWorkspace();
const cache = await startCache();
try {
  const remote = [`--remote_cache=${cache.url}`, '//libs:all'];
  const first = bazel('one', 'build', ...remote);
  requireOk(first, 'the first build');
  const outputs = outputsOf('one');
  check(built(first) === libraries, `first build: ${processes(first)}, ${first.seconds.toFixed(1)} s`);
  const second = bazel('two', 'build', ...remote);
  requireOk(second, 'the second build');
  check(
    hits(second) === libraries && built(second) === 0,
    `second output base: ${processes(second)}, ${second.seconds.toFixed(1)} s`,
  );
  const again = outputsOf('two');
  const differing = [...outputs].filter(([file, digest]) => again.get(file) !== digest);
  check(
    differing.length === 0 && again.size === outputs.size && outputs.size === 4 * libraries,
    `${outputs.size} files of both are equal`,
  );
  writeFileSync(join(workspace, `libs/lib${name(1)}.a`), libraryBytes(1, 1));
  const third = bazel('two', 'build', ...remote);
  requireOk(third, 'the third build');
  check(built(third) === 2, `one library changed: ${processes(third)}, ${third.seconds.toFixed(1)} s`);
  console.log(
    `${cache.requests('PUT')} PUT and ${cache.requests('GET')} GET; load ${loadavg()[0].toFixed(1)}`,
  );
  runTests();
} finally {
  for (const base of ['one', 'two']) bazel(base, 'shutdown');
  cache.stop();
  execFileSync('chmod', ['-R', 'u+w', work]);
}
console.log(failures === 0 ? 'all right' : `${failures} wrong`);
process.exitCode = failures === 0 ? 0 : 1;
