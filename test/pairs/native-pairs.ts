import type { Pair } from './pair.js';

/** A pair of C or C++, made by fixtures/pairs/native/<script>.sh. */
export interface NativePair extends Pair {
  readonly script: string;
  readonly compiler?: 'g++';
  /** Of the compiler driver that links. */
  readonly flags?: readonly string[];
}

const accepted = (...options: string[]) => [...options, '--accept-split', '*'];

export const NATIVE_PAIRS: readonly NativePair[] = [
  {
    title: 'C++ with virtual tables and inline statics',
    script: 'cxx',
    compiler: 'g++',
    line: ['main.o', 'liba.a', 'libb.a'],
    duplicates: 0,
    given: '101103 102105 103105',
    attempts: [
      { options: ['--isolate', 'libb.a'], refused: 'edit-splits-state' },
      // As with a shared library that was linked with -Bsymbolic.
      {
        options: accepted('--isolate', 'libb.a'),
        prints: '101103 201216 102104',
        reports: 'acceptedSplits',
      },
    ],
  },
  {
    title: 'the trap of fat LTO objects: GCC compiles them again',
    script: 'lto-trap',
    line: ['main.o', 'libs.a', 'libw.a'],
    duplicates: 0,
    given: '100 100',
    attempts: [
      { options: ['--isolate', 'libw.a'], refused: 'edit-recompiled' },
      { options: ['--yield', 'shared=libs.a'], refused: 'edit-recompiled' },
    ],
  },
  {
    title: 'a registry that is walked by section',
    script: 'registry',
    line: ['main.o', 'liba.a', 'libb.a'],
    duplicates: 1,
    given: '1 1 2',
    attempts: [
      { options: accepted('--isolate', 'libb.a'), refused: 'edit-registry' },
      { options: ['--yield', 'shared=liba.a'], prints: '1 1 2', reports: 'differs' },
    ],
  },
  {
    title: 'two allocators',
    script: 'allocators',
    line: ['main.o', 'liba.a', 'libb.a'],
    duplicates: 3,
    given: 'one',
    attempts: [
      { options: accepted('--isolate', 'libb.a'), refused: 'edit-allocator' },
      { options: accepted('--isolate', 'liba.a'), refused: 'edit-allocator' },
      // Of the bindings that would move and the allocator that would be torn apart, a linker's link shows one first.
      { options: ['--yield', 'mi_malloc=libb.a'], refused: 'edit-binding|edit-allocator' },
      { options: ['--yield', 'mi_*=liba.a'], prints: 'one', reports: 'differs' },
    ],
  },
];

/** Cures that link without a message, and are wrong: refused, or reported. */
export const LYING_CURES: readonly NativePair[] = [
  {
    title: 'two libraries of one API, each with its own context',
    script: 'tls',
    line: ['main.o', 'librpc.a', 'libcrypto.a'],
    duplicates: 2,
    given: '5 201',
    attempts: [
      { options: ['--isolate', 'librpc.a'], prints: '5 301' },
      { options: ['--first-wins'], prints: '5 201', reports: 'differs' },
    ],
  },
  {
    title: 'a library beside a fork of it with a larger handle',
    script: 'database',
    line: ['main.o', 'libplain.a', 'libcipher.a'],
    duplicates: 2,
    given: '-1',
    attempts: [
      { options: ['--isolate', 'libplain.a'], prints: '42' },
      { options: ['--isolate', 'libcipher.a'], prints: '-1', reports: 'mixedUses' },
      { options: ['--first-wins'], prints: '-1', reports: 'differs' },
    ],
  },
  {
    title: 'two complete objects of a runtime that a process has once',
    script: 'complete-objects',
    line: ['main.o', 'liba.a', 'libb.a'],
    duplicates: 2,
    given: '8 -1',
    attempts: [
      { options: accepted('--isolate', 'libb.a'), refused: 'edit-registry' },
      { options: ['--first-wins'], refused: 'edit-registry' },
      { options: ['--yield', 'caml_*=liba.a'], refused: 'edit-registry' },
    ],
  },
  {
    title: 'an allocator that replaces half of a static C library',
    script: 'half-allocator',
    flags: ['-static'],
    line: ['main.o', 'libpool.a', 'libc.a'],
    duplicates: 3,
    given: '1 0',
    attempts: [
      { options: accepted('--isolate', 'libpool.a'), refused: 'edit-allocator' },
      { options: ['--yield', 'malloc=libpool.a'], refused: 'edit-allocator' },
      { options: ['--first-wins'], refused: 'edit-allocator' },
    ],
  },
  {
    title: 'definitions of one name and two sizes',
    script: 'sizes',
    line: ['main.o', 'libsmall.a', 'liblarge.a'],
    duplicates: 1,
    given: '5',
    attempts: [
      { options: ['--first-wins'], refused: 'edit-size' },
      { options: ['--yield', 'table=liblarge.a'], refused: 'edit-size' },
      { options: ['--isolate', 'liblarge.a'], refused: 'edit-splits-state' },
    ],
  },
  {
    title: 'a tentative definition of the smaller size',
    script: 'sizes',
    line: ['main.o', 'libtentative.a', 'liblarge.a'],
    duplicates: 0,
    given: '5',
    attempts: [
      { options: ['--yield', 'table=liblarge.a'], refused: 'edit-no-effect' },
      { options: ['--yield', 'table=libtentative.a'], refused: 'edit-no-effect' },
    ],
  },
  {
    title: 'resources of one name',
    script: 'resources',
    line: ['main.o', 'liblight.a', 'libdark.a', 'libregistry.a'],
    duplicates: 1,
    given: '1 0',
    attempts: [
      { options: ['--isolate', 'libdark.a'], prints: '1 1' },
      { options: ['--first-wins'], prints: '1 0', reports: 'differs' },
    ],
  },
  {
    title: 'a crate of two halves that share a word, compiled alike',
    script: 'capabilities',
    line: ['main.o', 'libapp.a', 'libside.a'],
    duplicates: 0,
    given: '1001 1006',
    attempts: [{ options: accepted('--isolate', 'libside.a'), refused: 'edit-no-effect' }],
  },
  {
    title: 'a crate of two halves that share a word, compiled with other options',
    script: 'capabilities',
    line: ['main.o', 'libapp.a', 'libslow.a'],
    duplicates: 0,
    given: '1001 1006',
    attempts: [{ options: ['--isolate', 'libslow.a'], refused: 'edit-splits-state' }],
  },
];
