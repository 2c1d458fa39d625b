import { architectureName } from '../../archive/architecture.js';
import { checkIndex } from '../../link/inputs/archive-index.js';
import type { IndexPolicy } from '../../link/inputs/index-policy.js';
import type { Archive, Inputs } from '../../link/inputs/inputs.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { originOf } from '../../origin/origin.js';
import { type CoffImport, readImport } from '../../symbols/coff/import.js';
import { isCommon, isDefined, isReference, isState, isWeak } from '../../symbols/flags.js';
import { producersOf } from '../../symbols/producers.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { editsByNames, type InspectedEdit, type InspectedEdits } from './inspected-edits.js';
import { odditiesOf, type Quirk } from './quirks.js';

/** One member of an archive as `inspect` shows it. */
export interface MemberInspection {
  readonly ordinal: number;
  readonly name: string;
  readonly size: number;
  readonly kind: string;
  readonly machine?: string;
  readonly defined: number;
  readonly weak: number;
  readonly common: number;
  readonly undefined: number;
  /** Mutable globals, local ones too. */
  readonly state: number;
  readonly sideEffects: readonly {
    readonly kind: string;
    readonly section: string;
    readonly entries: number;
  }[];
  readonly hasBitcode: boolean;
  readonly origin?: { readonly crate: string; readonly build: string; readonly unit: string };
  /** Tools and platform, as the object names them. */
  readonly producers: readonly string[];
  /** Of members of import libraries, in their short form. */
  readonly import?: CoffImport;
  /** Not there without any. */
  readonly edits?: readonly InspectedEdit[];
  readonly problem?: string;
}

export interface ArchiveInspection {
  readonly path: string;
  /** Of a slice of a universal file. */
  readonly architecture?: string;
  readonly kind: string;
  readonly indexEntries: number | null;
  /** Of `/<ECSYMBOLS>/`; not there without one. */
  readonly ecIndexEntries?: number;
  /** Null without an index. */
  readonly indexPolicy: (IndexPolicy & { readonly order: 'members' | 'names' | 'other' }) | null;
  /** Members with which the index does not agree. */
  readonly indexDisagreements: readonly {
    readonly ordinal: number;
    readonly missing: number;
    readonly stale: number;
  }[];
  readonly repeatedNames: number;
  readonly oddities: readonly Quirk[];
  readonly members: readonly MemberInspection[];
}

export interface UniversalInspection {
  readonly path: string;
  /** Of the offsets in its table. */
  readonly bits: 32 | 64;
  readonly slices: readonly {
    readonly architecture: string;
    readonly offset: number;
    readonly size: number;
    readonly alignment: number;
  }[];
}

/** Content of archives and objects: printed by `inspect` as JSON, or as text made from it. */
export interface Inspection {
  /** Not there without a universal file. */
  readonly universal?: readonly UniversalInspection[];
  readonly archives: readonly ArchiveInspection[];
  readonly objects: readonly MemberInspection[];
}

export function inspectAll(
  { inputs, universal }: Pick<OpenedLine, 'inputs' | 'universal'>,
  edits: InspectedEdits = editsByNames(inputs),
): Inspection {
  return {
    ...(universal.length > 0 ? { universal: universal.map(inspectUniversal) } : {}),
    archives: inputs.archives.map((archive) => inspectArchive(inputs, archive, edits)),
    objects: inputs.members
      .filter(({ archive }) => archive === NONE)
      .map(({ id, source }) => ({ ...inspectMember(inputs, id, edits), name: source.label })),
  };
}

function inspectUniversal({ path, file }: OpenedLine['universal'][number]): UniversalInspection {
  return {
    path,
    bits: file.is64 ? 64 : 32,
    slices: file.slices.map(({ cpuType, cpuSubtype, offset, size, align }) => ({
      architecture: architectureName(cpuType, cpuSubtype),
      offset,
      size,
      alignment: 2 ** align,
    })),
  };
}

function inspectArchive(inputs: Inputs, archive: Archive, edits: InspectedEdits): ArchiveInspection {
  const { stored } = archive;
  const { disagreements, policy } = checkIndex(inputs, archive);
  return {
    path: archive.path,
    ...(archive.slice ? { architecture: archive.slice.architecture } : {}),
    kind: stored.isThin ? `${archive.kind} thin` : archive.kind,
    indexEntries: stored.index?.length ?? null,
    ...(stored.ecIndex ? { ecIndexEntries: stored.ecIndex.length } : {}),
    indexPolicy: stored.index === null ? null : { order: orderOf(archive, policy), ...policy },
    indexDisagreements: disagreements.map(({ member, missing, stale }) => ({
      ordinal: inputs.members[member].ordinal,
      missing,
      stale,
    })),
    repeatedNames: stored.members.length - new Set(stored.members.map(({ name }) => name)).size,
    oddities: odditiesOf(inputs, archive, policy),
    members: stored.members.map(({ ordinal }) => inspectMember(inputs, archive.firstMember + ordinal, edits)),
  };
}

function orderOf({ stored }: Archive, { isSorted }: IndexPolicy): 'members' | 'names' | 'other' {
  if (isSorted) return 'names';
  const ordinals = stored.index!.ordinal;
  return ordinals.every((ordinal, row) => row === 0 || ordinal >= ordinals[row - 1]) ? 'members' : 'other';
}

function inspectMember(inputs: Inputs, id: MemberId, edits: InspectedEdits): MemberInspection {
  const { name, ordinal, size, source } = inputs.members[id];
  const content = inputs.contents[id];
  const origin = originOf(name);
  const info = content.kind === 'object' ? content.info : null;
  const edited = edits.of(id);
  return {
    ordinal,
    name,
    size,
    kind: info?.format ?? content.kind,
    ...(info ? { machine: info.machine } : {}),
    ...countSymbols(inputs, id),
    sideEffects: (info?.sideEffects ?? []).map(({ kind, section, entries }) => ({
      kind,
      section,
      entries: entries.length,
    })),
    hasBitcode: info?.bitcode != null,
    ...(origin ? { origin: { crate: origin.crate, build: origin.build, unit: origin.unit } } : {}),
    producers: info ? producersOf(source, info) : [],
    ...(info?.format === 'coff-import' ? { import: readImport(source) } : {}),
    ...(edited.length > 0 ? { edits: edited } : {}),
    ...(content.kind === 'unreadable' ? { problem: content.problem } : {}),
  };
}

function countSymbols(
  { symbols }: Inputs,
  id: MemberId,
): Pick<MemberInspection, 'defined' | 'weak' | 'common' | 'undefined' | 'state'> {
  const flags = symbols.flags.subarray(symbols.firstSymbol[id], symbols.firstSymbol[id + 1]);
  const countOf = (test: (flags: number) => boolean) =>
    flags.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0);
  return {
    defined: countOf(isDefined),
    weak: countOf((row) => isDefined(row) && isWeak(row)),
    common: countOf(isCommon),
    undefined: countOf(isReference),
    state: countOf(isState),
  };
}
