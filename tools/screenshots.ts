import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { withBrowser } from '../test/browser.js';
import { ROOT } from '../test/root.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Pictures of the HTML report for the documents: the founding case with all of std, as it is and without what can go.
Needs rustc, a C compiler and Chromium.

npm run screenshots -- [folder of fixtures/founding/full-std/build.sh]`;

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  /** How far down the page it begins: at this element. */
  readonly from: string;
  readonly phase?: 'after';
}

const { positionals } = readOptions(USAGE, {}, 1);
const IMAGES = join(ROOT, 'docs/images');
const MOST_BYTES = 150_000;
const PICTURES: readonly Picture[] = [
  { name: 'report-light', width: 1160, height: 1080, theme: 'light', from: '#map' },
  { name: 'report-dark', width: 1160, height: 1080, theme: 'dark', from: '#map', phase: 'after' },
  { name: 'report-narrow', width: 400, height: 1010, theme: 'light', from: 'header' },
];

const work = workFolder('screenshots');
const page = join(work, 'report.html');
const line = ['--provider', 'libstdlib.a', 'main.o', 'libext_http.a', 'libext_ws.a', 'libstdlib.a'];
const check = ['check', '--fail-on', 'never', '--report', `html=${page}`, ...line];
execFileSync(process.execPath, [join(ROOT, 'bin/ardedup.js'), ...check], {
  cwd: positionals[0] ?? foundingWithStd(),
  stdio: 'ignore',
});
mkdirSync(IMAGES, { recursive: true });
await draw(page);

function foundingWithStd(): string {
  const folder = join(work, 'full-std');
  execFileSync(join(ROOT, 'fixtures/founding/full-std/build.sh'), [folder], { stdio: 'inherit' });
  return folder;
}

async function draw(path: string): Promise<void> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  if (executablePath === undefined) throw new Error('no Chromium is installed');
  await withBrowser(executablePath, async (browser) => {
    for (const picture of PICTURES) await drawOne(await browser.newPage(), path, picture);
  });
}

async function drawOne(
  page: Page,
  path: string,
  { name, width, height, theme, from, phase }: Picture,
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(pathToFileURL(path).href);
  if (phase) await page.locator(`#phase input[value=${phase}]`).check({ force: true });
  await page.mouse.move(0, 0);
  const { y = 0 } = (await page.locator(from).boundingBox()) ?? {};
  await page.evaluate(`scrollBy(0, ${y})`);
  const file = join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  const { size } = statSync(file);
  console.log(`${name}.png ${size} bytes`);
  if (size > MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES} bytes`);
  await page.close();
}
