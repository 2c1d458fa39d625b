import { bitcodeWithHash } from '../../src/link/notation/notation-bitcode.js';
import { type Dice, diceOf } from '../random/dice.js';
import type { Unit } from './unit.js';
import { HEADER } from './unit-header.js';

/*
 * Crates of two units as rustc writes them: the copy of a library without LTO has the hash of its module in embedded
 * bitcode, the copy that thin LTO rewrote has it in the names of promoted symbols, and lacks functions that nothing in
 * its library uses. With a file for each library that uses the crate.
 */

/** Crates of a world, each with features of its own. */
export const LTO_CRATES = 8;

/** Probes of a crate: its units, a file that needs what only the plain copy has, one that needs a promoted symbol. */
export const ltoProbes = (crate: number) => ({
  first: `lto ${crate} first`,
  second: `lto ${crate} second`,
  pinned: `lto ${crate} pinned`,
  user: `lto ${crate} user`,
});

const hashOf = (id: number, isOther: boolean): string =>
  String(5_817_923_044_627_203_000n + BigInt(id * 2 + (isOther ? 1 : 0)));

/** A section for each function and global, as rustc makes them; static functions that LTO makes hidden globals. */
const MACROS = `
#define CODE(n) __attribute__((section(".text." #n), noinline))
#define STATE(n) __attribute__((section(".data." #n)))
#define CONSTANT(n) __attribute__((section(".rodata." #n)))
#ifdef REWRITTEN
#define INTERNAL __attribute__((visibility("hidden")))
#define PROMOTED(text) LABEL(text)
#else
#define INTERNAL static
#define PROMOTED(text)
#endif
`;

const bitcode = (hash: string): string =>
  `__asm__(".section .llvmbc,\\"e\\",@progbits\\n.byte ${[...bitcodeWithHash(hash)].join()}\\n.previous");\n`;

/** A piece of a unit, and the terms that it adds to the functions that both copies have, and to those of one. */
interface LtoPiece {
  readonly text?: string;
  readonly shared?: string;
  readonly gap?: string;
}

interface LtoFeature {
  readonly share: number;
  readonly onlyCxx?: boolean;
  write(name: string, id: number): LtoPiece;
}

const LTO_FEATURES: readonly LtoFeature[] = [
  { share: 0.6, write: (name) => ({ shared: `${name}_state++`, gap: `2 * ${name}_state` }) },
  { share: 0.5, write: (name) => ({ shared: `${name}_inner(depth)` }) },
  { share: 0.5, write: (name) => ({ gap: `${name}_inner(depth)` }) },
  { share: 0.5, write: (name) => ({ gap: `${name}_f(depth - 1) + ${name}_plain(depth)` }) },
  {
    share: 0.5,
    write: (name) => ({
      text: `STATE(${name}_own) static int ${name}_own;\n`,
      gap: `++${name}_own`,
    }),
  },
  {
    share: 0.3,
    write: (name) => ({
      text: `STATE(${name}_counter) static int ${name}_counter;\n`,
      shared: `++${name}_counter`,
    }),
  },
  {
    // State of both: such a crate is not redirected.
    share: 0.12,
    write: (name) => ({
      text: `STATE(${name}_mixed) static int ${name}_mixed;\n`,
      shared: `++${name}_mixed`,
      gap: `++${name}_mixed`,
    }),
  },
  {
    // A constant whose address both may compare: neither.
    share: 0.12,
    write: (name, id) => ({
      text: `CONSTANT(${name}_table) static const int ${name}_table[4] = { ${id}, 2, 3, 5 };\n`,
      shared: `(&${name}_table[depth & 3])[0]`,
      gap: `(&${name}_table[depth & 1])[0]`,
    }),
  },
  {
    share: 0.4,
    write: (name) => ({
      text: `static int (*volatile const ${name}_steps[2])(int) = { ${name}_plain, ${name}_call };\n`,
      gap: `${name}_steps[depth & 1](depth)`,
    }),
  },
  {
    share: 0.4,
    onlyCxx: true,
    write: (name, id) => ({
      text: `__attribute__((noinline)) inline int ${name}_inline(int depth) { static int calls; return ++calls + depth * ${id}; }\n`,
      shared: `${name}_inline(depth)`,
      gap: `${name}_inline(1)`,
    }),
  },
  {
    share: 0.3,
    write: (name, id) => ({
      text: `extern __thread int ${name}_tls __attribute__((tls_model("initial-exec")));\n__thread int ${name}_tls = ${id};\n`,
      shared: `${name}_tls++`,
      gap: `${name}_tls`,
    }),
  },
  {
    share: 0.3,
    write: (name, id) => ({
      text: `__attribute__((constructor)) static void ${name}_set(void) { ${name}_state = ${id + 500}; }\n`,
    }),
  },
  {
    share: 0.2,
    write: (name) => ({
      text: `__attribute__((constructor)) static void ${name}_greet(void) { say("+${name}", 0); }\n`,
    }),
  },
  {
    share: 0.2,
    write: (name, id) => ({
      text: `int ${name}_hook(int);\n__attribute__((weak)) int ${name}_hook(int depth) { return depth + ${id}; }\n`,
      shared: `${name}_hook(1)`,
      gap: `${name}_hook(2)`,
    }),
  },
];

