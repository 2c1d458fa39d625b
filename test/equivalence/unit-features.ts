import type { Dice } from '../random/dice.js';

/** The parts of a unit that a feature may use. */
export interface UnitSketch {
  /** `u3`: the prefix of every global name of the unit. */
  readonly name: string;
  readonly id: number;
  readonly isCxx: boolean;
  /** Set where linkers refuse two strong definitions of a name whatever the options. */
  readonly isWeakOnly: boolean;
  /** The unit that has the state of the crate where the units of a crate share some; null where they do not. */
  readonly crateOwner: number | null;
  /** Makes sure that programs with this unit have another one. */
  need(id: number): void;
  /** Another unit of the world; every unit defines `<name>_f`, `<name>_plain` and `<name>_state`. */
  other(): string;
  /** A unit that defines a log. */
  logger(): string;
  /** ` ` for none, or the argument list of a constructor or destructor attribute: `(200)`. */
  priority(): string;
}

/** Source text, and the terms that it adds to the value of the unit's function. */
export interface Piece {
  readonly text: string;
  readonly terms?: readonly string[];
  /** The part that is only in the copy with what slim ones lack. */
  readonly rest?: string;
  /** Content of the separate file that rewritten copies need. */
  readonly helper?: string;
}

/** A feature writes a piece of C that is valid C++ too. */
export interface Feature {
  readonly title: string;
  /** How often a unit has it. */
  readonly share: number;
  /** Formats that have it; all if left out. */
  readonly formats?: readonly string[];
  readonly onlyCxx?: boolean;
  readonly onlyC?: boolean;
  write(unit: UnitSketch, dice: Dice): Piece;
}

/** Names of counters of crates begin with this. */
export const CRATE_COUNTER = 'crate_of_';

/** Names that several units define: weak and strong functions, tentative definitions, inline functions. */
export const SHARED_NAMES = 3;
/** Registries that are walked from `__start_registry<n>` to `__stop_registry<n>`. */
export const REGISTRIES = 2;

const hook = (kind: 'constructor' | 'destructor', unit: UnitSketch, name: string, body: string): string =>
  `__attribute__((${kind}${unit.priority()})) static void ${name}(void) { ${body} }\n`;

/**
 * The features. What runs twice where a link has two copies of a unit is idempotent, or is reported with the unit's
 * name, so that `normalise` can tell the first run from the second.
 */
