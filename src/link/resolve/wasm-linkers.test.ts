import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { askWasmLd, type CLink, writeCLink } from '../../../test/builders/c-link.js';
import { askCLinks, CLANG, expectExtracted } from '../../../test/oracles/ask-c-links.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { planTrim } from '../../plan/plan-trim.js';
import { openLine } from '../line/open-lines.js';

/** The simulation of wasm-ld against wasm-ld itself, on objects that clang makes. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-wasm-link-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROOTS = { 'main.o': 'T main', 'a.a': { 'a1.o': 'D f', 'a2.o': 'D g', 'a3.o': 'T h' } };

/** Names of --wrap: what is looked for, and in which order. */
const WRAPPED: Record<string, CLink> = {
  'a wrapped name, its wrapper, and what that calls': {
    files: {
      'main.o': 'T main; U f',
      'a.a': { 'a1.o': 'D f' },
      'w.a': { 'w1.o': 'D __wrap_f; U __real_f' },
    },
    line: '--wrap=f main.o a.a w.a',
  },
  'a wrapped name that an archive could define': {
    files: {
      'main.o': 'T main; U g',
      'a.a': { 'a1.o': 'D f', 'a2.o': 'D g' },
      'w.a': { 'w1.o': 'D __wrap_f; D x' },
    },
    line: '--wrap=f main.o a.a w.a',
  },
  'a wrapped name without references': {
    files: { 'main.o': 'T main; U x', 'w.a': { 'w1.o': 'D __wrap_f', 'w2.o': 'D x' } },
    line: '--wrap=f main.o w.a',
  },
  'a definition that only the real name refers to stays in its archive': {
    files: { 'main.o': 'T main; U __real_f', 'a.a': { 'a1.o': 'D f' } },
    line: '--wrap=f main.o a.a',
  },
  'the real name in an archive': {
    files: {
      'main.o': 'T main; U f',
      'a.a': { 'a1.o': 'D f' },
      'w.a': { 'w1.o': 'D __wrap_f' },
      'r.a': { 'r1.o': 'D __real_f' },
    },
    line: '--wrap=f main.o a.a w.a r.a',
  },
};

/** Names of every length class of the hash, more than fit into the first table of buckets. */
const EXPORTED = [
  ...'ab abc f_g h_8_long h_of_nine_ sixteen_letters_ seventeen_letters'.split(' '),
  ...[40, 100, 128, 129, 200, 240, 241, 600, 1100, 2100].map(
    (length) => 'n'.repeat(length - 3) + (length % 1000),
  ),
];

/** Names of --export: LLD keeps them in a hash table, and searches them in the order of its buckets. */
const EXPORTS: Record<string, CLink> = {
  'exported names with those that are exported if they are there': {
    files: ROOTS,
    line: '--export-if-defined=f --export=h --export=g main.o a.a',
  },
  'many exported names, some of which share a bucket': {
    files: {
      'main.o': 'T main',
      'a.a': Object.fromEntries(EXPORTED.map((name) => [`${name.slice(-12)}.o`, `D ${name}`])),
    },
    line: `${EXPORTED.map((name) => `--export=${name}`).join(' ')} main.o a.a`,
  },
  'exported names in the opposite order, which decides within a bucket': {
    files: {
      'main.o': 'T main',
      'a.a': Object.fromEntries(EXPORTED.map((name) => [`${name.slice(-12)}.o`, `D ${name}`])),
    },
    line: `${EXPORTED.toReversed()
      .map((name) => `--export=${name}`)
      .join(' ')} main.o a.a`,
  },
};

/** A file with a local function `f`, local data `g`, and `own`. */
const localIn = (own: string): string =>
  `
.functype f () -> ()
f:
.functype f () -> ()
end_function
.globl ${own}
.section .data.${own},"",@
${own}:
.int32 f
.int32 g
.size ${own}, 8
.section .data.g,"",@
g:
.int32 7
.size g, 4
`;

/** LLD 19 extracts a member for a local definition, too, which leaves the name as it was. */
const LOCALS: Record<string, CLink> = {
  'a local definition before a global one': {
    files: { 'main.o': 'T main; U g', 'a.a': { 'a1.o': localIn('x') }, 'b.a': { 'b1.o': 'D g' } },
    line: 'main.o a.a b.a',
  },
  'a local definition before its user': {
    files: { 'main.o': 'T main; U g', 'a.a': { 'a1.o': localIn('x') }, 'b.a': { 'b1.o': 'D g' } },
    line: '--allow-undefined a.a main.o b.a',
  },
  'local definitions in two archives': {
    files: { 'main.o': 'T main; U g', 'a.a': { 'a1.o': localIn('x') }, 'b.a': { 'b1.o': localIn('y') } },
    line: '--allow-undefined main.o a.a b.a',
  },
  'a local definition in a member that a global one extracts': {
    files: { 'main.o': 'T main; U x; U g', 'a.a': { 'a1.o': localIn('x'), 'a2.o': 'D g' } },
    line: 'main.o a.a',
  },
  'a local definition of a name that nothing refers to': {
    files: { 'main.o': 'T main; U y', 'a.a': { 'a1.o': localIn('x'), 'a2.o': 'D y' } },
    line: 'main.o a.a',
  },
  'a local definition and a weak reference': {
    files: { 'main.o': 'T main; w g', 'a.a': { 'a1.o': localIn('x') } },
    line: '--export=main main.o a.a',
  },
  'a local definition of a name of -u': {
    files: { 'main.o': 'T main', 'a.a': { 'a1.o': localIn('x') } },
    line: '--allow-undefined -u g main.o a.a',
  },
};

