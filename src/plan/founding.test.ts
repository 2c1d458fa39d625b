import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLine } from '../link/line/open-lines.js';
import { profilesOf } from '../link/linkers/find-profile.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import { NONE } from '../symbols/table.js';
import { planTrim, type TrimPlan } from './plan-trim.js';

/** Archives of real rustc, and what is right for each: fixtures/founding/README.md. */
const FOLDER = join(import.meta.dirname, '../../fixtures/founding');

const FORMATS = ['elf', 'macho', 'coff', 'wasm'] as const;

/** Decisions about the wrapper's runtime member, with the stdlib as the provider. */
const ANSWERS = {
  http: 'same-unit module-hash',
  ws: 'same-unit module-hash',
  audit: 'unresolved-reference',
  pinned: 'unresolved-reference',
  stale: 'other-content',
  other: 'other-build',
} as const;

function plan(
  format: (typeof FORMATS)[number],
  archives: readonly string[],
  provider: string | null,
  linker: LinkerProfile | null,
): TrimPlan {
  const prefix = format === 'macho' ? '_' : '';
  const used = archives
    .filter((name) => name.startsWith('ext_'))
    .flatMap((name) => ['-u', `${prefix}${name}_status`]);
  const paths = archives.map((name) => join(FOLDER, format, `lib${name}.a`));
  const opened = openLine([...used, join(FOLDER, format, 'main.o'), ...paths]);
  try {
    const providers = provider === null ? [] : [archives.indexOf(provider)];
    return planTrim(opened.inputs, opened.line, { providers, linker });
  } finally {
    opened.close();
  }
}

/** By archive: the verdict on its runtime member, and whether all others are plainly kept. */
function verdicts({ graph: { inputs }, verdicts: all, twins }: TrimPlan): Record<string, string> {
  const answer: Record<string, string> = {};
  for (const { id, archive } of inputs.members) {
    if (archive === NONE) continue;
    const verdict = all[id];
    const name = inputs.archives[archive].path.replace(/.*\/lib(.*)\.a/, '$1');
    if (twins.origins[id]?.crate !== 'evt_runtime') expect(verdict.kind, name).toBe('keep');
    else if (verdict.kind === 'drop')
      answer[name] =
        verdict.evidence.kind === 'same-unit' ? `same-unit ${verdict.evidence.proof}` : verdict.evidence.kind;
    else answer[name] = verdict.kind === 'blocked' ? verdict.blocker.code : verdict.reason;
  }
  return answer;
}

describe.each(FORMATS)('founding case, %s', (format) => {
  const linkers = [null, ...profilesOf(format)].map((linker) => [linker?.id ?? 'any', linker] as const);

  describe.each(linkers)('on %s', (_, linker) => {
    test.each(Object.entries(ANSWERS))('ext_%s with the stdlib as provider: %s', (name, answer) => {
      const wrapper = `ext_${name}`;
      const owner = name === 'other' ? 'no-twin' : 'owner';
      for (const line of [
        [wrapper, 'stdlib'],
        ['stdlib', wrapper],
      ])
        expect(verdicts(plan(format, line, 'stdlib', linker)), line.join(' ')).toEqual({
          [wrapper]: answer,
          stdlib: owner,
        });
    });

    test.each(['ws', 'pinned'] as const)('ext_http before ext_%s: each as on its own', (name) => {
      expect(verdicts(plan(format, ['ext_http', `ext_${name}`, 'stdlib'], 'stdlib', linker))).toEqual({
        ext_http: ANSWERS.http,
        [`ext_${name}`]: ANSWERS[name],
        stdlib: 'owner',
      });
    });

    test.each(['stale', 'other'] as const)(
      'ext_http before ext_%s: without it, that one would serve',
      (name) => {
        expect(verdicts(plan(format, ['ext_http', `ext_${name}`, 'stdlib'], 'stdlib', linker))).toEqual({
          ext_http: 'binding-moves',
          [`ext_${name}`]: ANSWERS[name],
          stdlib: 'owner',
        });
        expect(verdicts(plan(format, ['ext_http', 'stdlib', `ext_${name}`], 'stdlib', linker))).toEqual({
          ext_http: ANSWERS.http,
          [`ext_${name}`]: ANSWERS[name],
          stdlib: 'owner',
        });
      },
    );

    test('ext_http before ext_audit: the copy in use is the one that stays', () => {
      expect(verdicts(plan(format, ['ext_http', 'ext_audit', 'stdlib'], 'stdlib', linker))).toEqual({
        ext_http: 'unresolved-reference',
        ext_audit: 'identical-bytes',
        stdlib: 'owner',
      });
    });

    test('no provider named, the stdlib first: it is the owner by its place', () => {
      for (const [name, answer] of Object.entries(ANSWERS))
        expect(verdicts(plan(format, ['stdlib', `ext_${name}`], null, linker))).toMatchObject({
          [`ext_${name}`]: answer,
        });
    });

    test('no provider named, a wrapper first: the owner is who could serve the other', () => {
      for (const name of ['http', 'ws'])
        expect(verdicts(plan(format, [`ext_${name}`, 'stdlib'], null, linker))).toEqual({
          [`ext_${name}`]: 'same-unit module-hash',
          stdlib: 'owner',
        });
      // Each needs something of its own copy: the first is the owner, and nothing goes.
      for (const name of ['audit', 'pinned'])
        expect(verdicts(plan(format, [`ext_${name}`, 'stdlib'], null, linker))).toEqual({
          [`ext_${name}`]: 'owner',
          stdlib: 'unresolved-reference',
        });
    });

    test('two wrappers and no stdlib: the second copy goes, for size only', () => {
      const { scenarios, ...rest } = plan(format, ['ext_http', 'ext_ws'], null, linker);
      expect(verdicts({ scenarios, ...rest })).toEqual({ ext_http: 'owner', ext_ws: 'identical-bytes' });
      expect(scenarios[0].before.loaded.length).toBe(scenarios[0].after.loaded.length);
    });

    test('ext_http before the stdlib: clashes and split state are gone', () => {
      const trimmed = plan(format, ['ext_http', 'stdlib'], 'stdlib', linker);
      for (const { profile, before, after } of trimmed.scenarios) {
        // The runtime's `throw` and `rt_throw` share a section: lld-link reports the one with the section's name.
        expect(before.clashes.length).toBe(profile.comdats === 'lld-link' ? 9 : 10);
        expect(after.clashes).toEqual([]);
      }
      expect(trimmed.splitBefore.length).toBeGreaterThan(0);
      expect(trimmed.splitAfter).toEqual([]);
    });
  });
});
