import { SectionRole } from '../../core/problem.js';
import { type CoreExports, unsigned } from '../../engine/core.js';
import type { SideEffectKind } from '../object-format.js';

const KINDS: Partial<Record<number, SideEffectKind>> = {
  [SectionRole.CONSTRUCTORS]: 'constructors',
  [SectionRole.DESTRUCTORS]: 'destructors',
  [SectionRole.REGISTRY]: 'registry',
  [SectionRole.OBJC_METADATA]: 'objc-metadata',
  [SectionRole.SWIFT_METADATA]: 'swift-metadata',
  [SectionRole.LINKER_OPTIONS]: 'linker-options',
  [SectionRole.SECTION]: 'section',
  [SectionRole.CODE_SECTION]: 'code-section',
  [SectionRole.RETAINED]: 'retained',
  [SectionRole.NOTE]: 'note',
  [SectionRole.COUNTERS]: 'counters',
};

/** A section with a side effect, and its kind. */
export interface ActingSection {
  readonly section: number;
  readonly kind: SideEffectKind;
  /** In the file or not. */
  readonly size: number;
  /** In the names of sections. */
  readonly nameOffset: number;
}

/** Those of the object that was read last. */
export function actingSections(exports: CoreExports): ActingSection[] {
  const acting: ActingSection[] = [];
  for (let at = 0; at < exports.elfActingCount(); at++) {
    const kind = KINDS[exports.elfActingRole(at)];
    if (kind === undefined) continue;
    acting.push({
      section: exports.elfActingSection(at),
      kind,
      size: exports.elfActingSize(at),
      nameOffset: unsigned(exports.elfActingName(at)),
    });
  }
  return acting;
}

/**
 * Where the sections of that object are that say what a file needs of the processor: attributes, .note.gnu.property.
 */
export function attributeSections(exports: CoreExports): { offset: number; size: number }[] {
  const attributes: { offset: number; size: number }[] = [];
  for (let at = 0; at < exports.elfActingCount(); at++)
    if (exports.elfActingRole(at) === SectionRole.ATTRIBUTES)
      attributes.push({ offset: exports.elfActingOffset(at), size: exports.elfActingBytes(at) });
  return attributes;
}

/** Relocation sections of the sections that act. */
export const relocationSections = (exports: CoreExports): number[] =>
  Array.from({ length: exports.elfRelocatingCount() }, (_, at) => exports.elfRelocatingSection(at));
