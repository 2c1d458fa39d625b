import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withBrowser } from '../../../test/browser.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { judge } from '../../check/gate.js';
import type { CheckResult } from '../check/check-result.js';
import { findingsOf } from '../check/plan-findings.js';
import type { MemberReport, PlanReport } from '../plan/plan-report.js';
import { squarify } from './client/squarify.js';
import { htmlReport } from './html-report.js';

const FOUNDING = join(import.meta.dirname, '../../../fixtures/founding/elf');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ardedup-html-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const NASTY = '</script><img src=x onerror="document.title=1"><!--\u2028$';
const gate = { failOn: [], most: new Map(), baseline: null, suppressions: [], today: null } as const;

/** A result of two archives with many members, every second of which can go. */
function bigResult(members: number, name = 'unit'): CheckResult {
  const rows = Array.from({ length: members }, (_, at): MemberReport => {
    const archive = at % 2;
    const common = {
      archive,
      ordinal: at >> 1,
      name: `${name}-${at >> 1}.o`,
      size: 1000 + ((at * 7919) % 50_000),
      definitions: 3,
      strongDefinitions: 1,
      origin: { crate: `crate_${(at >> 1) % 120}`, build: '0123456789abcdef' },
    };
    if (archive === 0) return { ...common, decision: 'keep', reason: 'owner' };
    const twin = { archive: 0, ordinal: at >> 1, name: common.name };
    return { ...common, decision: 'drop', evidence: 'identical-bytes', twin };
  });
  const archive = {
    kind: 'gnu',
    members: members / 2,
    blocked: 0,
    duplicatesBefore: 0,
    duplicatesAfter: 0,
    indexEntries: 1,
    indexDisagreements: 0,
    output: null,
  };
  const report: PlanReport = {
    format: 'ardedup-plan',
    formatVersion: 1,
    tool: { name: 'ardedup', version: '0.0.0' },
    linker: 'lld',
    openWorld: true,
    line: ['liba.a', `lib${name}.a`],
    rewrittenLine: null,
    providers: [],
    owners: [],
    complete: true,
    skipped: [],
    comparedPairs: members / 2,
    archives: [
      { ...archive, path: 'liba.a', dropped: 0, droppedBytes: 0 },
      { ...archive, path: `lib${name}.a`, dropped: members / 2, droppedBytes: 1 },
    ],
    members: rows,
    links: [],
    clashesBefore: [],
    remainingDuplicates: [],
    overlaps: [],
    splitStateBefore: [],
    splitStateAfter: [],
    otherBuilds: [],
    shadowed: [],
    ownership: [],
    remedies: [],
  };
  const loaded = rows.map(({ archive, ordinal, name }, at) => ({
    file: { archive, ordinal, name },
    by: at < 2 ? null : rows[at >> 1],
    symbol: `symbol_${at}`,
  }));
  const extraction = { before: loaded, after: loaded.filter((_, at) => at % 2 === 0) };
  const plans = [{ title: null, link: '', report, extraction }];
  return { ...judge(findingsOf(plans), gate), plans };
}

describe('squarify', () => {
  const area = { x: 10, y: 20, width: 300, height: 200 };

  test('covers the whole area, each weight with its share, nothing twice', () => {
    const weights = [50, 30, 12, 5, 2, 1];
    const rects = squarify(weights, area);
    for (const [at, { width, height }] of rects.entries())
      expect(width * height).toBeCloseTo(weights[at] * 600, 6);
    for (const [at, a] of rects.entries())
      for (const b of rects.slice(at + 1)) {
        const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
        const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
        expect(wide > 1e-6 && high > 1e-6).toBe(false);
      }
    for (const { x, y, width, height } of rects) {
      expect(x).toBeGreaterThanOrEqual(10);
      expect(y).toBeGreaterThanOrEqual(20);
      expect(x + width).toBeLessThanOrEqual(310 + 1e-6);
      expect(y + height).toBeLessThanOrEqual(220 + 1e-6);
    }
  });

  test('has no slivers where weights are alike, and no numbers that are none where they are nothing', () => {
    for (const { width, height } of squarify(Array<number>(24).fill(1), area))
      expect(Math.max(width / height, height / width)).toBeLessThan(2);
    const odd = [
      ...squarify([0, 0], area),
      ...squarify([1, 0, 0], area),
      ...squarify([1], { ...area, width: 0 }),
      ...squarify([], area),
    ];
    for (const rect of odd) expect(Object.values(rect).every(Number.isFinite)).toBe(true);
  });
});

