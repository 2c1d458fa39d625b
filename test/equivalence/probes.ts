import type { Unit } from './unit.js';
import { HEADER } from './unit-header.js';

/** A unit that has one property only, for programs in which one condition decides. */
interface Probe {
  /** By which a shape finds it. */
  readonly key: string;
  /** Formats that have it; all if left out. */
  readonly formats?: readonly string[];
  readonly language?: Unit['language'];
  /** @param name `u12`: the prefix of its global names */
  source(name: string): string;
}

const PRINTS = (name: string) =>
  `__attribute__((constructor)) static void greet(void) { say("+${name}", 0); }\n`;

/** A name that the probe `taker` defines, and a grown copy of `giver`. */
export const TAKEN = 'extra_of_probes';
/** A name that the probes `copied` and `between` define, each in its own way. */
export const BOUND = 'bound_of_probes';
/** A name of which the probe `versioned` defines versions V0 and V2, and slim copies V2 alone. */
export const VERSIONED = 'versioned_of_probes';
/** State of the probe `divided`, of which optimisation made two. */
const DIVIDED = '_RNvCs1_7dividedSTATE';
/** State of a crate, which optimisation moves from the probe `crate user` to `crate owner`. */
export const CRATE_STATE = 'crate_of_probes';

/** Before the names that both libraries with a counter define. */
const COUNTED = 'counted_of_probes';

const C_PROBES: readonly Probe[] = [
  {
    key: 'pieces',
    source: (name) => `int ${name}_f(int), ${name}_g(int);
${PRINTS(name)}#ifndef REST
int ${name}_f(int depth) { return depth + 1; }
#endif
#ifndef SLIM
int ${name}_g(int depth) { return depth + 2; }
#endif
`,
  },
  { key: 'taker', source: () => `int ${TAKEN}(int);\nint ${TAKEN}(int depth) { return depth + 3; }\n` },
  {
    key: 'giver',
    source: (name) => `int ${name}_f(int), ${TAKEN}(int);
int ${name}_f(int depth) { return depth + 4; }
#ifdef GROWN
int ${TAKEN}(int depth) { return depth + 5; }
#endif
`,
  },
  { key: 'copied', source: () => `int ${BOUND}(int);\nint ${BOUND}(int depth) { return depth + 11; }\n` },
  { key: 'between', source: () => `int ${BOUND}(int);\nint ${BOUND}(int depth) { return depth + 12; }\n` },
  {
    key: 'starter',
    source: (name) => `int ${name}_f(int);
#ifndef SLIM
${PRINTS(name)}#endif
int ${name}_f(int depth) { return depth + 13; }
`,
  },
  {
    key: 'crate owner',
    source: (name) => `int ${name}_f(int);
#ifdef REWRITTEN
static int ${CRATE_STATE};
#else
extern int ${CRATE_STATE};
#endif
int ${name}_f(int depth) { return depth + ${CRATE_STATE}++; }
`,
  },
  {
    key: 'crate user',
    source: (name) => `int ${name}_f(int);
int ${CRATE_STATE} = 0;
int ${name}_f(int depth) { return 100 * (depth + ${CRATE_STATE}++); }
`,
  },
  {
    key: 'adder',
    source: (name) => `int ${name}_f(int);
int ${name}_f(int depth) { return depth + 6; }
#ifdef GROWN
__attribute__((section(REGISTRY(0)), used)) static Entry entry = { "${name}.0", ${name}_f };
#endif
`,
  },
];

const ROW = (value: number) => (name: string) =>
  `int ${name}_f(int);
__attribute__((section(TABLE), used)) static int row = ${value};
int ${name}_f(int depth) { return depth + row; }
`;

const ELF_PROBES = (
  [
    {
      key: 'data',
      source: (name) => `int ${name}_f(int);
int ${name}_data[2 + RESIZED] = { 5 + RESIZED };
int ${name}_f(int depth) { return depth + ${name}_data[0]; }
`,
    },
    {
      key: 'optional',
      source: (name) => `int ${name}_f(int), ${name}_weak(int);
int ${name}_f(int depth) { return depth + 9; }
#ifndef SLIM
int ${name}_weak(int depth) { return depth + 10; }
#endif
`,
    },
    {
      key: 'versioned',
      source: (name) => `int ${name}_f(int), ${name}_old(int), ${name}_new(int);
int ${name}_f(int depth) { return depth + 14; }
int ${name}_new(int depth) { return depth + 15; }
__asm__(".symver ${name}_new, ${VERSIONED}@@V2");
#ifndef SLIM
int ${name}_old(int depth) { return depth + 16; }
__asm__(".symver ${name}_old, ${VERSIONED}@V0");
#endif
`,
    },
    {
      key: 'divided',
      source: (name) => `int ${name}_f(int);
#if defined REWRITTEN || defined HELPER
int ${name}_helper(int);
#endif
#ifdef HELPER
static int state LABEL("${DIVIDED}.0") = 0;
int ${name}_helper(int depth) { return depth > 0 ? state += depth : state; }
#else
#ifdef REWRITTEN
int state LABEL("${DIVIDED}.llvm.77") __attribute__((visibility("hidden"))) = 0;
#else
static int state LABEL("${DIVIDED}") = 0;
static int ${name}_helper(int depth) { return depth > 0 ? state += depth : state; }
#endif
int ${name}_f(int depth) { state += 2; return depth + ${name}_helper(0); }
#endif
`,
    },
    { key: 'row', source: ROW(71) },
    { key: 'other row', source: ROW(72) },
  ] satisfies Probe[]
).map((probe): Probe => ({ ...probe, formats: ['elf'] }));

