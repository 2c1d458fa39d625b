import type { ObjectFormatId, SideEffect } from '../../symbols/object-format.js';

/*
 * The order of two constructors depends on the priority in the names of their sections and, for equal priorities, on
 * the positions of their files. How linkers place such sections was determined from their output:
 *
 *     GNU ld     .init_array.N and .ctors.(65535-N) by number, each name in the order of files; then .init_array with
 *                .ctors together in the order of the files
 *     gold       the same, but .ctors after .init_array
 *     LLD, mold  .init_array.N by number; .ctors in a section of its own
 *     wasm-ld    by number; Mach-O has no numbers; PE sorts .CRT$X* by name
 *
 * LLD and mold ignore a suffix that is not a number. If linkers differ, two sections have the same rank here if any
 * linker ranks them equally.
 *
 * A linker script overrides all of this. `KEEP(*(.init_array .init_array.*))` places constructors of all priorities in
 * the order of their files, and the program may iterate over them in any direction. So with a script that places
 * sections, all of them have the same rank.
 */

/** Sections of one rank, whose constructors run in an order that depends on the order of their files. */
export interface ConstructorArray {
  readonly kind: 'constructors' | 'destructors';
  readonly rank: string;
  /**
   * The last file runs first, at least on some linker and start-up code: `.fini_array` on all, `.ctors` where it stays
   * a section of its own.
   */
  readonly isReversed: boolean;
}

const ARRAY = /^\.(preinit_array|init_array|ctors|fini_array|dtors)(?:\.(.*))?$/;
/** Above all priorities, which are 16 bits. */
const UNNUMBERED = 65536;

/** The rank of a section of constructors or destructors; null for side effects that do not run. */
export function constructorArray(
  format: ObjectFormatId | null,
  { hasSections }: { readonly hasSections: boolean },
  { kind, section }: Pick<SideEffect, 'kind' | 'section'>,
): ConstructorArray | null {
  if (kind !== 'constructors' && kind !== 'destructors') return null;
  if (hasSections) return { kind, rank: kind, isReversed: true };
  if (format === 'macho') return machoArray(kind, section);
  const [, array, suffix = ''] = ARRAY.exec(section) ?? [];
  if (array === undefined || array === 'preinit_array') return { kind, rank: section, isReversed: false };
  const isCounted = array === 'ctors' || array === 'dtors';
  const number = /^\d+$/.test(suffix) ? Number(suffix) : UNNUMBERED;
  const priority = isCounted && number !== UNNUMBERED ? 65535 - number : number;
  return { kind, rank: `${kind} ${priority}`, isReversed: array !== 'init_array' };
}

/** The segment may change on the way into the output. */
function machoArray(kind: ConstructorArray['kind'], section: string): ConstructorArray {
  if (section.endsWith(',__thread_init')) return { kind, rank: section, isReversed: false };
  return { kind, rank: kind, isReversed: kind === 'destructors' };
}
