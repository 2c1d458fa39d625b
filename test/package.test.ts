import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The published package contains exactly the intended files. */

const ROOT = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const isBuilt = existsSync(join(ROOT, 'dist/THIRD-PARTY.txt'));

/** Bytes of the tarball, and of what is in it. */
const LARGEST_PACKED = 2 * (1 << 20);
const LARGEST_UNPACKED = 5.9 * (1 << 20);
const EXPECTED = [
  /^(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md$/,
  /^action\.yml$/,
  // Files that README and the pages of docs/ link to or use.
  /^integrations\/[\w./-]+$/,
  /^examples\/[\w./-]+$/,
  /^fixtures\/founding\/(README\.md|elf\/[\w.]+)$/,
  /^(LICENSE|package\.json)$/,
  /^bin\/(ardedup(-cc)?\.js|package\.json)$/,
  /^dist\/(index|[a-z-]+-[0-9A-Z]{8})\.js$/,
  // The link wrapper.
  /^dist\/(start|object-interface)\.cjs$/,
  // Commands, and modules that `link` loads only to plan, query or confirm.
  /^dist\/cli\.cjs$/,
  /^dist\/library-worker\.js$/,
  /^dist\/index\.(d\.)?cts?$|^dist\/index\.cjs$/,
  /^dist\/(THIRD-PARTY\.txt|ardedup\.1)$/,
  /^dist\/types\/[\w/-]+\.d\.ts$/,
  /^schema\/[a-z]+-v1\.schema\.json$/,
  /^docs\/[\w/-]+\.(md|svg|png)$/,
];

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

describe('the package', () => {
  let folder = '';
  let packed: Packed;
  let tarball: Uint8Array;
  beforeAll(() => {
    if (!isBuilt) return;
    folder = mkdtempSync(join(tmpdir(), 'ardedup-pack-'));
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    [packed] = JSON.parse(
      execFileSync(npm, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    tarball = Uint8Array.from(readFileSync(join(folder, packed.filename)));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what it should, and nothing else, and is small', (context) => {
    if (!isBuilt) context.skip('not built: npm run build');
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !EXPECTED.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of EXPECTED)
      expect(
        paths.some((path) => pattern.test(path)),
        `${pattern}`,
      ).toBe(true);
    expect(packed.size).toBeLessThan(LARGEST_PACKED);
    expect(packed.unpackedSize).toBeLessThan(LARGEST_UNPACKED);
  });

  test('its documents link to files that are in it', (context) => {
    if (!isBuilt) context.skip('not built: npm run build');
    const paths = new Set(packed.files.map(({ path }) => path));
    const folders = new Set(
      [...paths].flatMap((path) => path.split('/').map((_, at, all) => all.slice(0, at).join('/'))),
    );
    const broken = [...paths]
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => {
        const text = readFileSync(join(ROOT, path), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
        const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)\s]*\)|<img [^>]*src="([^"]+)"/g)].map(
          ([, a, b]) => a ?? b,
        );
        return targets
          .filter((target) => !/^(https?|mailto):/.test(target))
          .filter((target) => {
            const file = posix.join(posix.dirname(path), target).replace(/\/$/, '');
            return !paths.has(file) && !folders.has(file);
          })
          .map((target) => `${path}: ${target}`);
      });
    expect(broken).toEqual([]);
  });

  test('runs nothing when it is installed, and names exact versions', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'])
      expect(manifest.scripts).not.toHaveProperty(script);
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    for (const name of Object.keys(manifest.dependencies)) {
      const { scripts = {} } = JSON.parse(
        readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
      );
      expect(
        Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script)),
        name,
      ).toEqual([]);
    }
  });

  test('passes on the licences of what is bundled', (context) => {
    if (!isBuilt) context.skip('not built: npm run build');
    const text = readFileSync(join(ROOT, 'dist/THIRD-PARTY.txt'), 'utf8');
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(text).toContain(`${name} ${version} (`);
  });

  test('publint finds nothing', async (context) => {
    if (!isBuilt) context.skip('not built: npm run build');
    const { messages } = await publint({ pack: { tarball: tarball.buffer as ArrayBuffer }, strict: true });
    // Where the sources are is for who publishes to say.
    expect(messages.filter(({ code }) => !/REPOSITORY/.test(code))).toEqual([]);
  });

  test('its types resolve in every way that an ESM package can be imported', async (context) => {
    if (!isBuilt) context.skip('not built: npm run build');
    const checked = await checkPackage(createPackageFromTarballData(tarball));
    if (checked.types === false) throw new Error('no types');
    // CommonJS loads ESM by import(), and resolution as of Node 10 knows no `exports`: schemas are for others to read.
    const problems = checked.problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' &&
        !('resolutionKind' in problem && problem.resolutionKind === 'node10') &&
        !('entrypoint' in problem && problem.entrypoint !== '.'),
    );
    expect(problems).toEqual([]);
  }, 60_000);

  test('what it exports is what fixtures/api.txt says', async (context) => {
    if (!isBuilt) context.skip('not built: npm run build');
    await expect(apiReport()).toMatchFileSnapshot('../fixtures/api.txt');
  });
});

/** Every export with its declaration: what a user may come to rely on. `npm test -- -u` writes it. */
function apiReport(): string {
  const index = join(ROOT, 'dist/types/index.d.ts');
  const exported = [...readFileSync(index, 'utf8').matchAll(/export (type )?\{([^}]*)\} from '([^']+)'/g)];
  const declarations = exported.flatMap(([, , names, module]) => {
    const path = join(dirname(index), module.replace(/\.js$/, '.d.ts'));
    const text = readFileSync(path, 'utf8');
    return names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => ({ name, text: declarationOf(text, name), module: relative(ROOT, path) }));
  });
  declarations.sort((a, b) => (a.name < b.name ? -1 : 1));
  return declarations.map(({ text }) => `${text}\n`).join('\n');
}

/** The declaration without its comments, up to the line that ends it. */
function declarationOf(text: string, name: string): string {
  const lines = text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '').split('\n');
  const start = lines.findIndex((line) =>
    new RegExp(`^export (declare )?(abstract )?(function|const|class|interface|type) ${name}\\b`).test(line),
  );
  if (start < 0) throw new Error(`${name} is exported, but not declared`);
  const isBlock = /\{$/.test(lines[start]);
  const end = lines.findIndex((line, at) => at >= start && (isBlock ? /^\}/.test(line) : /;$/.test(line)));
  return lines.slice(start, end + 1).join('\n');
}