/** Functions of `x.dll`, whose import library has GNU tools' members, and of `y.dll`, which has short ones. */
export const IMPORTED = ['ext0', 'ext1'] as const;
export const SHORTLY_IMPORTED = ['ext2', 'ext3'] as const;

/** Refers to the first function always, to the second if the copy is not slim. */
const userOf =
  ([first, second]: readonly string[]) =>
  (name: string) =>
    `int ${name}_f(int), ${first}(int), ${second}(int);
void *${name}_first(void) { return (void *)${first}; }
#ifndef SLIM
void *${name}_second(void) { return (void *)${second}; }
#endif
int ${name}_f(int depth) { return depth + 7; }
`;

/** Has a reference to a DLL only if the copy is not slim. */
const lastUserOf = (imported: string) => (name: string) =>
  `int ${name}_f(int), ${imported}(int);
#ifndef SLIM
void *${name}_only(void) { return (void *)${imported}; }
#endif
int ${name}_f(int depth) { return depth + 8; }
`;

/** Source: the assembly that binutils' dlltool writes. */
const importThunk = (imported: string) => `.text
.globl ${imported}
${imported}: jmp *__imp_${imported}(%rip)
.section .idata$7,"dw"
.rva _head_x
.section .idata$5,"dw"
.globl __imp_${imported}
__imp_${imported}: .rva .Lname
.long 0
.section .idata$4,"dw"
.rva .Lname
.long 0
.section .idata$6,"dw"
.Lname: .short 1
.asciz "${imported}"
`;

const IMPORT_HEAD = `.section .idata$2,"dw"
.globl _head_x
_head_x: .rva hname
.long 0, 0
.rva x_iname
.rva fthunk
.section .idata$5,"dw"
fthunk:
.section .idata$4,"dw"
hname:
`;

const IMPORT_TAIL = `.section .idata$4,"dw"
.quad 0
.section .idata$5,"dw"
.quad 0
.section .idata$7,"dw"
.globl x_iname
x_iname: .asciz "x.dll"
`;

const IMPORT_PROBES: readonly Probe[] = [
  { key: 'import user', source: userOf(IMPORTED) },
  { key: 'last import user', source: lastUserOf(IMPORTED[0]) },
  { key: 'short import user', source: userOf(SHORTLY_IMPORTED) },
  { key: 'last short import user', source: lastUserOf(SHORTLY_IMPORTED[0]) },
  { key: 'import head', language: 'assembly', source: () => IMPORT_HEAD },
  { key: 'import tail', language: 'assembly', source: () => IMPORT_TAIL },
  ...IMPORTED.map(
    (name): Probe => ({ key: `import ${name}`, language: 'assembly', source: () => importThunk(name) }),
  ),
  ...SHORTLY_IMPORTED.map(
    (name): Probe => ({ key: `import ${name}`, language: 'short-import', source: () => `${name} y.dll` }),
  ),
];
const PE_PROBES = IMPORT_PROBES.map((probe): Probe => ({ ...probe, formats: ['pe'] }));

/**
 * State and code of two libraries, whose copies differ in a function that nothing uses. All copies return the same, as
 * long as there is one counter.
 */
const STATE_PROBES: readonly Probe[] = [
  {
    key: 'counter',
    source: (name) => `int ${COUNTED}_count = 1;
int ${COUNTED}_bump(int);
int ${COUNTED}_bump(int depth) { return ${COUNTED}_count += depth; }
#ifdef GROWN
int ${name}_unused(int depth) { return depth * 3; }
#endif
`,
  },
  {
    key: 'pure',
    source: (name) => `int ${COUNTED}_pure(int);
int ${COUNTED}_pure(int depth) { return depth * 11; }
#ifdef GROWN
int ${name}_unused(int depth) { return depth * 5; }
#endif
`,
  },
  ...['first', 'second'].map(
    (which, at): Probe => ({
      key: `${which} counter user`,
      source: (name) => `int ${name}_f(int), ${COUNTED}_bump(int), ${COUNTED}_pure(int);
int ${name}_f(int depth) { return ${COUNTED}_bump(depth + ${at}) * 100 + ${COUNTED}_pure(depth); }
`,
    }),
  ),
];

/** The probes of a format as units. @param first the id of the first of them */
export function probesOf(format: string, first: number): Unit[] {
  return [...C_PROBES, ...ELF_PROBES, ...PE_PROBES, ...STATE_PROBES]
    .filter(({ formats }) => formats?.includes(format) ?? true)
    .map(({ key, language = 'c', source }, at) => {
      const id = first + at;
      const name = `u${id}`;
      const text = source(name);
      return {
        id,
        name,
        language,
        source: language === 'c' ? `${HEADER}${text}` : text,
        needs: [],
        hasLog: false,
        hasTable: text.includes('section(TABLE)'),
        titles: [],
        extras: [],
        hasData: false,
        shared: [],
        hasHelper: false,
        probe: key,
      };
    });
}

const HEADER_SIZE = 20;
const AMD64 = 0x8664;
/** IMPORT_CODE with IMPORT_OBJECT_NAME. Source: "Import Library Format" of Microsoft's "PE Format". */
const CODE_BY_NAME = 1 << 2;

/** The member of an import library of MSVC's tools. @param source a function and its DLL */
export function shortImport(source: string): Buffer {
  const names = Buffer.from(source.replace(' ', '\0').concat('\0'));
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt16LE(0xffff, 2);
  header.writeUInt16LE(AMD64, 6);
  header.writeUInt32LE(names.length, 12);
  header.writeUInt16LE(CODE_BY_NAME, 18);
  return Buffer.concat([header, names]);
}
