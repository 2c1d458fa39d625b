import type { ByteSource } from '../../../bytes/byte-source.js';
import { EM_X86_64 } from '../../../core/elf/constants.js';
import { SectionUse as Use } from '../../../core/problem.js';
import { unsigned } from '../../../engine/core.js';
import { columnCopier } from '../image/columns-in-core.js';
import { withOpened } from '../open-in-core.js';

/** References between sections of an object that name no symbol which other objects see, by section numbers. */
export interface SectionGraph {
  /** By section: a `SectionUse` of src/core/problem.ts. */
  readonly uses: Uint8Array;
  /** Section s refers to those in `target` from `firstTarget[s]` to `firstTarget[s + 1]`. */
  readonly firstTarget: Int32Array;
  readonly target: Int32Array;
  /** Sections of the symbols that other objects see, in the order of the symbol table. */
  readonly visible: Int32Array;
  /** By section number: 1 where definitions may be reached by their place, as `reachedPlaces` finds them. */
  readonly places: Uint8Array;
}

/** Columns in the order of `elfGraphColumn` in src/core/elf/image.ts. */
const GRAPH_COLUMNS = {
  firstTarget: [0, Int32Array],
  target: [1, Int32Array],
  visible: [2, Int32Array],
  places: [3, Uint8Array],
} as const;

/**
 * Reads the references between the sections of an object without making an image of it.
 * @returns null for an object of which sections are not reached as a whole: see `ObjectParts`
 * @throws MalformedError for a broken object, UnreadableError for compact relocations
 */
export const readSectionGraph = (object: ByteSource): SectionGraph | null =>
  withOpened(object, ({ core, header, sectionCount, isMips }) => {
    const { exports } = core;
    const splitsCode = header.machine === EM_X86_64 && header.bits === 64;
    if (exports.elfReadSectionGraph(isMips, splitsCode) === 0) return null;
    const columnOf = columnCopier(core, GRAPH_COLUMNS, exports.elfGraphColumn);
    const firstTarget = columnOf('firstTarget', sectionCount + 1);
    return {
      uses: core.bytes(unsigned(exports.elfUses()), sectionCount).slice(),
      firstTarget,
      target: columnOf('target', firstTarget[sectionCount]),
      visible: columnOf('visible', exports.elfVisibleCount()),
      places: columnOf('places', sectionCount),
    };
  });

/** Whether other files or the start of the program may reach a section without naming a symbol in it. */
export const isRootSection = ({ uses }: SectionGraph, section: number): boolean =>
  uses[section] === Use.CONSTRUCTORS || uses[section] === Use.DESTRUCTORS || uses[section] === Use.OTHER;

/** Whether an image has a section: tables, which say something of other sections, are in none. */
export const isImageSection = ({ uses }: SectionGraph, section: number): boolean =>
  section > 0 && section < uses.length && uses[section] !== Use.TABLE;

/** By section number: 1 for sections that are reached from some, these included. */
export function sectionsReachedFrom(
  { uses, firstTarget, target }: SectionGraph,
  roots: number[],
): Uint8Array {
  const reached = new Uint8Array(uses.length);
  const queue: number[] = [];
  const visit = (section: number): void => {
    if (reached[section] === 1) return;
    reached[section] = 1;
    queue.push(section);
  };
  for (const root of roots) visit(root);
  for (let section = queue.pop(); section !== undefined; section = queue.pop())
    for (let at = firstTarget[section]; at < firstTarget[section + 1]; at++) visit(target[at]);
  return reached;
}
