import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RuleGroups } from '../src/link/linkers/linker-profile.js';
import { LINKERS } from '../src/link/linkers/linker-profiles.js';
import type { Linker } from '../src/link/linkers/strategy.js';

/** The rules of docs/linkers.md are written from `src/link/linkers/`: `npx vitest run test/linker-docs.test.ts -u`. */

const DOCUMENT = join(import.meta.dirname, '../docs/linkers.md');
const START = '<!-- written from src/link/linkers: do not edit by hand -->\n';
const END = '<!-- end of what is written -->\n';

const GROUPS: Readonly<Record<keyof RuleGroups, string>> = {
  search: 'Search',
  archives: 'Archives',
  precedence: 'Precedence',
  comdat: 'COMDAT groups',
  commons: 'COMMON symbols',
  shared: 'Shared libraries',
  lineNames: 'Names that the line defines or wraps',
  clashes: 'Duplicates',
};
const groups = Object.keys(GROUPS) as (keyof RuleGroups)[];

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  row(heads) + row(heads.map(() => '---')) + rows.map(row).join('');

/** Each strategy of a group once, with the linkers that have it. */
function strategyRows(group: keyof RuleGroups): string[][] {
  const users = new Map<Linker['strategies'][typeof group], string[]>();
  for (const { identity, strategies } of LINKERS) {
    const strategy = strategies[group];
    users.set(strategy, [...(users.get(strategy) ?? []), `\`${identity.id}\``]);
  }
  return [...users].map(([{ name, rule, source }, ids]) => [name, ids.join(', '), rule, source]);
}

const rulesText = (): string =>
  groups
    .map(
      (group) =>
        `\n### ${GROUPS[group]}\n\n${table(['strategy', 'linkers', 'rule', 'source'], strategyRows(group))}`,
    )
    .join('');

test('docs/linkers.md has every strategy with its linkers, its rule and its source', async () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, , after] = text.split(new RegExp(`(${START}[\\s\\S]*?${END})`));
  await expect(`${before}${START}${rulesText()}\n${END}${after}`).toMatchFileSnapshot(DOCUMENT);
});

test.each(groups)('two strategies of %s differ in name and in values', (group) => {
  const strategies = [...new Set(LINKERS.map((linker) => linker.strategies[group]))];
  expect(new Set(strategies.map(({ name }) => name)).size).toBe(strategies.length);
  expect(new Set(strategies.map(({ values }) => JSON.stringify(values))).size).toBe(strategies.length);
});
