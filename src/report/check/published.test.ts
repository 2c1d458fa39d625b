import { expect, test, vi } from 'vitest';
import { runMain } from '../../../test/run-main.js';
import { copyFounding, useFolder } from '../../../test/use-folder.js';
import { findingUrl } from '../../check/findings.js';

vi.mock('../../check/documentation.js', () => ({
  documentationUrl: 'https://example.org/ardedup/blob/main',
}));

const FILES = ['main.o', 'libext_http.a', 'libstdlib.a'];
useFolder((folder) => copyFounding('elf', folder, FILES), { enters: true });

const PAGE = 'https://example.org/ardedup/blob/main/docs/findings/split-state.md';

test('where documentation is published, reports link to its pages', async () => {
  expect(findingUrl('split-state')).toBe(PAGE);
  const check = async (format: string) => (await runMain(['check', '--format', format, ...FILES])).out;
  const { findings } = JSON.parse(await check('json'));
  expect(findings[0]).toMatchObject({ kind: 'split-state', page: PAGE });
  const [{ tool, results }] = JSON.parse(await check('sarif')).runs;
  expect(tool.driver.rules[0]).toMatchObject({ id: 'split-state', helpUri: PAGE });
  expect(results[0].properties.page).toBe(PAGE);
  expect(await check('csv')).toContain(PAGE);
  expect(await check('html')).toContain(`href="${PAGE}"`);
});
