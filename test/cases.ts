import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Cases: what is known to go wrong with tools of this kind, and what linkers were seen to do, each with the fixtures
 * and tests that prove what is right. A proof is `plans/<scenario>`, `links/<link>`, `cli/<transcript>`, or
 * `src/<file>.test.ts: <words of a test's title>`.
 */
export interface Case {
  readonly id: string;
  readonly title: string;
  /** The required behaviour of a tool. */
  readonly right?: string;
  readonly proofs: readonly string[];
  /** By object format: why the case cannot arise there. */
  readonly notOn?: Readonly<Record<string, string>>;
  /** Why it is not proved, or not in full. */
  readonly open?: string;
}

/** Where a proof is run: a file of tests, and words that the titles of its tests have. */
export interface ProvingTest {
  readonly file: string;
  readonly title: string;
  /** The fixture that must be there. */
  readonly fixture: string | null;
}

const FOLDERS: Readonly<Record<string, { readonly file: string; readonly extension: string }>> = {
  plans: { file: 'src/plan/plans.test.ts', extension: 'plan' },
  links: { file: 'src/link/resolve/links.test.ts', extension: 'link' },
  cli: { file: 'src/cli/transcripts.test.ts', extension: 'md' },
};

export const readCases = (root: string, name: 'failures' | 'experiments'): Case[] =>
  JSON.parse(readFileSync(join(root, 'fixtures/cases', `${name}.json`), 'utf8'));

/** @throws Error for a proof of a shape that is none */
export function provingTest(proof: string): ProvingTest {
  const [, file, words] = /^(src\/\S+\.test\.ts): (.+)$/.exec(proof) ?? [];
  if (file !== undefined) return { file, title: words, fixture: null };
  const [folder, name] = proof.split('/');
  const place = FOLDERS[folder];
  if (place === undefined || name === undefined) throw new Error(`no proof: ${proof}`);
  return { file: place.file, title: name, fixture: `fixtures/${folder}/${name}.${place.extension}` };
}

/** Proofs that name a fixture or a file of tests that is not there. */
export function missingProofs(root: string, cases: readonly Case[]): string[] {
  return cases.flatMap(({ id, proofs }) =>
    proofs
      .filter((proof) => {
        const { file, fixture } = provingTest(proof);
        return !existsSync(join(root, file)) || (fixture !== null && !existsSync(join(root, fixture)));
      })
      .map((proof) => `${id}: ${proof}`),
  );
}