/** A unit of a crate. @param partner the other: LTO inlined a function of it that uses its internal function */
function crateSource(
  name: string,
  id: number,
  partner: string,
  partnerId: number,
  isCxx: boolean,
  dice: Dice,
) {
  const { chance } = dice;
  const chosen = LTO_FEATURES.filter((one) => chance(one.share) && !(one.onlyCxx && !isCxx));
  const pieces = chosen.map((one) => one.write(name, id));
  const sum = (terms: readonly (string | undefined)[]) => ['depth', ...terms.filter(Boolean)].join(' + ');
  const [hash, partnerHash] = [id, partnerId].map((one) => hashOf(one, false));
  const isCalled = chance(0.6);
  const inlined = `#ifdef REWRITTEN\nextern int ${partner}_inner(int) LABEL("${partner}_inner.llvm.${partnerHash}");\n#define CALL_PARTNER ${partner}_inner\n#else\nint ${partner}_call(int);\n#define CALL_PARTNER ${partner}_call\n#endif\n`;
  return [
    isCxx ? 'extern "C" {\n' : '',
    HEADER,
    MACROS,
    `#ifndef REWRITTEN\n#ifdef OTHER\n${bitcode(hashOf(id, true))}#else\n${bitcode(hash)}#endif\n#endif\n`,
    `int ${name}_f(int), ${name}_g(int), ${name}_plain(int), ${name}_call(int), ${partner}_f(int);\n`,
    isCalled ? inlined : '',
    `int ${name}_state __attribute__((section(".data.${name}_state"))) = ${id} + VALUE;\n`,
    `INTERNAL int ${name}_inner(int) PROMOTED("${name}_inner.llvm.${hash}");\n`,
    `CODE(${name}_inner) INTERNAL int ${name}_inner(int depth) { return depth * ${id} + VALUE; }\n`,
    ...pieces.map(({ text = '' }) => text),
    `CODE(${name}_call) int ${name}_call(int depth) { return ${name}_inner(depth); }\n`,
    `CODE(${name}_plain) int ${name}_plain(int depth) { return depth + ${id}; }\n`,
    `CODE(${name}_f) int ${name}_f(int depth) { return depth <= 0 ? ${id} : ${sum([...pieces.map(({ shared }) => shared), isCalled ? 'CALL_PARTNER(depth)' : undefined, `3 * ${partner}_f(depth - 1)`])}; }\n`,
    `#ifndef SLIM\nCODE(${name}_g) int ${name}_g(int depth) { return ${sum(pieces.map(({ gap }) => gap))}; }\n#endif\n`,
    isCxx ? '}\n' : '',
  ].join('');
}

const pinnedSource = (name: string, [first, second]: readonly string[]): string =>
  `${HEADER}int ${name}_f(int), ${first}_g(int), ${first}_f(int), ${second}_f(int);
int ${name}_f(int depth) { return ${first}_g(depth) * 5 + ${first}_f(1) + ${second}_f(depth - 1); }
`;

const userSource = (name: string, [first, second]: readonly string[], id: number): string =>
  `${HEADER}int ${name}_f(int), ${second}_f(int);
extern int inner(int) LABEL("${first}_inner.llvm.${hashOf(id, false)}");
int ${name}_f(int depth) { return inner(depth) * 7 + ${second}_f(depth - 1); }
`;

/** The units of all crates of a world. @param first the id of the first of them */
export function ltoUnits(seed: number, first: number): Unit[] {
  return Array.from({ length: LTO_CRATES }, (_, crate) => {
    const dice = diceOf(seed * 6151 + crate * 31 + 5);
    const ids = [0, 1, 2, 3].map((at) => first + 4 * crate + at);
    const names = ids.map((id) => `u${id}`);
    const keys = ltoProbes(crate);
    const isCxx = [dice.chance(0.4), dice.chance(0.4)];
    const unitOf = (at: number, probe: string, source: string): Unit => ({
      ...{ id: ids[at], name: names[at], source, probe, language: isCxx[at] ? 'c++' : 'c' },
      ...{ needs: [], hasLog: false, hasTable: false, titles: [], extras: [], hasData: false, shared: [] },
      hasHelper: false,
    });
    const crateUnit = (at: number, probe: string) =>
      unitOf(at, probe, crateSource(names[at], ids[at], names[1 - at], ids[1 - at], isCxx[at], dice));
    return [
      crateUnit(0, keys.first),
      crateUnit(1, keys.second),
      unitOf(2, keys.pinned, pinnedSource(names[2], names)),
      unitOf(3, keys.user, userSource(names[3], names, ids[0])),
    ];
  }).flat();
}
