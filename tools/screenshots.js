// Pictures of the HTML report for the documents: the founding case with all of std, as it is and without what can go.
// Needs rustc, a C compiler and Chromium. `npm run screenshots [folder of fixtures/founding/full-std/build.sh]`
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, withSources } from './bundle.js';
import { readOptions } from './options.js';

const { positionals } = readOptions(import.meta.url, {}, 1);
const IMAGES = join(ROOT, 'docs/images');
const MOST_BYTES = 150_000;
/** What is shown, in what size, and how far down the page it begins. */
const PICTURES = [
  { name: 'report-light', width: 1160, height: 1080, theme: 'light', from: '#map' },
  { name: 'report-dark', width: 1160, height: 1080, theme: 'dark', from: '#map', phase: 'after' },
  { name: 'report-narrow', width: 400, height: 1010, theme: 'light', from: 'header' },
];

const work = mkdtempSync(join(tmpdir(), 'ardedup-screenshots-'));
try {
  let [folder] = positionals;
  if (folder === undefined) {
    folder = join(work, 'full-std');
    execFileSync(join(ROOT, 'fixtures/founding/full-std/build.sh'), [folder], { stdio: 'inherit' });
  }
  const page = join(work, 'report.html');
  const line = ['--provider', 'libstdlib.a', 'main.o', 'libext_http.a', 'libext_ws.a', 'libstdlib.a'];
  const check = ['check', '--fail-on', 'never', '--report', `html=${page}`, ...line];
  execFileSync(process.execPath, [join(ROOT, 'bin/ardedup.js'), ...check], { cwd: folder, stdio: 'ignore' });
  mkdirSync(IMAGES, { recursive: true });
  await draw(page);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function draw(path) {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  if (executablePath === undefined) throw new Error('no Chromium is installed');
  await withSources(['test/browser'], ({ withBrowser }) =>
    withBrowser(executablePath, async (browser) => {
      for (const picture of PICTURES) await drawOne(await browser.newPage(), path, picture);
    }),
  );
}

async function drawOne(page, path, { name, width, height, theme, from, phase }) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(pathToFileURL(path).href);
  if (phase) await page.locator(`#phase input[value=${phase}]`).check({ force: true });
  await page.mouse.move(0, 0);
  await page.locator(from).evaluate((element) => {
    scrollBy(0, element.getBoundingClientRect().top);
  });
  const file = join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  const { size } = statSync(file);
  console.log(`${name}.png ${size} bytes`);
  if (size > MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES} bytes`);
  await page.close();
}
