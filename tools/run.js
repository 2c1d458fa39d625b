// Runs a tool: node tools/run.js NAME [arguments], for tools/NAME.ts.
// Tools are TypeScript and import the sources and the tests by path. Node 20 does not load TypeScript, so the tool is
// bundled into a temporary folder and run there, in a process of its own. That folder is also the temporary folder of
// the tool: whatever the tool leaves in it is removed with it, however the tool ends.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [name = '', ...args] = process.argv.slice(2);
const entry = join(ROOT, `tools/${name}.ts`);
if (!/^(bench\/)?[\w-]+$/.test(name) || !existsSync(entry)) {
  console.error(`run: expected the name of a tool, got '${name}'; package.json lists them`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'ardedup-tool-'));
const program = join(folder, `dist/${basename(name)}.mjs`);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let tool = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endBy(signal));
await bundleTool();
run();

/** The bundle is in the same place as those of the package, dist/: next to it are the version and the packages. */
async function bundleTool() {
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  mkdirSync(join(folder, 'tmp'));
  await bundle(entry, program);
  await stop();
}

async function bundle(source, outfile) {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    define: { REPOSITORY: JSON.stringify(ROOT) },
    plugins: [virtualModules()],
    logLevel: 'warning',
  });
}

/** What the sources import as `virtual:…` is made by a module of the tools, which has to be bundled first. */
function virtualModules() {
  const made = join(folder, 'dist/virtual-modules.mjs');
  let bundled = null;
  const setup = ({ onResolve, onLoad }) => {
    onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'virtual' }));
    onLoad({ filter: /.*/, namespace: 'virtual' }, async ({ path }) => {
      bundled ??= bundle(join(ROOT, 'tools/bundle/virtual-modules.ts'), made);
      await bundled;
      const { virtualModule } = await import(pathToFileURL(made).href);
      return { contents: await virtualModule(path) };
    });
  };
  return { name: 'virtual-modules-for-tools', setup };
}

function run() {
  const temporary = join(folder, 'tmp');
  tool = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  });
  tool.on('exit', (code, signal) => (signal === null ? process.exit(code) : endBy(signal)));
}

/** The tool ends first, since it writes to the folder; then this process ends by the same signal. */
function endBy(signal) {
  if (tool !== null && tool.exitCode === null && tool.signalCode === null) {
    tool.kill(signal);
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
