import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { isBuilt } from './oracles/run-program.js';
import { copyFounding, useFolder } from './use-folder.js';

/** Examples of docs/library.md: strict TypeScript that compiles against the package, and prints what the page shows. */

const ROOT = join(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
/** Each block of code, with the text that follows it, if some does. */
const EXAMPLES = [...page.matchAll(/^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm)].map(
  ([, code, printed = '']) => ({ code, printed }),
);

const at = useFolder((folder, context) => {
  if (!isBuilt()) context.skip('not built: npm run build');
  copyFounding('elf', folder);
  cpSync(join(ROOT, 'fixtures/diagnostics/founding-gnu-ld.txt'), at('link.log'));
  mkdirSync(at('node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, at('node_modules/ardedup'));
  symlinkSync(join(ROOT, 'node_modules/@types/node'), at('node_modules/@types/node'));
});

describe('docs/library.md', () => {
  test('its examples are strict TypeScript', () => {
    expect(EXAMPLES.length).toBeGreaterThan(4);
    for (const [row, { code }] of EXAMPLES.entries()) writeFileSync(at(`example-${row}.mts`), code);
    const compilerOptions = {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
    };
    writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', at('tsconfig.json')], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  }, 60_000);

  test.each(EXAMPLES)(
    'example $# prints what the page shows',
    async ({ code, printed }) => {
      const { code: script } = await transform(code, { loader: 'ts' });
      writeFileSync(at('example.mjs'), script);
      const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], {
        cwd: at(),
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect(stdout).toBe(printed);
      expect(status, stderr).toBe(code.includes('process.exitCode') ? 1 : 0);
    },
    60_000,
  );
});

describe('CommonJS', () => {
  const source = `import { trimLine } from 'ardedup';
async function run() {
  const { duplicatesLeft } = await trimLine({ line: ['main.o', 'libext_http.a', 'libstdlib.a'] });
  console.log(duplicatesLeft);
}
run();
`;

  test('require gives the four functions, with types, on any Node', async () => {
    const { code } = await transform(source, { loader: 'ts', format: 'cjs' });
    writeFileSync(at('example.cjs'), code);
    const [major, minor] = process.versions.node.split('.').map(Number);
    const hasOption = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
    // Node without and with support for loading a module by require.
    for (const options of [[], ...(hasOption ? [['--no-experimental-require-module']] : [])]) {
      const out = execFileSync(process.execPath, [...options, 'example.cjs'], {
        cwd: at(),
        encoding: 'utf8',
      });
      expect(out).toBe('0\n');
    }
    writeFileSync(at('example.cts'), source);
    for (const module of ['node16', 'nodenext']) {
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', module, '--types', 'node'];
      const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'example.cts'], {
        cwd: at(),
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
    }
  }, 60_000);
});

describe('the four functions', () => {
  const script = (body: string): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', body], { cwd: at(), encoding: 'utf8' });
  const LINE = "['main.o', 'libext_http.a', 'libstdlib.a']";

  test('an aborted call ends at once, with the reason of the signal, and writes nothing', () => {
    const out = script(`
      import { existsSync } from 'node:fs';
      import { trimLine } from 'ardedup';
      const before = AbortSignal.abort(new Error('no longer wanted'));
      await trimLine({ line: ${LINE}, outDir: 'out' }, { signal: before }).catch(({ message }) => console.log(message));
      const stop = new AbortController();
      const onProgress = ({ phase }) => { if (phase === 'read') stop.abort(); };
      await trimLine({ line: ${LINE}, outDir: 'out' }, { signal: stop.signal, onProgress })
        .catch(({ name }) => console.log(name, existsSync('out')));
    `);
    expect(out).toBe('no longer wanted\nAbortError false\n');
  });

  test("progress names what is read and written; the caller's thread stays free", () => {
    const out = script(`
      import { trimLine } from 'ardedup';
      const phases = new Set();
      let turns = 0;
      const timer = setInterval(() => { turns++; }, 1);
      await trimLine({ line: ${LINE}, outDir: 'out' }, { onProgress: ({ phase }) => phases.add(phase) });
      clearInterval(timer);
      console.log([...phases].join(), turns > 5);
    `);
    expect(out).toBe('read,compare,simulate,write true\n');
  });

  test('errors have their class and fields', () => {
    writeFileSync(at('broken.a'), '!<arch>\nx');
    const out = script(`
      import { InputError, MalformedError, trimLine, UsageError } from 'ardedup';
      const failed = (options) => trimLine(options).catch((error) => error);
      console.log(await failed({ line: ['gone.a'] }) instanceof InputError);
      console.log(await failed({ line: ${LINE}, providers: ['x.a'] }) instanceof UsageError);
      const broken = await failed({ line: ['broken.a'] });
      console.log(broken instanceof MalformedError, broken.label, broken.offset, broken.message);
    `);
    expect(out).toMatch(/^true\ntrue\ntrue broken\.a 8 broken\.a\+0x8: /);
  });
});
