import fc from 'fast-check';

/*
 * Random links of libraries that bundle units from one pool: as they are, rewritten by LTO, or stale. The generator
 * knows what each member really is; the planner has only the files. What it drops is taken out of the notation, and the
 * rest linked again from the start.
 */

/** A compilation unit, compiled once. */
interface Unit {
  readonly defines: readonly string[];
  readonly refersTo: readonly string[];
  readonly weakly: readonly string[];
  readonly hasState: boolean;
  readonly hasConstructor: boolean;
  readonly kind: 'T' | 'W' | 'D' | 'C';
  readonly isRust: boolean;
}
/** A copy of it in some archive. */
interface Bundled {
  readonly unit: number;
  readonly form: 'plain' | 'lto' | 'stale';
  /** Which of its definitions and references LTO left, as bits. */
  readonly keeps: number;
  readonly losesConstructor: boolean;
}
export interface World {
  readonly units: readonly Unit[];
  readonly archives: readonly (readonly Bundled[])[];
  /** For each archive, what its own unit refers to. */
  readonly own: readonly (readonly string[])[];
  readonly main: {
    readonly refersTo: readonly string[];
    readonly weakly: readonly string[];
    readonly defines: readonly string[];
  };
  readonly order: readonly number[];
  readonly grouped: boolean;
  readonly whole: number;
  readonly hasObject: boolean;
  readonly provider: number;
  readonly linker: string;
}

const UNITS = 4;
const ARCHIVES = 3;
const unitNames = Array.from({ length: UNITS }, (_, unit) => [`u${unit}a`, `u${unit}b`]);
const anyName = fc.constantFrom(...unitNames.flat(), 'shared');
const names = (maxLength: number) => fc.uniqueArray(anyName, { maxLength });
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);

const unit = (at: number): fc.Arbitrary<Unit> =>
  fc.record({
    defines: fc.constantFrom(unitNames[at], unitNames[at], [...unitNames[at], 'shared']),
    refersTo: names(3),
    weakly: names(1),
    hasState: fc.boolean(),
    hasConstructor: rarely,
    kind: fc.constantFrom('T', 'T', 'T', 'W', 'D', 'C'),
    isRust: fc.constantFrom(true, true, false),
  });
const bundled: fc.Arbitrary<Bundled> = fc.record({
  unit: fc.nat(UNITS - 1),
  form: fc.constantFrom('plain', 'plain', 'lto', 'lto', 'stale'),
  keeps: fc.constantFrom(255, 255, 0b10101, 0b01101, 0b11010),
  losesConstructor: rarely,
});
export const world: fc.Arbitrary<World> = fc.record({
  units: fc.tuple(...Array.from({ length: UNITS }, (_, at) => unit(at))),
  archives: fc.array(fc.uniqueArray(bundled, { selector: (one) => one.unit, maxLength: UNITS }), {
    minLength: ARCHIVES,
    maxLength: ARCHIVES,
  }),
  own: fc.array(names(3), { minLength: ARCHIVES, maxLength: ARCHIVES }),
  main: fc.record({ refersTo: names(2), weakly: names(2), defines: names(1) }),
  order: fc.array(fc.nat(ARCHIVES - 1), { maxLength: 2 }),
  grouped: rarely,
  whole: fc.integer({ min: 0, max: 11 }),
  hasObject: fc.constantFrom(true, true, true, false),
  provider: fc.integer({ min: -1, max: ARCHIVES - 1 }),
  linker: fc.constantFrom('any', 'gnu-ld', 'gold', 'lld-14', 'lld', 'mold'),
});

const HASH = (unitNumber: number, isStale: boolean) => `${isStale ? 9 : 1}00${unitNumber}`;
const build = (unitNumber: number) => `${unitNumber}`.repeat(16);

/** The link in the notation, and what each member really is: the same text for copies of one content. */
export function describeWorld(
  one: World,
  nameOf: (archive: number) => string,
): { text: string; truth: string[] } {
  const rows: string[] = [];
  const truth: string[] = [];
  const first = [...new Set([...one.order, ...one.archives.keys()])];
  const line = [...first, ...one.order].map(nameOf);
  const spelled = line.map((path, at) =>
    at === one.whole ? `--whole-archive ${path} --no-whole-archive` : path,
  );
  const archives = one.grouped ? `--start-group ${spelled.join(' ')} --end-group` : spelled.join(' ');
  rows.push(`link: ${one.hasObject ? 'main.o ' : ''}${archives}`);
  if (one.hasObject) {
    rows.push('main.o:', '  U lib0 lib1 lib2', ...list('U', one.main.refersTo));
    const weakly = one.main.weakly.filter((name) => !one.main.refersTo.includes(name));
    rows.push(...list('w', weakly));
    const used = new Set([...one.main.refersTo, ...one.main.weakly]);
    rows.push(
      ...list(
        'T',
        one.main.defines.filter((name) => !used.has(name)),
      ),
    );
    truth.push('main');
  }
  // Members in the order of the line, as inputs are numbered.
  for (const archive of first) {
    rows.push(`${nameOf(archive)}(own.o):`, `  T lib${archive}`, ...list('U', one.own[archive]));
    truth.push(`own ${archive}`);
    for (const copy of one.archives[archive]) {
      rows.push(...describeCopy(one.units[copy.unit], copy, archive, nameOf(archive)));
      truth.push(`unit ${copy.unit} ${copy.form === 'stale' ? 'stale' : ''}`);
    }
  }
  return { text: rows.join('\n'), truth };
}

const list = (letter: string, all: readonly string[]) =>
  all.length > 0 ? [`  ${letter} ${all.join(' ')}`] : [];

function describeCopy(of: Unit, copy: Bundled, archive: number, path: string): string[] {
  const isLto = of.isRust && copy.form === 'lto';
  const isStale = copy.form === 'stale';
  const left = (all: readonly string[], shift: number) =>
    isLto ? all.filter((_, at) => (copy.keeps >> (at + shift)) & 1) : all;
  const defines = left(of.defines, 0);
  const refersTo = left(of.refersTo, 2).filter((name) => !of.defines.includes(name));
  const weakly = left(of.weakly, 3).filter(
    (name) => !of.defines.includes(name) && !of.refersTo.includes(name),
  );
  const stem = `c${copy.unit}-${build(copy.unit)}.0.rcgu.o`;
  const name = !of.isRust ? `c${copy.unit}.o` : isLto ? `l${archive}-${build(7)}.${stem}.rcgu.o` : stem;
  const mark = isStale ? ' [content=stale]' : '';
  const bitcode = of.isRust && !isLto ? ` [bitcode=${HASH(copy.unit, isStale)}]` : '';
  const state = `_RNvCs1_2c${copy.unit}5STATE`;
  const promoted = `_RNvCs1_2c${copy.unit}4KEPT${archive}.llvm.${HASH(copy.unit, isStale)}`;
  const hasConstructor = of.hasConstructor && !(isLto && copy.losesConstructor);
  return [
    `${path}(${name}):${mark}${bitcode}`,
    ...list(of.kind, defines),
    ...list('U', refersTo),
    ...list('w', weakly),
    ...(of.hasState ? [`  b ${of.isRust ? state : 'state'}`] : []),
    ...(isLto ? [`  T ${promoted} [hidden]`] : []),
    ...(hasConstructor ? [`  t start${copy.unit} [init]`] : []),
  ];
}
