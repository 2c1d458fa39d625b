import type { Dice } from '../random/dice.js';
import type { UnitSketch } from './unit-features.js';

/** A piece of Rust, and the terms that it adds to the value of the unit's function. */
interface RustPiece {
  readonly text: string;
  readonly terms?: readonly string[];
}

interface RustFeature {
  readonly title: string;
  readonly share: number;
  write(unit: UnitSketch, dice: Dice): RustPiece;
}

const HEADER = `#![no_std]
#![allow(warnings)]
use core::ffi::{c_char, c_long};
extern "C" { fn say(what: *const c_char, value: c_long); }
pub const VALUE: i32 = if cfg!(other) { 1000 } else { 0 };
pub const RESIZED: usize = if cfg!(resized) { 4 } else { 0 };
#[repr(C)] pub struct Entry { id: *const c_char, call: extern "C" fn(i32) -> i32 }
unsafe impl Sync for Entry {}
`;

/** A pointer to a function, in a section of the loader's. */
const runs = (name: string, section: string, body: string): string =>
  `extern "C" fn ${name}() { unsafe { ${body} } }
#[used] #[link_section = "${section}"] static RUN_${name.toUpperCase()}: extern "C" fn() = ${name};
`;

const says = (text: string, value: string): string => `say(c"${text}".as_ptr(), ${value} as c_long);`;

const features: readonly RustFeature[] = [
  {
    title: 'Rust: a counter with a mangled name',
    share: 0.5,
    write: () => ({
      text: 'static mut COUNTER: i32 = 0;\n#[inline(never)] fn count() -> i32 { unsafe { COUNTER += 1; COUNTER } }\n',
      terms: ['count()'],
    }),
  },
  {
    title: 'Rust: a function with a mangled name that others can name',
    share: 0.4,
    write: ({ id }) => ({
      text: `#[inline(never)] pub fn visible(depth: i32) -> i32 { depth * 2 + ${id} }\n`,
      terms: ['visible(depth)'],
    }),
  },
  {
    title: 'Rust: virtual tables',
    share: 0.4,
    write: ({ id }) => ({
      text: `pub trait Step: Sync { fn step(&self, depth: i32) -> i32; }
struct One; struct Two(i32);
impl Step for One { fn step(&self, depth: i32) -> i32 { depth + ${id} } }
impl Step for Two { fn step(&self, depth: i32) -> i32 { depth * self.0 } }
static STEPS: [&dyn Step; 2] = [&One, &Two(${id + 2})];
#[inline(never)] fn take(steps: &[&dyn Step], depth: i32) -> i32 { steps.iter().fold(depth, |sum, one| one.step(sum)) }
`,
      terms: ['take(&STEPS, depth)'],
    }),
  },
  {
    title: 'Rust: a constructor writes state',
    share: 0.3,
    write: ({ name, id }, { pick }) => ({
      text: runs(
        'set',
        pick(['.init_array', '.init_array', '.init_array.00150']),
        `${name}_state = ${id + 500};`,
      ),
    }),
  },
  {
    title: 'Rust: a constructor reads the state of another unit',
    share: 0.25,
    write: (unit) => {
      const other = unit.other();
      return {
        text: `extern "C" { static mut ${other}_state: i32; }\nstatic mut SEEN: i32 = 0;\n${runs('see', '.init_array', `SEEN = ${other}_state;`)}`,
        terms: ['SEEN'],
      };
    },
  },
  {
    title: 'Rust: a constructor prints',
    share: 0.25,
    write: ({ name }) => ({ text: runs('greet', '.init_array', says(`+${name}`, '0')) }),
  },
  {
    title: 'Rust: a constructor that slim copies lack',
    share: 0.15,
    write: ({ name }) => ({
      text: `#[cfg(not(slim))] mod more { use super::*;\n${runs('greet_too', '.init_array', says(`+${name}.too`, '0'))}}\n`,
    }),
  },
  {
    title: 'Rust: a destructor prints',
    share: 0.2,
    write: ({ name }) => ({ text: runs('leave', '.fini_array', says(`-${name}`, `${name}_state`)) }),
  },
  {
    title: 'Rust: an entry of a registry',
    share: 0.3,
    write: ({ name }, { below }) => ({
      text: `#[used] #[link_section = "registry${below(2)}"] static ENTRY: Entry = Entry { id: c"${name}.0".as_ptr(), call: ${name}_f };\n`,
    }),
  },
  {
    title: 'Rust: one more name in grown copies',
    share: 0.4,
    write: () => ({
      text: '#[cfg(grown)] #[no_mangle] pub extern "C" fn extra(depth: i32) -> i32 { depth + 5 }\n',
    }),
  },
  {
    title: 'Rust: a function that is only referenced weakly',
    share: 0.4,
    write: ({ name, id }) => ({
      text: `#[cfg(not(slim))] #[no_mangle] pub extern "C" fn ${name}_weak(depth: i32) -> i32 { depth + ${id + 40} }\n`,
    }),
  },
  {
    title: 'Rust: data whose size is another one in another build',
    share: 0.3,
    write: ({ name }) => ({
      text: `#[no_mangle] pub static mut ${name}_data: [i32; 2 + RESIZED] = [5 + RESIZED as i32; 2 + RESIZED];\n`,
    }),
  },
];

/** A unit in Rust, with the names for C that every unit has. @param calls units whose functions it calls */
export function rustUnit(
  unit: UnitSketch,
  calls: readonly string[],
  hasLog: boolean,
  dice: Dice,
): { readonly source: string; readonly titles: readonly string[] } {
  const chosen = features.filter(({ share }) => dice.chance(share));
  const pieces = chosen.map((feature) => feature.write(unit, dice));
  const { name, id } = unit;
  const called = [...new Set(calls)].filter((other) => other !== name);
  const terms = [
    ...pieces.flatMap((piece) => piece.terms ?? []),
    ...called.map((other) => `3 * ${other}_f(depth - 1)`),
  ];
  const export_ = '#[no_mangle] pub';
  const log = hasLog
    ? `${export_} static mut ${name}_log: [i32; 64] = [0; 64];\n${export_} static mut ${name}_length: i32 = 0;\n`
    : '';
  const source = [
    HEADER,
    `extern "C" { ${called.map((other) => `fn ${other}_f(depth: i32) -> i32;`).join(' ')} }\n`,
    `#[cfg(not(rest))] mod most { use super::*;\n${export_} static mut ${name}_state: i32 = ${id * 7} + VALUE;\n${log}`,
    ...pieces.map(({ text }) => text),
    `${export_} extern "C" fn ${name}_f(depth: i32) -> i32 { unsafe {\n  if depth <= 0 { return ${id} + VALUE; }\n  ${[`${id} + VALUE`, `${name}_state`, ...terms].join(' +\n    ')}\n} }\n`,
    `${export_} extern "C" fn ${name}_plain(depth: i32) -> i32 { unsafe { depth + ${name}_state + ${id * 1000} } }\n}\n`,
    `#[cfg(rest)] extern "C" { static mut ${name}_state: i32; }\n#[cfg(not(rest))] use most::*;\n`,
    `#[cfg(not(slim))] ${export_} extern "C" fn ${name}_g(depth: i32) -> i32 { unsafe { depth + ${name}_state + ${id * 100} + VALUE } }\n`,
  ].join('');
  return { source, titles: chosen.map(({ title }) => title) };
}
