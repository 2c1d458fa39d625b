import type { Pair } from './pair.js';

/* Archives of fixtures/pairs/rust/build.sh. `one` is printed where both libraries count in one global. */

const line = (wrapper: string, provider: string) => ['main.o', `lib${wrapper}.a`, `lib${provider}.a`];
const redirect = (provider: string) => ['--provider', `lib${provider}.a`, '--redirect'];

export const RUST_PAIRS: readonly Pair[] = [
  {
    title: 'two fat-LTO libraries',
    line: line('wfat', 'fat'),
    duplicates: 4,
    given: 'two',
    attempts: [
      { options: ['--isolate', 'libwfat.a'], prints: 'two', reports: 'splitStateAfter' },
      { options: ['--first-wins'], prints: 'two', reports: 'splitStateAfter' },
    ],
  },
  {
    title: 'pinned by a gap: LTO of the provider removed a function',
    line: line('gap', 'thin'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin'), prints: 'one' }],
  },
  {
    title: 'pinned by a gap that has a static of its own',
    line: line('private', 'thin'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin'), prints: 'one' }],
  },
  {
    title: 'a gap in a crate of 16 units',
    line: line('gap16', 'thin16'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin16'), skipped: 'edit-half-crate' }],
  },
  {
    title: 'pinned by a static: the gap reads what the provider changes',
    line: line('pinned', 'thin'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin'), skipped: 'edit-kept-state' }],
  },
  {
    title: 'pinned by a promoted `.llvm.` internal',
    line: line('promoted', 'thin'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin'), skipped: 'edit-kept-state' }],
  },
  {
    title: 'a stale archive: equal names, other content',
    line: line('stale', 'thin'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin'), skipped: 'edit-other-content' }],
  },
  {
    title: 'another build of the crate, of which one state is set',
    line: line('other', 'thin'),
    duplicates: 1,
    given: 'two',
    attempts: [
      { options: ['--isolate', 'libother.a'], prints: 'two', reports: 'otherBuilds' },
      { options: ['--first-wins'], prints: 'two', reports: 'otherBuilds' },
    ],
  },
  {
    title: 'the same std in both, without LTO',
    line: line('wplain', 'plain'),
    duplicates: 0,
    given: 'one',
    attempts: [{ options: ['--isolate', 'libwplain.a'], refused: 'edit-no-effect' }],
  },
  {
    title: 'a plain copy beside a unit that LTO rewrote: the rewritten one serves both',
    line: line('wplain', 'thin'),
    duplicates: 2,
    given: 'two',
    attempts: [{ options: redirect('thin'), prints: 'one' }],
  },
];

/** Needs a nightly compiler, too. */
export const NIGHTLY_PAIR: Pair = {
  title: 'std of stable and of nightly',
  line: line('nightly', 'plain'),
  duplicates: 1,
  given: 'two',
  attempts: [{ options: ['--isolate', 'libnightly.a'], prints: 'two', reports: 'otherBuilds' }],
};
