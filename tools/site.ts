import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROOT } from '../test/root.js';
import { readOptions } from './shared/options.js';

const USAGE = `The documentation as a web site, in build/site, with a reference of the library's exports in build/api:

npm run site -- [--api]

  --api   only the reference

VitePress, typedoc and the TypeScript that typedoc reads are in site/, with a lock file of their own.`;

const SITE = join(ROOT, 'site');
const SOURCE = join(ROOT, 'site/build/source');
const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];

const { values } = readOptions(USAGE, { api: { type: 'boolean' } });
install();
makeApi();
if (!values.api) makeSite();

/** Packages of site/, where they are not installed as the lock file says. */
function install(): void {
  const lock = readFileSync(join(SITE, 'package-lock.json'), 'utf8');
  const mark = join(SITE, 'node_modules/.installed-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: SITE, stdio: 'inherit' });
  writeFileSync(mark, lock);
}

function makeApi(): void {
  const options = [
    '--entryPoints',
    'src/index.ts',
    '--tsconfig',
    'tsconfig.build.json',
    '--out',
    'build/api',
  ];
  // Types that only examples of low-level exports use are not listed.
  const quiet = ['--validation.notExported', 'false', '--readme', 'docs/library.md', '--disableSources'];
  run('typedoc/bin/typedoc', [...options, ...quiet, '--name', 'ardedup', '--logLevel', 'Warn'], ROOT);
}

function makeSite(): void {
  rmSync(SOURCE, { recursive: true, force: true });
  const documents = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join('docs', path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.md'));
  const pages = new Set([...PAGES, ...documents]);
  for (const page of pages) {
    const target = join(SOURCE, page === 'README.md' ? 'index.md' : page);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, pageOf(page, pages));
  }
  cpSync(join(ROOT, 'docs/images'), join(SOURCE, 'docs/images'), { recursive: true });
  cpSync(join(ROOT, 'docs/one-runtime.svg'), join(SOURCE, 'docs/one-runtime.svg'));
  cpSync(join(ROOT, 'build/api'), join(SOURCE, 'public/api'), { recursive: true });
  mkdirSync(join(SOURCE, '.vitepress'), { recursive: true });
  cpSync(join(SITE, 'config.js'), join(SOURCE, '.vitepress/config.mjs'));
  run('vitepress/bin/vitepress.js', ['build', SOURCE], SITE);
  console.log('build/site/index.html');
}

/** A document with links among the pages of the site; a link to another file of the repository is its text. */
function pageOf(page: string, pages: ReadonlySet<string>): string {
  return readFileSync(join(ROOT, page), 'utf8')
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) =>
      part.startsWith('```')
        ? part.replace(/^```(?:link|edit|ninja)$/m, '```txt')
        : withLinks(part, page, pages),
    )
    .join('');
}

function withLinks(text: string, page: string, pages: ReadonlySet<string>): string {
  const image = /<p[^>]*><img src="([^"]+)"[^>]*alt="([^"]*)"[^>]*><\/p>/g;
  return text
    .replace(image, (_, source: string, alt: string) => `![${alt.replace(/\s+/g, ' ')}](${source})`)
    .replace(/(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g, (link, label: string, target: string) => {
      if (/^(https?:|mailto:|#)/.test(target)) return link;
      const [path, anchor] = target.split('#');
      const file = posix.join(posix.dirname(page), path);
      if (!pages.has(file)) return label;
      const own = file === 'README.md' ? path.replace(/README\.md$/, 'index.md') : path;
      return `[${label}](${own}${anchor === undefined ? '' : `#${anchor}`})`;
    });
}

function run(script: string, args: readonly string[], cwd: string): void {
  execFileSync(process.execPath, [join(SITE, 'node_modules', script), ...args], { cwd, stdio: 'inherit' });
}
