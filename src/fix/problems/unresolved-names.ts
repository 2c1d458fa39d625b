import { isOfUser } from '../../link/command/driver-inputs.js';
import type { ParsedLine } from '../../link/command/parsed-line.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { passingImage } from '../../link/inputs/member-image.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { isLeftUndefined } from '../../link/resolve/linker-defined-names.js';
import { type Resolution, STRONGLY_REFERENCED, strengthOf } from '../../link/resolve/resolution.js';
import { UNDEFINED_SECTION } from '../../symbols/image/object-image.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { CureState, LinkState } from '../cure-state.js';
import { fileLabel } from '../describe/file-label.js';

/** A name that a file of the link references strongly, and no input defines. */
export interface UnresolvedName {
  /** By link of the command. */
  readonly link: number;
  readonly name: NameId;
  /** As the linker spells it. */
  readonly text: string;
  /** The first file that references it. */
  readonly member: MemberId;
  /** `libfoo.a(bar.o)`, or the path of an object. */
  readonly user: string;
}

/** Unresolved names of the command as it was given. */
export interface UnresolvedNames {
  readonly names: readonly UnresolvedName[];
  /**
   * Whether the link certainly fails because of these names: the whole line is known, and relocations use one of them.
   */
  readonly isCertain: boolean;
}

/**
 * Names that linkers of some targets define on their own. Source: BFD and LLD, by target; of PE ld/scripttempl/pep.sc,
 * ld/emultempl/pep.em, ld/pe-dll.c and lld/COFF/Driver.cpp.
 */
const OF_TARGETS = new Set(
  `_TLS_MODULE_BASE_ __tls_get_addr ___tls_get_addr __GNU_EH_FRAME_HDR _SDA_BASE_ _SDA2_BASE_ .TOC. _gp _gp_disp
  __gnu_local_gp __ImageBase ___ImageBase __image_base__ ___image_base__ __CTOR_LIST__ ___CTOR_LIST__
  __DTOR_LIST__ ___DTOR_LIST__
  __RUNTIME_PSEUDO_RELOC_LIST__ ___RUNTIME_PSEUDO_RELOC_LIST__ __RUNTIME_PSEUDO_RELOC_LIST_END__
  ___RUNTIME_PSEUDO_RELOC_LIST_END__ __data_start__ __data_end__ __bss_start__ __bss_end__ __rt_psrelocs_start
  __rt_psrelocs_end __section_alignment__ __file_alignment__ __dll__ __dll_characteristics__ __subsystem__
  __loader_flags__
  __major_os_version__ __minor_os_version__ __major_image_version__ __minor_image_version__ __major_subsystem_version__
  __minor_subsystem_version__ __size_of_stack_reserve__ __size_of_stack_commit__ __size_of_heap_reserve__
  __size_of_heap_commit__ __guard_fids_table __guard_fids_count __guard_flags __guard_iat_count __guard_iat_table
  __guard_longjmp_count __guard_longjmp_table __guard_eh_cont_count __guard_eh_cont_table __safe_se_handler_table
  __safe_se_handler_count __enclave_config`.split(/\s+/),
);

/** Options with which undefined names do not end the link. */
const ALLOWS_UNDEFINED =
  /^(?:--?(?:unresolved-symbols|ignore-unresolved-symbol)(?:=.*)?|--?warn-unresolved-symbols|--?weak-unresolved-symbols|--?allow-undefined.*|--?import-undefined|--?noinhibit-exec|(?:-z)?undefs|dynamic_lookup|suppress|-U|[/-](?:force|FORCE)(?::.*)?)$/;

/** A simulated link, with what decides whether an undefined name ends it. */
export interface SimulatedLink {
  readonly graph: LinkGraph;
  readonly opened: Pick<OpenedLine, 'inputs' | 'parsed' | 'skipped'>;
  readonly line: LinkLine;
  /** By linker. */
  readonly resolutions: readonly Resolution[];
}