const LINKS: Record<string, CLink> = {
  ...WRAPPED,
  ...EXPORTS,
  ...LOCALS,
  'a weak reference extracts nothing': {
    files: { 'main.o': 'T main; w f', 'a.a': { 'a1.o': 'D f' } },
    line: '--export=main main.o a.a',
  },
  'depth first, whatever the order': {
    files: {
      'main.o': 'T main; U c; U a',
      'x.a': { 'a.o': 'D a; U d', 'b.o': 'D b', 'c.o': 'D c; U b', 'd.o': 'D d' },
    },
    line: 'x.a main.o',
  },
  'X52 an index that leaves a name out': {
    files: { 'main.o': 'T main; U f; U g', 'a.a': { 'a1.o': 'D f', 'a2.o': 'D g' } },
    indexes: { 'a.a': 'f=a1.o' },
    line: 'main.o a.a',
  },
  'X53 roots extract': {
    files: { 'main.o': 'T main', 'a.a': { 'a1.o': 'D f', 'a2.o': 'D g', 'a3.o': 'D h' } },
    line: '-u f --export=g main.o a.a',
  },
  'X54 duplicates': {
    files: {
      'main.o': 'T main; U f; U g; U h',
      'p.a': { 'p1.o': 'D f; D g' },
      'q.a': { 'q1.o': 'D f; D h' },
    },
    line: 'main.o p.a q.a',
  },
  'X55 an archive before its user': {
    files: { 'main.o': 'T main; U wapi', 'S.a': { 's1.o': 'D rt' }, 'W.a': { 'w1.o': 'D wapi; U rt' } },
    line: 'main.o S.a W.a',
  },
  'names that are exported if they are there are wanted too': {
    files: ROOTS,
    line: '--export-if-defined=f --export-if-defined=missing --undefined=g main.o a.a',
  },
  'names of -u in their order, behind all inputs': { files: ROOTS, line: '-u h -u f -u g main.o a.a' },
  'exported names behind those of -u, the entry point last': {
    files: ROOTS,
    line: '--entry=f --export=g -u h main.o a.a',
  },
  'exporting all that is there extracts nothing': { files: ROOTS, line: '--export-all main.o a.a' },
  'nor does exporting what is visible': { files: ROOTS, line: '--export-dynamic main.o a.a' },
  'keeping all code extracts nothing': { files: ROOTS, line: '--no-gc-sections main.o a.a' },
  'an entry point in an archive': { files: ROOTS, line: '--entry=h main.o a.a' },
  'names that may be undefined extract members, too': {
    files: { ...ROOTS, 'main.o': 'T main; U f; U missing' },
    texts: { 'names.txt': 'f\nmissing\n' },
    line: '--allow-undefined-file=names.txt main.o a.a',
  },
  'a whole archive, and one that is not': {
    files: { ...ROOTS, 'b.a': { 'b1.o': 'D i', 'b2.o': 'D j' } },
    line: 'main.o --whole-archive a.a --no-whole-archive b.a -u j',
  },
  'a whole archive with what another one has': {
    files: { 'main.o': 'T main; U f', 'a.a': { 'a1.o': 'D f' }, 'b.a': { 'b1.o': 'D f', 'b2.o': 'D j' } },
    line: 'main.o a.a --whole-archive b.a',
  },
  'an object that is named again after an archive with what it references': {
    files: { 'main.o': 'T main; w f', 'use.o': 'U f', 'a.a': { 'a1.o': 'D f' } },
    line: '--export=main main.o use.o a.a use.o',
  },
  'weak and strong, in either order': {
    files: {
      'main.o': 'T main; U f; U g; U h',
      'p.a': { 'p1.o': 'W f; D g' },
      'q.a': { 'q1.o': 'D f; D h' },
    },
    line: 'main.o p.a q.a',
  },
};

askCLinks(folder, {
  versions: [
    ['wasm-ld-14', 'wasm-ld-16'],
    ['wasm-ld-16', 'wasm-ld-16'],
    ['wasm-ld-19', 'wasm-ld-19'],
    ['wasm-ld-22', 'wasm-ld'],
  ],
  linksOf: () => Object.entries(LINKS),
  target: 'wasm32',
  ask: askWasmLd,
  compare: expectExtracted,
});

describe('X56', () => {
  needsTool(CLANG, 'llvm-ar')(
    'a function of another signature is other content, which a linker only warns of',
    ([clang, ar]) => {
      const unit = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
      const rewritten = `std-fedcba9876543210.${unit}.rcgu.o`;
      const use =
        '\n.functype f () -> (i32)\n.globl main\nmain:\n.functype main () -> (i32)\ncall f\nend_function\n';
      const define = (type: string, body: string) =>
        `\n.globl f\nf:\n.functype f ${type}\n${body}\nend_function\n`;
      const verdictFor = (other: string) => {
        const here = join(folder, `X56${other.length}`);
        const files = {
          'main.o': use,
          'w.a': { [unit]: define('() -> (i32)', 'i32.const 1') },
          's.a': { [rewritten]: other },
        };
        writeCLink({ files, line: '' }, here, { clang, ar, target: 'wasm32' });
        const opened = openLine(['main.o', 'w.a', 's.a'].map((name) => join(here, name)));
        try {
          const [, verdict] = planTrim(opened.inputs, opened.line, { providers: [1], linker: null }).verdicts;
          return verdict.kind === 'blocked' ? verdict.blocker.code : verdict.kind;
        } finally {
          opened.close();
        }
      };
      expect(verdictFor(define('() -> (i32)', 'i32.const 2'))).toBe('drop');
      expect(verdictFor(define('(i32) -> (i32)', 'local.get 0'))).toBe('content-differs');
    },
  );
});