describe('the page', () => {
  test('is one file that can load nothing, with names that can end nothing', () => {
    const text = htmlReport(bigResult(8, NASTY));
    expect(text.includes('<img')).toBe(false);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text.match(/<\/script>/g)).toHaveLength(2);
    expect(text.includes('content="default-src &#39;none&#39;; ')).toBe(true);
    const outside = /https?:\/\/(?!www\.w3\.org\/2000\/svg)|url\((?!#)|@import|rel="stylesheet/;
    expect(outside.exec(text)?.[0]).toBeUndefined();
    expect(htmlReport(bigResult(8, NASTY)) === text).toBe(true);
  });

  test('says everything that is found without its script', () => {
    const text = htmlReport(bigResult(8));
    const before = text.slice(0, text.indexOf('<script'));
    for (const said of ['A copy that can be dropped', 'ardedup explain droppable-copy'])
      expect(before.includes(said)).toBe(true);
  });

  needsTool('chromium')(
    'in Chromium: filter, sort, before and after, themes, keyboard, narrow, print, ten thousand members',
    async ([chromium]) => {
      const small = join(folder, 'small.html');
      const big = join(folder, 'big.html');
      const nasty = join(folder, 'nasty.html');
      const line = ['main.o', 'libext_http.a', 'libstdlib.a'].map((name) => join(FOUNDING, name));
      await runMain(['check', '--report', `html=${small}`, '--provider', line[2], ...line]);
      writeFileSync(big, htmlReport(bigResult(10_000)));
      writeFileSync(nasty, htmlReport(bigResult(40, NASTY)));
      const complaints: string[] = [];
      await withBrowser(chromium, async (browser) => {
        await interactions(await openPage(browser, small, complaints));
        await nastyNames(await openPage(browser, nasty, complaints));
        await manyMembers(await openPage(browser, big, complaints));
      });
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});

/** Opens a page, and notes whatever it asks of the network, or complains of. */
async function openPage(browser: BrowserContext, path: string, complaints: string[]): Promise<Page> {
  const page = await browser.newPage();
  const url = pathToFileURL(path).href;
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

const firstCells = (page: Page) => page.locator('#rows tr td:first-child').allTextContents();

async function interactions(page: Page): Promise<void> {
  expect(await page.title()).toBe('ardedup: 2 errors, 1 warning');
  expect(await page.locator('.figure').allTextContents()).toEqual(['10 → 0', '7 → 0', '5 → 4', '12 kB']);
  expect(await page.locator('.finding').filter({ hasText: 'Mutable state' }).count()).toBe(1);
  // Every card has a remedy, and the map comes before the findings.
  expect(await page.locator('.finding .todo :is(pre, ol)').count()).toBeGreaterThanOrEqual(3);
  expect(await page.locator('.finding').count()).toBe(
    await page.getByRole('heading', { name: 'What to do' }).count(),
  );
  const top = (selector: string) =>
    page.locator(selector).evaluate((element) => element.getBoundingClientRect().top);
  expect(await top('#treemap')).toBeLessThan(await top('#findings'));

  const filter = page.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('stdlib evt_runtime');
  expect(await firstCells(page)).toEqual(['evt_runtime']);
  expect(await page.locator('#count').textContent()).toBe('1 of 4 members');
  await filter.fill('');
  await page.getByRole('combobox', { name: 'Verdict' }).selectOption({ label: 'can be dropped' });
  expect(await page.locator('#rows tr').allTextContents()).toEqual([
    expect.stringContaining('libext_http.a'),
  ]);
  await page.getByRole('combobox', { name: 'Verdict' }).selectOption('');

  const crate = page.getByRole('columnheader', { name: 'Crate or object' });
  await crate.getByRole('button').click();
  expect(await crate.getAttribute('aria-sort')).toBe('ascending');
  expect(await firstCells(page)).toEqual(['evt_runtime', 'evt_runtime', 'evt_stdlib', 'ext_http']);
  await crate.getByRole('button').click();
  expect(await crate.getAttribute('aria-sort')).toBe('descending');
  expect((await firstCells(page))[0]).toBe('ext_http');

  const droppable = page.getByRole('button', { name: 'evt_runtime in libext_http.a: 1 member' });
  // Tiles that scroll under the pointer would say what they are, too.
  await page.mouse.move(0, 0);
  await droppable.focus();
  expect(await page.locator('#treemap-said').textContent()).toMatch(
    /^evt_runtime in libext_http\.a: 1 member, 12 kB, can be dropped$/,
  );
  await droppable.press('ArrowRight');
  await expect.poll(() => page.locator('#treemap-said').textContent()).toMatch(/^ext_http in libext_http\.a/);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  expect(await filter.inputValue()).toBe('evt_runtime libext_http.a');
  expect(await firstCells(page)).toEqual(['evt_runtime']);
  expect(await filter.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);

  const node = page
    .locator('#graph')
    .getByRole('button', { name: 'evt_runtime in libext_http.a: 1 file in the link' });
  await node.focus();
  expect(await page.locator('#graph-said li').allTextContents()).toEqual([
    expect.stringMatching(/^libext_http\.a\(.*evt_runtime.*\) is extracted for .* by$/),
    expect.stringMatching(/^libext_http\.a\(ext_http-.*\) is extracted for ext_http_status by$/),
    'main.o is on the link line',
  ]);
  await page.getByRole('radio', { name: 'After trimming' }).check({ force: true });
  expect(await page.locator('.tile.gone').count()).toBe(1);
  expect(await page.locator('#legend').textContent()).toContain('gone');
  await expect
    .poll(() => page.getByRole('button', { name: 'evt_runtime in libext_http.a: not in the link' }).count())
    .toBe(1);

  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme === 'light' ? 'dark' : 'light' });
    await page.getByRole('radio', { name: theme }).check({ force: true });
    expect(await dimContrasts(page)).toEqual([]);
    const [red] = await colours(page, 'body', 'background-color');
    expect(red > 128).toBe(theme === 'light');
  }
  await page.getByRole('radio', { name: 'auto' }).check({ force: true });
  expect((await colours(page, 'body', 'background-color'))[0]).toBeGreaterThan(128);

  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
  // A link that still fails is never shown in green.
  expect(await page.locator('.good').allTextContents()).toEqual(['0', '0']);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('#theme').isVisible()).toBe(false);
  expect(await page.getByRole('heading', { name: 'Findings' }).isVisible()).toBe(true);
  await page.close();
}