/** Unresolved names of a command; none where its output may have some. */
export const unresolvedNames = ({ links, parsed }: CureState): UnresolvedNames =>
  unresolvedOf(links.map(simulatedLink), parsed);

const simulatedLink = ({ subject: { prepared, opened }, line, resolutions }: LinkState): SimulatedLink => ({
  graph: prepared.graph,
  opened,
  line,
  resolutions,
});

/** Unresolved names because of which a link certainly fails; empty if it may succeed. */
export function certainlyUnresolved(link: SimulatedLink): readonly UnresolvedName[] {
  if (!isWhole(link)) return [];
  const { names, isCertain } = unresolvedOf([link], link.opened.parsed);
  return isCertain ? names : [];
}

function unresolvedOf(links: readonly SimulatedLink[], parsed: ParsedLine): UnresolvedNames {
  if (parsed.isSharedOrRelocatable || allowsUndefined(parsed)) return { names: [], isCertain: false };
  const names = links.flatMap((link, at) => namesOf(link, at));
  return {
    names,
    isCertain: links.every(isWhole) && names.some((one) => isUsed(links[one.link], one)),
  };
}

const allowsUndefined = ({ args }: ParsedLine): boolean =>
  args.some((word) => word.split(',').some((part) => ALLOWS_UNDEFINED.test(part)));

/** Names that each linker of a link leaves undefined, in the order of their first references. */
function namesOf({ graph, line, resolutions }: SimulatedLink, link: number): UnresolvedName[] {
  const { inputs, rows } = graph;
  const [{ undefinedNames, loaded }, ...others] = resolutions;
  const isOpen = (name: NameId) =>
    others.every((one) => one.winners[name] === NONE && one.referenceStrength[name] === STRONGLY_REFERENCED);
  const left = new Set([...undefinedNames].filter(isOpen));
  if (left.size === 0) return [];
  const found: UnresolvedName[] = [];
  const { first, row } = rows.references;
  for (const member of loaded) {
    if (!rows.isObject[member]) continue;
    for (let at = first[member]; at < first[member + 1]; at++) {
      const name = graph.name[row[at]];
      const isStrong = strengthOf(inputs.symbols.flags[row[at]]) === STRONGLY_REFERENCED;
      if (!isStrong || !left.delete(name)) continue;
      const text = inputs.symbols.names.text(name);
      if (OF_TARGETS.has(text) || text.includes('@') || !isLeftUndefined(text, line.layout)) continue;
      found.push({ link, name, text, member, user: fileLabel(inputs, member) });
    }
  }
  return found;
}

/**
 * Whether all inputs of the linker were read: a compiler driver reported its line, and no file of that line is missing.
 */
function isWhole({ opened, line }: SimulatedLink): boolean {
  const { inputs, parsed, skipped } = opened;
  return (
    inputs.format === 'elf' &&
    parsed.inputs.some((input) => !isOfUser(input)) &&
    parsed.inputs.every(({ kind }) => kind !== 'script') &&
    !parsed.collectsSections &&
    skipped.length + parsed.unknown.length + parsed.notSimulated.length === 0 &&
    line.missingLibraries.length === 0 &&
    inputs.contents.every(({ kind }) => kind !== 'unreadable')
  );
}

/**
 * Whether a relocation uses a name, in a section that is in the link: assemblers may list names that no code uses, and
 * linkers discard COMDAT groups with their relocations.
 */
function isUsed({ opened, resolutions }: SimulatedLink, { member, text }: UnresolvedName): boolean {
  const { names, member: memberOf } = opened.inputs.symbols;
  const isKept = (signature: string) => {
    const name = names.find(signature);
    return name !== NONE && resolutions.every(({ winners }) => memberOf[winners[name]] === member);
  };
  const image = passingImage(opened.inputs, member);
  if (image === null) return false;
  const row = image.symbols.findIndex(({ name, section }) => name === text && section === UNDEFINED_SECTION);
  return image.sections.some(
    ({ relocations, group }) =>
      relocations.some(({ symbol }) => symbol === row) &&
      (group === NONE || isKept(image.groups[group].signature)),
  );
}
