import { DEFINITION, REFERENCE, TLS, WEAK } from '../../flags.js';

/** One library of a text stub. */
export interface StubLibrary {
  readonly installName: string;
  readonly architectures: readonly string[];
  readonly sections: readonly StubSection[];
}

/** The symbols of a library for some of its architectures. */
export interface StubSection {
  readonly architectures: readonly string[];
  readonly names: readonly StubName[];
  /** Install names of libraries whose names it offers as its own. */
  readonly reexported: readonly string[];
}

export interface StubName {
  readonly name: string;
  readonly flags: number;
}

/** A key of a TBD section, the symbol flags of its names, and the prefixes that make symbols of each name. */
export type NameRow = readonly [key: string, flags: number, prefixes: readonly string[]];

const CLASS = ['_OBJC_CLASS_$_', '_OBJC_METACLASS_$_'];
/** Symbols that the library exports. Stubs do not distinguish functions from data. */
export const EXPORTED: readonly NameRow[] = [
  ['symbols', DEFINITION, ['']],
  ['objc-classes', DEFINITION, CLASS],
  ['objc-eh-types', DEFINITION, ['_OBJC_EHTYPE_$_']],
  ['objc-ivars', DEFINITION, ['_OBJC_IVAR_$_']],
  ['weak-symbols', DEFINITION | WEAK, ['']],
  ['weak-def-symbols', DEFINITION | WEAK, ['']],
  ['thread-local-symbols', DEFINITION | TLS, ['']],
];
/** Symbols that the library references, in any image of the process. */
export const WANTED: readonly NameRow[] = [
  ['symbols', REFERENCE, ['']],
  ['objc-classes', REFERENCE, CLASS],
  ['objc-eh-types', REFERENCE, ['_OBJC_EHTYPE_$_']],
  ['objc-ivars', REFERENCE, ['_OBJC_IVAR_$_']],
  ['weak-symbols', REFERENCE | WEAK, ['']],
  ['weak-ref-symbols', REFERENCE | WEAK, ['']],
];
