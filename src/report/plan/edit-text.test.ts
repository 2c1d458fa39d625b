import { expect, test } from 'vitest';
import { LARGER_COPY, planOrCodes, REORDERED_COPIES, readEditScenario } from '../../../test/edit-scenario.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import { makeColors } from '../colors.js';
import { describeEdits } from './describe-edits.js';
import { editLines } from './edit-text.js';
import type { PlanReport } from './plan-report.js';

const warningsOf = (notation: string, options: string): string[] => {
  const plan = planOrCodes(readEditScenario(notation), options, findProfile('gnu-ld'));
  if (Array.isArray(plan) || !plan.edits) throw new Error(`no plan: ${plan}`);
  const report = { archives: plan.graph.inputs.archives, ...describeEdits(plan.edits) };
  return editLines(report as unknown as PlanReport, makeColors(false)).filter((row) =>
    row.startsWith('warning: '),
  );
};

test('a yield that loads an entry of a registry is warned of, with the file', () => {
  expect(warningsOf(LARGER_COPY, '--yield f=libs.a')).toEqual([
    'warning: constructors or registry entries of 1 file are new in the link: libs.a(f.o)',
  ]);
  expect(warningsOf(LARGER_COPY.replace(' [registry=plugins]', ''), '--yield f=libs.a')).toEqual([]);
});

test('a yield that changes the order of constructors is warned of, with the file', () => {
  expect(warningsOf(REORDERED_COPIES, '--yield f=libs.a')).toEqual([
    'warning: constructors or registry entries of 1 file are in a different order: libw.a(g.o)',
  ]);
});

test('linkers on which edits leave duplicates are named, where others have none', () => {
  const linesFor = (...duplicates: number[]) => {
    const links = ['gnu-ld', 'mold', 'wild'].map((linker, at) => ({
      linker,
      duplicatesAfter: duplicates[at],
    }));
    const edit = { archive: 0, ordinal: 0, symbol: 'f', kind: 'yield' };
    const report = { archives: [{ path: 'libw.a' }], edits: [edit], links };
    return editLines(report as unknown as PlanReport, makeColors(false)).filter((row) =>
      row.includes('linker'),
    );
  };
  expect(linesFor(0, 2169, 2170)).toEqual([
    'warning: up to 2,170 duplicate definitions left on mold, wild, and none on other linkers; `ardedup fix --linker any` also changes the line',
  ]);
  expect(linesFor(0, 0, 0)).toEqual([]);
  expect(linesFor(1, 2, 3)).toEqual([]);
});
