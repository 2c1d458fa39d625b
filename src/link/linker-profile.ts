import type { ObjectFormatId } from '../symbols/object-format.js';

/** Where the archive search stands among the linkers: see extract-*.ts, a file each. */
export type Extraction = 'single-pass' | 'eager' | 'reachability' | 'rounds';

/** What a linker does when a member could stand in for a COMMON symbol that is already there. */
export type CommonExtraction = 'none' | 'strong-data' | 'strong' | 'any';

/**
 * How one linker, in a range of versions, differs from the others: data, not subclasses. What each value rests on is
 * in docs/linkers.md.
 */
export interface LinkerProfile {
  readonly id: LinkerId;
  /** As people call it: `GNU ld`. */
  readonly title: string;
  readonly format: ObjectFormatId;
  readonly extraction: Extraction;
  /** Finds archive members through the archive's own index, right or stale; else by the members' symbols. */
  readonly trustsIndex: boolean;
  readonly weakReferenceExtracts: boolean;
  readonly commonExtracts: CommonExtraction;
  /** Which of two non-strong definitions wins, and which common. */
  readonly ranks: 'strong-common-weak' | 'strong-weak-common';
  readonly commonSize: 'largest' | 'first';
  /** STB_GNU_UNIQUE yields to a weak definition that was first (it still clashes with a strong one). */
  readonly uniqueIsWeak: boolean;
  /** Definitions in sections whose equal pieces are joined (SHF_MERGE) are not told of as duplicates. */
  readonly passesMergeableDuplicates: boolean;
  /** Equal weak definitions: the first stays, or Apple's rule (visibility, alignment). */
  readonly weakTie: 'first' | 'ld64';
}

export type LinkerId = 'gnu-ld' | 'gold' | 'lld-14' | 'lld' | 'mold' | 'ld64' | 'ld64.lld';

const ELF_COMMON = {
  format: 'elf',
  weakReferenceExtracts: false,
  ranks: 'strong-common-weak',
  commonSize: 'largest',
  uniqueIsWeak: false,
  passesMergeableDuplicates: false,
  weakTie: 'first',
} as const;

const PROFILES: readonly LinkerProfile[] = [
  {
    ...ELF_COMMON,
    id: 'gnu-ld',
    title: 'GNU ld',
    extraction: 'single-pass',
    trustsIndex: true,
    commonExtracts: 'strong-data',
  },
  {
    ...ELF_COMMON,
    id: 'gold',
    title: 'gold',
    extraction: 'single-pass',
    trustsIndex: true,
    commonExtracts: 'none',
  },
  {
    ...ELF_COMMON,
    id: 'lld-14',
    title: 'LLD 14 and older',
    extraction: 'eager',
    trustsIndex: true,
    commonExtracts: 'strong',
  },
  {
    ...ELF_COMMON,
    id: 'lld',
    title: 'LLD 15 and newer',
    extraction: 'eager',
    trustsIndex: false,
    commonExtracts: 'none',
    uniqueIsWeak: true,
  },
  {
    ...ELF_COMMON,
    id: 'mold',
    title: 'mold',
    extraction: 'reachability',
    trustsIndex: false,
    commonExtracts: 'any',
    ranks: 'strong-weak-common',
    commonSize: 'first',
    passesMergeableDuplicates: true,
  },
  {
    id: 'ld64',
    title: 'Apple ld64',
    format: 'macho',
    extraction: 'rounds',
    trustsIndex: true,
    weakReferenceExtracts: true,
    commonExtracts: 'any',
    ranks: 'strong-weak-common',
    commonSize: 'largest',
    uniqueIsWeak: false,
    passesMergeableDuplicates: false,
    weakTie: 'ld64',
  },
  {
    id: 'ld64.lld',
    title: 'LLD for Mach-O',
    format: 'macho',
    extraction: 'eager',
    trustsIndex: true,
    weakReferenceExtracts: true,
    commonExtracts: 'none',
    ranks: 'strong-weak-common',
    commonSize: 'largest',
    uniqueIsWeak: false,
    passesMergeableDuplicates: false,
    weakTie: 'first',
  },
];

/** Every linker that is simulated, in the order they are named to users. */
export const linkerProfiles: readonly LinkerProfile[] = PROFILES;

/** The names that `--linker` takes: the ids, and the names of the programs themselves. */
const ALIASES: Readonly<Record<string, LinkerId>> = {
  ld: 'gnu-ld',
  bfd: 'gnu-ld',
  'ld.bfd': 'gnu-ld',
  'ld.gold': 'gold',
  'ld.lld': 'lld',
  'rust-lld': 'lld',
  'ld.mold': 'mold',
  'ld-classic': 'ld64',
  'lld-macho': 'ld64.lld',
};

/**
 * @param name an id (`gnu-ld`, `lld-14`), or a linker's program name (`ld.bfd`)
 * @returns null when no such linker is known
 */
export function findProfile(name: string): LinkerProfile | null {
  const id = ALIASES[name] ?? name;
  return PROFILES.find((profile) => profile.id === id) ?? null;
}

/** All linkers that read this format: a plan for "any linker" must hold on each. */
export function profilesOf(format: ObjectFormatId): readonly LinkerProfile[] {
  return PROFILES.filter((profile) => profile.format === format);
}
