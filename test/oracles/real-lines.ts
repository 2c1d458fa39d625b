import { openLine } from '../../src/link/line/open-lines.js';
import {
  isCommon,
  isDefined,
  isFunction,
  isHidden,
  isTls,
  isWeak,
  kindOf,
  NO_KIND,
} from '../../src/symbols/flags.js';
import type { Dice } from '../random/dice.js';

/** Real archives that are linked together, and the names that a program could reference in them. */
export interface Pool {
  readonly title: string;
  readonly archives: readonly PooledArchive[];
  /** Is on most lines of the pool: the C library, say. */
  readonly base: PooledArchive | null;
  /** Has one in so many lines; null: its part of all others. */
  readonly every: number | null;
}

/** Whose archives a line is of. */
export function poolOfLine(pools: readonly Pool[], line: number): Pool {
  const rare = pools.find(({ every }) => every !== null && line % every === 0);
  const common = pools.filter(({ every }) => every === null);
  return rare ?? common[line % common.length];
}

export interface PooledArchive {
  readonly path: string;
  readonly size: number;
  readonly functions: readonly string[];
  readonly data: readonly string[];
}

/** A link line over real archives, and the C program that is its `main.o`. */
export interface RealLine {
  readonly title: string;
  readonly words: readonly string[];
  readonly source: string;
}

const C_NAME = /^[A-Za-z_]\w*$/;
/** Names that have a meaning in C or for the linker. */
const TAKEN = /^(_start|main|_?_?(init|fini|end|etext|edata|bss_start)|auto|new|environ|errno)$/;

/** Reads what an archive defines that others may use, most of it being of no use to C. */
export function poolArchive(path: string, size: number, only: RegExp = C_NAME): PooledArchive {
  const opened = openLine([path]);
  try {
    const { names, flags, name, length } = opened.inputs.symbols;
    const functions = new Set<string>();
    const data = new Set<string>();
    for (let symbol = 0; symbol < length; symbol++) {
      const own = flags[symbol];
      if (!isDefined(own) || isHidden(own) || isTls(own) || isCommon(own) || kindOf(own) === NO_KIND)
        continue;
      const text = names.text(name[symbol]);
      if (!C_NAME.test(text) || !only.test(text) || TAKEN.test(text)) continue;
      if (isFunction(own)) functions.add(text);
      else if (!isWeak(own)) data.add(text);
    }
    return { path, size, functions: [...functions], data: [...data] };
  } finally {
    opened.close();
  }
}

/** Whole archives are made of small ones only: else every link is the same, and slow. */
const LARGEST_WHOLE = 1_000_000;

/**
 * A random line over a pool: some of its archives, in some order, repeated, grouped, whole; a program that uses them.
 */
export function realLine(pool: Pool, dice: Dice): RealLine {
  const { chance, below, pick, shuffle } = dice;
  const chosen = shuffle(pool.archives).slice(0, 1 + below(Math.min(4, pool.archives.length)));
  if (pool.base && chance(0.7)) chosen.push(pool.base);
  const files = chosen.flatMap((archive) => (chance(0.2) ? [archive, archive] : [archive]));
  const order = chance(0.3) ? shuffle(files) : files;
  const isGrouped = chance(0.4);
  const start = isGrouped ? below(order.length) : -1;
  const end = isGrouped ? start + below(order.length - start) : -1;
  const words = order.flatMap(({ path, size }, at) => {
    // Not one that is named twice: its files are then in the link twice, which the random links ask about.
    const isAlone = files.filter((file) => file.path === path).length === 1;
    const isWhole = isAlone && size <= LARGEST_WHOLE && chance(0.12);
    return [
      ...(at === start ? ['--start-group'] : []),
      ...(isWhole ? ['--whole-archive', path, '--no-whole-archive'] : [path]),
      ...(at === end ? ['--end-group'] : []),
    ];
  });
  const names = chosen.flatMap(({ functions }) => functions);
  if (chance(0.85)) words.unshift('main.o');
  else words.splice(below(words.length + 1), 0, 'main.o');
  if (isInside(words, 'main.o')) return realLine(pool, dice);
  if (names.length > 0 && chance(0.2)) words.unshift('-u', pick(names));
  return { title: pool.title, words, source: programOf(chosen, dice) };
}

/** A group or a whole archive must not be torn apart by what is put into the line. */
const isInside = (words: readonly string[], word: string): boolean =>
  words[words.indexOf(word) - 1] === '--whole-archive' ||
  words[words.indexOf(word) + 1] === '--no-whole-archive';

/** Definitions of the C start-up objects. */
const START_UP = `void _start(void) {}
__attribute__((visibility("hidden"))) void *__dso_handle;
`;

/** Refers to functions and data, to some weakly; now and then defines a name that an archive defines too. */
function programOf(archives: readonly PooledArchive[], { chance, below, pick }: Dice): string {
  const uses = new Map<string, string>();
  for (const { functions, data } of archives) {
    for (let count = 1 + below(4); count > 0 && functions.length > 0; count--) {
      const name = pick(functions);
      uses.set(name, chance(0.1) ? `extern char ${name}[] __attribute__((weak));` : `extern char ${name}[];`);
    }
    if (data.length > 0 && chance(0.3)) {
      const name = pick(data);
      uses.set(name, chance(0.3) ? `long ${name};` : `extern char ${name}[];`);
    }
    if (functions.length > 0 && chance(0.08)) {
      const name = pick(functions);
      uses.set(name, `${chance(0.5) ? '__attribute__((weak)) ' : ''}void ${name}(void) {}`);
    }
  }
  const slots = [...uses.keys()].map((name) => `(const void *)&${name}`).join(', ');
  return `${[...uses.values()].join('\n')}\nconst void *const uses[] = { ${slots} };\n${START_UP}`;
}
