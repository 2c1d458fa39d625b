import type { ImageRelocation, ImageSection, ObjectImage } from '../../../symbols/image/object-image.js';
import { frameEntries } from '../../../symbols/image/unwind-frames.js';
import { NONE } from '../../../symbols/table.js';
import { namesReached, type SectionGraph } from '../section-graph.js';

/** References of unwind entries: to linkage names, and to rows of sections. */
interface UnwindTargets {
  readonly names: ReadonlySet<string>;
  readonly sections: ReadonlySet<number>;
}

const known = new WeakMap<ObjectImage, ReadonlyMap<number, UnwindTargets>>();

/**
 * Linkage names that sections refer to, directly or through others, and those to which the unwind entries of their code
 * refer: personality routines, and the types that handlers catch. No relocation of the code itself leads to those.
 *
 * @param from rows of sections
 */
export function namesReachedAndUnwoundBy(graph: SectionGraph, from: readonly number[]): Set<string> {
  const targets = known.get(graph.image) ?? readTargets(graph.image);
  known.set(graph.image, targets);
  const own = from.flatMap((row) => targets.get(row) ?? []);
  const found = namesReached(graph, [...from, ...own.flatMap(({ sections }) => [...sections])]);
  for (const { names } of own) for (const name of names) found.add(name);
  return found;
}

function readTargets(image: ObjectImage): Map<number, UnwindTargets> {
  const found = new Map<number, { readonly names: Set<string>; readonly sections: Set<number> }>();
  const add = (of: number, relocations: readonly ImageRelocation[]) => {
    const own = found.get(of) ?? { names: new Set(), sections: new Set() };
    found.set(of, own);
    for (const relocation of relocations) {
      const { name, section } = targetOf(image, relocation);
      if (name !== null) own.names.add(name);
      if (section !== NONE) own.sections.add(section);
    }
  };
  const frames = frameEntries(image);
  for (const { of, relocations, common } of frames ?? []) add(of, [...relocations, ...common.relocations]);
  for (const section of image.sections)
    if (section.use === 'unwind' && (frames === null || section.name !== '.eh_frame'))
      for (const of of describedBy(image, section)) add(of, section.relocations);
  return found;
}

/** Sections with code that a table of unwind entries is of. Any of them may have any of its entries. */
const describedBy = (image: ObjectImage, { relocations }: ImageSection): Set<number> =>
  new Set(
    relocations
      .map((relocation) => targetOf(image, relocation).home)
      .filter((home) => home !== NONE && image.sections[home].use === 'code'),
  );

function targetOf(
  { symbols }: ObjectImage,
  { symbol, section }: ImageRelocation,
): { readonly name: string | null; readonly section: number; readonly home: number } {
  if (section !== NONE || symbol === NONE) return { name: null, section, home: section };
  const { binding, name, section: home } = symbols[symbol];
  return binding === 'local' ? { name: null, section: home, home } : { name, section: NONE, home };
}
