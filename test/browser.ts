import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Nothing that would ask the network of itself; no sandbox, for CI runs as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens a headless Chromium, hands it on, and leaves nothing of it behind. */
export async function withBrowser(
  executablePath: string,
  use: (browser: BrowserContext) => Promise<void>,
  viewport = { width: 1200, height: 900 },
): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'ardedup-browser-'));
  try {
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: FLAGS,
      headless: true,
      viewport,
      reducedMotion: 'reduce',
    });
    try {
      await use(browser);
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