export const features: readonly Feature[] = [
  {
    title: 'a constructor writes state of its own',
    share: 0.3,
    write: (unit) => ({
      text: `static int own;\n${hook('constructor', unit, 'set_own', `own = ${unit.id + 11};`)}`,
      terms: ['own'],
    }),
  },
  {
    title: 'a constructor writes a global variable',
    share: 0.3,
    write: (unit) => ({
      text: hook('constructor', unit, 'set_state', `${unit.name}_state = ${unit.id + 500};`),
    }),
  },
  {
    title: 'a constructor reads the state of another unit',
    share: 0.3,
    write: (unit) => {
      const other = unit.other();
      return {
        text: `extern int ${other}_state;\nstatic int seen;\n${hook('constructor', unit, 'see', `seen = ${other}_state;`)}`,
        terms: ['seen'],
      };
    },
  },
  {
    title: 'a constructor calls another unit',
    share: 0.15,
    write: (unit) => ({
      text: `static int answer;\n${hook('constructor', unit, 'ask', `answer = ${unit.other()}_plain(1);`)}`,
      terms: ['answer'],
    }),
  },
  {
    title: 'a constructor prints',
    share: 0.25,
    write: (unit) => {
      const text = hook('constructor', unit, 'greet', `say("+${unit.name}", 0);`);
      return { text, rest: text };
    },
  },
  {
    title: 'a constructor that slim copies lack',
    share: 0.12,
    write: (unit) => ({
      text: `#ifndef SLIM\n${hook('constructor', unit, 'greet_too', `say("+${unit.name}.too", 0);`)}#endif\n`,
    }),
  },
  {
    title: 'a name that grown copies of other units define too',
    share: 0.12,
    write: (unit) => ({
      text: `#define HAS_EXTRA\nint extra(int);\n${unit.isWeakOnly ? '__attribute__((weak)) ' : ''}int extra(int depth) { return depth + ${unit.id * 10}; }\n`,
      terms: ['extra(1)'],
    }),
  },
  {
    title: 'one more name in grown copies',
    share: 0.5,
    write: ({ isWeakOnly }) => ({
      text: `#if defined GROWN && !defined HAS_EXTRA\nint extra(int);\n${isWeakOnly ? '__attribute__((weak)) ' : ''}int extra(int depth) { return depth + 5; }\n#endif\n`,
    }),
  },
  {
    title: 'state that optimisation copied into another file',
    share: 0.12,
    formats: ['elf'],
    write: ({ name, id }) => {
      const symbol = `_RNvCs1_2rt${id}STATE`;
      const count = 'depth > 0 ? inner_state += depth : inner_state';
      return {
        text: `#ifdef REWRITTEN\nint inner_state LABEL("${symbol}.llvm.77") __attribute__((visibility("hidden"))) = 0;\nint ${name}_helper(int);\n#else\nstatic int inner_state LABEL("${symbol}") = 0;\nstatic int ${name}_helper(int depth) { return ${count}; }\n#endif\n`,
        terms: [`(inner_state += 2, ${name}_helper(0))`],
        helper: `static int inner_state LABEL("${symbol}.0") = 0;\nint ${name}_helper(int depth) { return ${count}; }\n`,
      };
    },
  },
  {
    title: 'state of a crate that optimisation gave to one unit',
    share: 1,
    formats: ['elf'],
    write: ({ id, crateOwner, need }) => {
      if (crateOwner === null) return { text: '' };
      const [counter, bump] = [`${CRATE_COUNTER}u${crateOwner}`, `u${crateOwner}_bump`];
      const weak = `__attribute__((weak)) int ${counter};\n`;
      if (id === crateOwner)
        return {
          text: `#ifdef REWRITTEN\nstatic int ${counter} LABEL("${counter}");\n#else\n${weak}#endif\nint ${bump}(void);\nint ${bump}(void) { return ${counter}++; }\n`,
          terms: [`${bump}()`],
        };
      need(crateOwner);
      return {
        text: `#ifdef REWRITTEN\nint ${bump}(void);\n#define BUMP ${bump}()\n#else\n${weak}#define BUMP ${counter}++\n#endif\n`,
        terms: ['BUMP'],
      };
    },
  },
  {
    title: 'a constructor appends to the log of another unit',
    share: 0.15,
    write: (unit) => {
      const log = unit.logger();
      return { text: hook('constructor', unit, 'enter', append(log, unit.id)) };
    },
  },
  {
    title: 'a destructor prints',
    share: 0.15,
    formats: ['elf', 'pe', 'macho'],
    write: (unit) => ({
      text: hook('destructor', unit, 'leave', `say("-${unit.name}", ${unit.name}_state);`),
    }),
  },
  {
    title: 'a destructor writes state',
    share: 0.12,
    formats: ['elf', 'pe', 'macho'],
    write: (unit) => ({ text: hook('destructor', unit, 'clear', `${unit.name}_state = -${unit.id};`) }),
  },
  {
    title: 'a destructor reports the state of another unit',
    share: 0.12,
    formats: ['elf', 'pe', 'macho'],
    write: (unit) => {
      const other = unit.other();
      const text = hook('destructor', unit, 'report', `say("-${unit.name}.report", ${other}_state);`);
      return { text: `extern int ${other}_state;\n${text}` };
    },
  },
  {
    title: 'a constructor registers a function to be called at exit',
    share: 0.1,
    formats: ['elf'],
    write: (unit) => ({
      text: `static void at_exit(void *data) { (void)data; say("-${unit.name}.exit", 1); }\n${hook('constructor', unit, 'enlist', '__cxa_atexit(at_exit, 0, &__dso_handle);')}`,
    }),
  },
  {
    title: 'a constructor allocates and frees',
    share: 0.08,
    formats: ['elf'],
    write: (unit) => ({ text: hook('constructor', unit, 'try_memory', 'free(malloc(8));') }),
  },
  {
    title: 'a global object with constructor and destructor',
    share: 0.35,
    onlyCxx: true,
    formats: ['elf'],
    write: (unit) => {
      const other = unit.other();
      return {
        // Outside of extern "C", which would make a global name of the object.
        text: `extern int ${other}_state;\n}\nnamespace { struct Object { int value; Object() : value(${other}_state + 1) {} ~Object() { say("-${unit.name}.object", value); } } object; }\nextern "C" {\n`,
        terms: ['object.value'],
      };
    },
  },
  {
    title: 'an entry of a registry',
    share: 0.35,
    write: (unit, { below, chance }) => {
      const call = chance(0.5) ? 'entry_call' : `${unit.name}_f`;
      const entries = Array.from({ length: chance(0.2) ? 2 : 1 }, (_, at) => {
        const section = `__attribute__((section(REGISTRY(${below(REGISTRIES)})), used))`;
        return `${section} static Entry entry${at} = { "${unit.name}.${at}", ${call} };\n`;
      });
      return {
        text: `static int calls;\nstatic int entry_call(int depth) { return ++calls > 0 ? ${unit.id} + depth : 0; }\n${entries.join('')}__attribute__((used)) static int (*const keep_entry)(int) = entry_call;\n`,
      };
    },
  },
  {
    title: 'a walk over a registry',
    share: 0.08,
    formats: ['elf', 'wasm'],
    write: (_, { below }) => {
      const which = below(REGISTRIES);
      return {
        text: `extern Entry __start_registry${which}[] __attribute__((weak, visibility("hidden"))), __stop_registry${which}[] __attribute__((weak, visibility("hidden")));\nstatic int first_letter(void) { for (Entry *one = __start_registry${which}; one != __stop_registry${which}; one++) if (one->id) return one->id[1]; return 0; }\n`,
        terms: ['first_letter()'],
      };
    },
  },
  {
    title: 'an entry of a table that only a linker script or the file itself makes found',
    share: 0.15,
    write: (unit) => ({
      text: `__attribute__((section(TABLE), used)) static int row = ${unit.id + 7000};\n`,
    }),
  },
  {
    title: 'a weak reference',
    share: 0.2,
    write: (unit) => {
      const other = unit.other();
      return {
        text: `extern int ${other}_weak(int) __attribute__((weak));\n`,
        terms: [`(${other}_weak ? ${other}_weak(1) : 77)`],
      };
    },
  },
  {
    title: 'a function that is only referenced weakly',
    share: 0.4,
    write: (unit) => ({
      text: `#ifndef SLIM\nint ${unit.name}_weak(int depth) { return depth + ${unit.id + 40}; }\n#endif\n`,
    }),
  },
  {
    title: 'a weak or a strong definition of a name that others define too',
    share: 0.3,
    write: (unit, { below, chance }) => {
      const which = below(SHARED_NAMES);
      const weak = chance(0.5) || unit.isWeakOnly ? '__attribute__((weak)) ' : '';
      return {
        text: `int shared${which}(int);\n${weak}int shared${which}(int depth) { return depth + ${unit.id * 10}; }\n`,
        terms: [`shared${which}(1)`],
      };
    },
  },
  {
    title: 'a tentative definition',
    share: 0.15,
    onlyC: true,
    formats: ['elf', 'pe'],
    write: (_, { below }) => {
      const which = below(SHARED_NAMES);
      return {
        text: `int tentative${which}[${1 + below(4)}];\n`,
        terms: [`tentative${which}[0]++`],
      };
    },
  },
  {
    title: 'an inline function with state, a template, an inline variable',
    share: 0.6,
    onlyCxx: true,
    write: (unit, { below }) => {
      const which = below(SHARED_NAMES);
      return {
        text: `}\ninline int inline_count${which} = ${which + 5};\ninline int inline_call${which}(int step) { static int total = ${which}; total += step; return total + inline_count${which}++; }\ntemplate <int N> struct Holder { static int value; static int next() { return value++; } };\ntemplate <int N> int Holder<N>::value = N;\nextern "C" {\n`,
        terms: [`inline_call${which}(${unit.id})`, `Holder<${which}>::next()`],
      };
    },
  },
  {
    title: 'thread-local state',
    share: 0.15,
    formats: ['elf'],
    write: (unit) => ({
      text: `__thread int ${unit.name}_tls = ${unit.id + 3};\n`,
      terms: [`${unit.name}_tls++`],
    }),
  },
  {
    title: 'a reference to an old version of a library function',
    share: 0.1,
    formats: ['elf'],
    write: (unit) => ({
      text: `void *old_memcpy(void *, const void *, unsigned long);\n__asm__(".symver old_memcpy, memcpy@GLIBC_2.2.5");\nstatic int copied(void) { static int from = ${unit.id}, to; old_memcpy(&to, &from, sizeof to); return to; }\n`,
      terms: ['copied()'],
    }),
  },
  {
    title: 'an indirect function',
    share: 0.1,
    formats: ['elf'],
    write: (unit) => ({
      text: `static int chosen(int depth) { return depth * 2 + ${unit.id}; }\nstatic int (*resolve_chosen(void))(int) { return chosen; }\nint ${unit.name}_indirect(int) __attribute__((ifunc("resolve_chosen")));\n`,
      terms: [`${unit.name}_indirect(2)`],
    }),
  },
  {
    title: 'a hidden function that another unit may call',
    share: 0.3,
    write: (unit) => ({
      text: `__attribute__((visibility("hidden"))) int ${unit.name}_hidden(int depth) { return depth + ${unit.id + 60}; }\n`,
      terms: [`${unit.name}_hidden(1)`],
    }),
  },
  {
    title: 'a static counter of two functions',
    share: 0.4,
    write: ({ name }) => ({
      text: `static int counter;\n#ifndef SLIM\nint ${name}_count(int depth) { return counter += depth; }\n#endif\n`,
      terms: ['counter++'],
    }),
  },
  {
    title: 'data whose size is another one in another build',
    share: 0.3,
    write: ({ name }) => ({ text: `int ${name}_data[2 + RESIZED] = { 5 + RESIZED };\n` }),
  },
];

/** One entry a log holds, in order; the log is printed at the end. */
const append = (log: string, id: number): string =>
  `if (${log}_length < 64) ${log}_log[${log}_length++] = ${id};`;
