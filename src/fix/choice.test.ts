import { describe, expect, test } from 'vitest';
import { buildCommand, type CCommand } from '../../test/fix/c-command.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';
import { changeLines } from '../report/fix-text.js';
import type { CureChange } from './describe/describe-cure.js';
import { type FixedCure, fixLine } from './fix-line.js';

/** How the text says which cure was chosen, and how another one is. */

const at = useFolder(() => {}, { enters: true });

const MAIN = 'int a(void); int main(void) { return a(); }';
const TWO_VERSIONS: CCommand = {
  sources: {
    'main.c': MAIN,
    'a.c': 'int s; int a(void) { return ++s; }',
    'b.c': 'int s2; int a(void) { return ++s2; }',
  },
  archives: { 'liba.a': ['a.o'], 'libb.a': ['b.o'] },
  command: '-o a.out main.o -Wl,--whole-archive liba.a libb.a -Wl,--no-whole-archive',
};
const COPIES: CCommand = {
  sources: { 'main.c': MAIN, 'a.c': 'int s; int a(void) { return ++s; }' },
  archives: { 'liba.a': ['a.o'], 'libb.a': ['a.o'] },
  command: '-o a.out main.o -Wl,--whole-archive liba.a libb.a -Wl,--no-whole-archive',
};
const NAMED_TWICE = '-o a.out main.o -Wl,--whole-archive liba.a libb.a liba.a -Wl,--no-whole-archive';

const cureOf = (cures: readonly FixedCure[], kind: string): FixedCure => {
  const found = cures.find((cure) => cure.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} among ${cures.map((cure) => cure.kind).join(', ')}`);
  return found;
};

describe('the chosen cure', () => {
  needsTool('gcc', 'ar')('an accepted cure that needs a folder is named', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, TWO_VERSIONS);
    const { id } = cureOf((await fixLine(command)).report.cures, 'owner');
    const ran = await runMain(['fix', '--accept', id, '--', ...command]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('not applied: owner writes archives: add --out-dir <folder>\n');
    expect(ran.out).toContain(`accepted (${id}); apply it with --out-dir <folder>\n`);
    expect(ran.out).not.toContain(`--accept ${id}`);
    const applied = await runMain(['fix', '--out-dir', 'fixed', '--accept', id, '--', ...command]);
    expect(applied.exitCode).toBe(0);
    expect(applied.out).toContain('fixed by owner');
  });

  needsTool('gcc', 'ar')('each cure has its id, and a proved one can be chosen', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, COPIES);
    const { report, waiting } = await fixLine(command);
    const plain = cureOf(report.cures, 'plain-archive');
    expect(waiting).toBe(report.cures[0].id);
    expect(plain.requiresAcceptance).toBe(false);
    const ran = await runMain(['fix', '--', ...command]);
    for (const { id } of report.cures.slice(0, 5)) expect(ran.out).toContain(id);
    expect(ran.out).toContain(
      `not applied: drop writes archives: add --out-dir <folder>, or choose plain-archive, which needs none, with --accept ${plain.id}\n`,
    );
    const chosen = await runMain(['fix', '--accept', plain.id, '--', ...command]);
    expect(chosen.exitCode).toBe(0);
    expect(chosen.out).toContain('fixed by plain-archive');
  });

  needsTool('gcc', 'ar')('an unknown id: the error lists the ids of the link', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, TWO_VERSIONS);
    const { cures } = (await fixLine(command)).report;
    const { error, exitCode } = await runMain(['fix', '--accept', 'ffffffffffff', '--', ...command]);
    expect(exitCode).toBe(2);
    for (const { id, kind } of cures) expect(error).toContain(`${id} (${kind})`);
  });

  needsTool('gcc', 'ar')('an archive that is loaded whole twice is named once', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, { ...COPIES, command: NAMED_TWICE });
    for (const { summary } of (await fixLine(command)).report.cures) {
      const steps = summary.split(', then ');
      expect(new Set(steps).size, summary).toBe(steps.length);
    }
  });
});

test.each(['-c', '-S', '-E', '-fsyntax-only'])('a compiler with %s does not link', async (option) => {
  const { error, exitCode } = await runMain(['fix', '--', 'gcc', option, 'dup.c']);
  expect(exitCode).toBe(2);
  expect(error).toContain(`gcc ${option}: this command does not link`);
  expect(error).not.toContain('compile it with -c');
});

test('of many globals in two copies a few are named', () => {
  const split = (symbol: string): CureChange => ({
    change: 'split-state',
    symbol,
    file: 'b.o',
    wasSplit: true,
  });
  const [many] = changeLines(Array.from({ length: 16 }, (_, row) => split(`global${row}`)));
  expect(many).toBe(
    '  `global0`, `global1`, `global2`, `global3` and 12 more stay in two copies, one in b.o',
  );
  const [few] = changeLines(Array.from({ length: 5 }, (_, row) => split(`global${row}`)));
  expect(few).toContain('`global4` stay in two copies');
});
