import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LYING_CURES, NATIVE_PAIRS } from './native-pairs.js';
import { type Attempt, type Pair, REPORTED } from './pair.js';
import { NIGHTLY_PAIR, RUST_PAIRS } from './rust-pairs.js';

/* The index of pairs is written from the tests themselves. */

const FIXTURES = join(import.meta.dirname, '../../fixtures/pairs');

const outcomeOf = ({ refused, skipped, prints, reports }: Attempt): string => {
  if (refused !== undefined) return `refused: \`${refused}\``;
  if (skipped !== undefined) return `not redirected: \`${skipped}\``;
  return reports === undefined ? `\`${prints}\`` : `\`${prints}\`; the plan lists ${REPORTED[reports]}`;
};

const tableOf = (pairs: readonly Pair[], scriptOf: (pair: Pair) => string): string =>
  [
    '| pair | made by | clashes | prints with duplicates allowed | options | result |',
    '| --- | --- | --- | --- | --- | --- |',
    ...pairs.flatMap((pair) =>
      pair.attempts.map((attempt, row) => {
        const own = [pair.title, scriptOf(pair), String(pair.duplicates), `\`${pair.given}\``];
        const first = row === 0 ? own : own.map(() => '');
        const rest =
          attempt === null ? ['none', ''] : [`\`${attempt.options.join(' ')}\``, outcomeOf(attempt)];
        return `| ${[...first, ...rest].join(' | ')} |`;
      }),
    ),
  ].join('\n');

test('fixtures/pairs/README.md lists every pair', async () => {
  const nativeScript = (pair: Pair) => `\`native/${(pair as (typeof NATIVE_PAIRS)[number]).script}.sh\``;
  const text = `# Pairs of libraries for edits of symbols

Two libraries that clash, or hide each other's definitions. A script makes each from its own sources, a real linker links it, and the
program prints what it sees. \`test/pairs\` runs them; \`npx vitest run test/pairs/index.test.ts -u\` rewrites this list.

## Rust static libraries

\`one\`: both libraries count in one global; \`two\`: each has its own.

${tableOf([...RUST_PAIRS, NIGHTLY_PAIR], () => '`rust/build.sh`')}

\`rust-program/build.sh\` puts a library of thin or fat LTO into a Rust program of the same compiler: isolating the thin one is
refused (\`edit-splits-state\`), and what else links leaves the panic count in two copies, which the plan lists.

## C and C++

${tableOf(NATIVE_PAIRS, nativeScript)}

\`native/counters.sh\` makes two libraries that count for Mach-O, COFF and WebAssembly: isolating one is refused (\`edit-splits-state\`),
with acceptance there are two counters, and where one yields there is one.

## Cures that link and lie

Each links without a message, and a wrong one prints something else. It is refused, or the plan says what is in two copies or of other
content. \`native/go.sh\` makes two archives of Go, of which nothing is edited (\`edit-registry\`).

${tableOf(LYING_CURES, nativeScript)}
`;
  await expect(text).toMatchFileSnapshot(join(FIXTURES, 'README.md'));
});