async function nastyNames(page: Page): Promise<void> {
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('ardedup: 1 note');
  expect(await page.locator('#rows').textContent()).toContain('</script><img src=x onerror=');
  await page.close();
}

async function manyMembers(page: Page): Promise<void> {
  expect(await page.locator('#count').textContent()).toBe('10,000 of 10,000 members, the first 100 shown');
  expect(await page.locator('#rows tr').count()).toBe(100);
  await page.getByRole('button', { name: 'Show more' }).click();
  expect(await page.locator('#rows tr').count()).toBe(200);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('unit-4999');
  expect(await page.locator('#rows tr').count()).toBe(2);
  expect(await page.getByRole('button', { name: 'Show more' }).isVisible()).toBe(false);
  expect(await page.locator('#treemap svg .unit').count()).toBe(240);
  const drawn = await page.locator('#treemap svg rect').count();
  expect(drawn).toBeGreaterThan(5000);
  await page.close();
}

async function colours(page: Page, selector: string, property: string): Promise<number[]> {
  const text = await page
    .locator(selector)
    .first()
    .evaluate((element, name) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(e: unknown): { getPropertyValue(n: string): string };
      };
      return getComputedStyle(element).getPropertyValue(name);
    }, property);
  return [...text.matchAll(/[\d.]+/g)].map(Number).slice(0, 3);
}

/** Texts and what is behind them: WCAG asks a contrast of 4.5. */
async function dimContrasts(page: Page): Promise<string[]> {
  const pairs: [string, string, string, string][] = [
    ['h1', 'color', 'body', 'background-color'],
    ['.lead', 'color', 'body', 'background-color'],
    ['summary', 'color', 'body', 'background-color'],
    ['.error .badge', 'color', '.finding', 'background-color'],
    ['.warning .badge', 'color', '.finding', 'background-color'],
    ['.good', 'color', '.card', 'background-color'],
    ['.card', 'color', '.card', 'background-color'],
    ['.switch span', 'color', '.switch', 'background-color'],
    ['.switch input:checked + span', 'color', '.switch input:checked + span', 'background-color'],
    ['td', 'color', 'body', 'background-color'],
    ['.archive-size', 'fill', '.archive', 'fill'],
    ['.unit.gone .unit-name', 'fill', '.tile.gone', 'fill'],
    ['.unit:not(.gone) .unit-name', 'fill', '.tile.owner', 'fill'],
    ['.unit:not(.gone) .unit-name', 'fill', '.tile.only', 'fill'],
    ['.unit:not(.gone) .unit-name', 'fill', '.swatch.drop', 'background-color'],
  ];
  const dim: string[] = [];
  for (const [front, one, back, other] of pairs) {
    const ratio = contrast(await colours(page, front, one), await colours(page, back, other));
    if (ratio < 4.5) dim.push(`${front} on ${back}: ${ratio.toFixed(2)}`);
  }
  return dim;
}

/** WCAG 2.2, relative luminance. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = (rgb: readonly number[]) => {
    const [r, g, b] = rgb.map((value) => {
      const channel = value / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
