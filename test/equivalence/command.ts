import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EditKind } from '../../src/plan/edits/edit-plan.js';
import type { BlockCode } from '../../src/plan/verdict.js';
import { ObjectPool } from './compile-units.js';
import { describeProgram } from './describe-program.js';
import { elfFormat } from './elf-format.js';
import type { EquivalenceFormat } from './format.js';
import { makeProgram } from './make-program.js';
import { makeWorld } from './make-world.js';
import { emptyTally, type Failure, measure, PROGRAMS_PER_WORLD, type Tally } from './measure.js';
import { machoFormat, mingwFormat, msvcFormat } from './native-formats.js';
import type { Choices } from './program.js';
import { Results, subtractTallies } from './results.js';
import { wasmFormat } from './wasm-format.js';

/** Paths that tools/equivalence.ts provides. */
export interface Places {
  /** The sources of the C programs that serve. */
  readonly sources: string;
  /** A folder that is removed at the end. */
  readonly folder: string;
  /** Where compiled units are kept, and results unless another file is named. */
  readonly kept: string;
  readonly wrapper: string;
  /** Of the sources, as git describes it. */
  readonly revision: string;
}

const HELP = `Builds small programs, links each as given and with trimmed archives, and compares all that can be observed.

npm run equivalence -- [options]

  --format <name>         elf, wasm, macho, mingw or msvc (elf)
  --programs <number>     how many, from where the results file ends (500)
  --seeds <from-to>       these instead; number n is the same on every machine
  --mutate <codes>        overlook a condition, by the code of its violations: something must then differ; several are
                          separated by commas, each is tried until a program differs without it; all: all of them
  --edits                 edit symbols where the planner allows it: redirect, yield, isolate, first-wins; prints the programs
                          that were edited, by kind of edit, and the conditions that refused requests
  --results <file>        where results accumulate (.corpus/equivalence/results.jsonl); not written with --seeds,
                          --mutate, --without, --shape or --edits
  --without <pattern>     leave features and outputs out whose titles match
  --shape <pattern>       only small programs of shapes whose titles match; nothing is kept of these. With --edits,
                          'thin LTO' is for redirects, 'a counter and a function' for state that an edit might split
  --enough <number>       stop after so many differences (5)
  --no-shrink             report programs as they are
  --show                  print the programs of --seeds, and the sources of their units
  --help                  this

Exits 1 when anything differs; with --mutate, when nothing does.
`;

const FORMATS: Readonly<
  Record<string, (pool: ObjectPool, folder: string, sources: string) => EquivalenceFormat>
> = {
  elf: elfFormat,
  wasm: wasmFormat,
  macho: machoFormat,
  mingw: mingwFormat,
  msvc: msvcFormat,
};

const OPTIONS = {
  format: { type: 'string', default: 'elf' },
  programs: { type: 'string', default: '500' },
  seeds: { type: 'string' },
  mutate: { type: 'string' },
  results: { type: 'string' },
  without: { type: 'string' },
  shape: { type: 'string' },
  edits: { type: 'boolean', default: false },
  enough: { type: 'string', default: '5' },
  'no-shrink': { type: 'boolean', default: false },
  show: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Rows of the results file: a run that is killed loses fewer programs than this. */
const STRETCH = 50;

/** @returns what is wrong with the arguments, where something is */
function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns the exit code */
export async function main(args: readonly string[], places: Places): Promise<number> {
  const values = readOptions(args);
  if (typeof values === 'string') {
    console.error(`equivalence: ${values}`);
    return 2;
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const make = FORMATS[values.format];
  if (make === undefined)
    throw new Error(`--format ${values.format}: expected ${Object.keys(FORMATS).join(', ')}`);
  const pool = new ObjectPool(join(places.kept, 'objects'));
  const format = make(pool, join(places.folder, 'runtime'), places.sources);
  try {
    const results = new Results(
      values.results ?? join(places.kept, 'results.jsonl'),
      format.name,
      places.revision,
    );
    const isKept = [
      values.seeds,
      values.mutate,
      values.without,
      values.shape,
      values.edits || undefined,
    ].every((one) => one === undefined);
    const shapes = values.shape === undefined ? undefined : new RegExp(values.shape);
    const [from, to] = rangeOf(values.seeds, isKept ? results.next() : 1, Number(values.programs));
    if (values.show) return show(format, from, to, { shapes, edits: values.edits });
    const start = performance.now();
    const mutated = conditionsOf(values.mutate, format);
    const caught = new Map<BlockCode, number>();
    const refusals = new Map<string, number>();
    let known = emptyTally();
    let begun = from;
    const tally = await measure({
      format,
      from,
      to,
      folder: join(places.folder, 'program'),
      wrapper: format.isWrapped ? places.wrapper : null,
      without: values.without === undefined ? undefined : new RegExp(values.without),
      shapes,
      edits: values.edits,
      mutated,
      enough: Number(values.enough),
      shrinks: !values['no-shrink'],
      failed: (failure) => {
        printFailure(failure);
        if (failure.without !== undefined) caught.set(failure.without, failure.seed);
        if (isKept) results.addFailure(failure);
      },
      refused: (reason) => {
        for (const code of codesOf(reason)) refusals.set(code, (refusals.get(code) ?? 0) + 1);
      },
      done: (seed, sum) => {
        if (isKept && (seed % STRETCH === 0 || seed === to)) {
          results.addStretch(begun, seed, subtractTallies(sum, known));
          known = { ...sum };
          begun = seed + 1;
        }
      },
    });
    console.log(
      `${format.name}: ${describeTally(tally)}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
    );
    if (values.edits) console.log(`refused: ${describeRefusals(refusals)}`);
    const total = isKept ? results.total() : null;
    if (total !== null) console.log(`accumulated at ${places.revision}: ${describeTally(total)}`);
    for (const code of mutated) console.log(`${code}: ${caught.get(code) ?? 'NOT FOUND'}`);
    return (mutated.length > 0 ? caught.size < mutated.length : tally.different > 0) ? 1 : 0;
  } finally {
    format.stop();
  }
}

/** Conditions that the mutation check can switch off. */
const CONDITIONS: readonly BlockCode[] = [
  'unresolved-reference',
  'binding-moves',
  'weak-reference-changes',
  'loads-more',
  'new-clash',
  'side-effect-lost',
  'content-differs',
  'crate-split',
  'state-split',
  'export-changes',
  'constructor-order',
  'side-effect-added',
  'section-order',
  'named-file',
  'import-library',
];

function conditionsOf(asked: string | undefined, { objects }: EquivalenceFormat): readonly BlockCode[] {
  if (asked === undefined) return [];
  if (asked === 'all') return CONDITIONS.filter((code) => code !== 'import-library' || objects === 'pe');
  return asked.split(',').map((code) => {
    const known = CONDITIONS.find((one) => one === code);
    if (known === undefined) throw new Error(`--mutate ${code}: expected all or ${CONDITIONS.join(', ')}`);
    return known;
  });
}

function rangeOf(seeds: string | undefined, next: number, programs: number): [number, number] {
  if (seeds === undefined) return [next, next + programs - 1];
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(seeds) ?? [];
  if (from === undefined || Number(from) < 1 || Number(to) < Number(from))
    throw new Error(`--seeds ${seeds}: expected from-to`);
  return [Number(from), Number(to)];
}

export const describeTally = ({
  programs,
  kept,
  refused,
  same,
  different,
  links,
  drops,
  wrapped,
  edited,
  edits,
  ...kinds
}: Tally): string =>
  `${programs} programs: ${same} same (${links} pairs of links, ${drops} members dropped, ${wrapped} through the wrapper), ${different} different, ${kept} without a drop, ${refused} refused as given${edited === 0 ? '' : `; ${edited} edited, ${edits} symbols: ${describeKinds(kinds)}`}`;

const describeKinds = (kinds: Readonly<Record<EditKind, number>>): string =>
  Object.entries(kinds)
    .map(([kind, programs]) => `${kind} in ${programs}`)
    .join(', ');

/** Codes of edits that were refused; otherwise the linker's first error, without paths and names. */
function codesOf(reason: string): readonly string[] {
  const codes = reason.match(/\bedit-[a-z-]+|duplicates are left/g);
  if (codes) return codes;
  const rows = reason.split('\n').filter(Boolean);
  const row = rows.find((text) => /error|duplicate|undefined|multiple/.test(text)) ?? rows[0] ?? 'unknown';
  return [
    row
      .replace(/\S*\/\S*|'.*|`.*|: _?\w+$/g, '')
      .trim()
      .slice(0, 60),
  ];
}

/** Conditions that refused requests, each with the number of programs. */
const describeRefusals = (refusals: ReadonlyMap<string, number>): string =>
  [...refusals]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 12)
    .map(([reason, programs]) => `${reason} ${programs}`)
    .join(', ');

function printFailure({ differences, program, without }: Failure): void {
  console.log(
    `${without === undefined ? '' : `without ${without}: `}${describeProgram(program)}${differences.map((one) => `  DIFFERS ${one}\n`).join('')}`,
  );
}

function show(
  { objects, choices }: EquivalenceFormat,
  from: number,
  to: number,
  { shapes, edits }: Pick<Choices, 'shapes' | 'edits'>,
): number {
  for (let seed = from; seed <= to; seed++) {
    const world = makeWorld(objects, Math.floor((seed - 1) / PROGRAMS_PER_WORLD));
    const program = makeProgram(world, seed, { ...choices, shapes, edits });
    console.log(describeProgram(program));
    const used = new Set(program.archives.flatMap(({ members }) => members.map(({ unit }) => unit)));
    for (const unit of used)
      console.log(`--- u${unit} (${world.units[unit].language})\n${world.units[unit].source}`);
  }
  return 0;
}
