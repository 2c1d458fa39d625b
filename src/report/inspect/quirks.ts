import type { SymbolIndex } from '../../archive/archive.js';
import type { IndexPolicy } from '../../link/inputs/index-policy.js';
import type { Archive, Inputs } from '../../link/inputs/inputs.js';
import type { MemberContent, ObjectInfo } from '../../symbols/object-format.js';

/** A property of a readable archive that some linkers or tools do not support, or that a reader should know. */
export type QuirkCode = keyof typeof WORDS;

export interface Quirk {
  readonly code: QuirkCode;
  /** Ordinals of the members that it is about; none when it is about the archive. */
  readonly members: readonly number[];
}

/** Meaning of each code. */
const WORDS = {
  'no-index': 'no index: GNU ld, gold and lld-link find nothing in it, ld64 refuses it',
  'dangling-entries': 'entries of the index point to no member',
  'linker-members-differ': 'its two linker members differ: lld-link reads the second, GNU ld the first',
  'undefined-weak-listed':
    'the index lists weak externals that are not defined: lld-link extracts members for them',
  'repeated-name': 'same name as another member',
  empty: 'no bytes',
  'mixed-machines': 'for a different machine than most members: no link accepts both',
  misaligned: 'content not aligned to 8 bytes (4 of 32-bit objects): refused by Apple’s linkers',
  'no-object':
    'not an object: Apple’s linkers refuse it, or ignore the whole archive if it is the first member',
  'not-apple-layout': 'Mach-O objects in an archive that is not laid out as Apple’s linkers read it',
} as const;

export const oddityWords = (code: QuirkCode): string => WORDS[code];

export function odditiesOf(inputs: Inputs, archive: Archive, policy: IndexPolicy): Quirk[] {
  const { stored, firstMember } = archive;
  const contentOf = (ordinal: number): MemberContent => inputs.contents[firstMember + ordinal];
  const ordinalsOf = (is: (ordinal: number) => boolean): number[] =>
    stored.members.map(({ ordinal }) => ordinal).filter(is);
  const objects = ordinalsOf((ordinal) => contentOf(ordinal).kind === 'object');
  const natives = objects.filter((ordinal) => infoOf(contentOf(ordinal))!.format !== 'bitcode');
  const machines = machinesOf(natives.map((ordinal) => infoOf(contentOf(ordinal))!));
  const hasMacho = objects.some((ordinal) => infoOf(contentOf(ordinal))?.format === 'macho');
  const names = countNames(stored.members.map(({ name }) => name));
  const found: Quirk[] = [];
  const add = (code: QuirkCode, members: readonly number[]): void => {
    if (members.length > 0) found.push({ code, members });
  };
  const addWhen = (code: QuirkCode, condition: boolean): void => {
    if (condition) found.push({ code, members: [] });
  };
  addWhen('no-index', stored.index === null && objects.length > 0);
  addWhen('dangling-entries', stored.index?.ordinal.includes(-1) ?? false);
  addWhen(
    'linker-members-differ',
    stored.firstIndex !== null && !listTheSame(stored.firstIndex, stored.index!),
  );
  addWhen('undefined-weak-listed', policy.listsUndefinedWeak);
  addWhen('not-apple-layout', hasMacho && !['darwin', 'darwin64', 'bsd'].includes(archive.kind));
  add(
    'repeated-name',
    ordinalsOf((ordinal) => names.get(stored.members[ordinal].name)! > 1),
  );
  add(
    'empty',
    ordinalsOf((ordinal) => stored.members[ordinal].size === 0),
  );
  // Libraries of ARM64EC hold x64 code as well, and ARM64 code to be linked apart.
  if (stored.ecIndex === null)
    add(
      'mixed-machines',
      natives.filter((ordinal) => machineOf(infoOf(contentOf(ordinal))!) !== machines[0]),
    );
  if (hasMacho) {
    add(
      'misaligned',
      objects.filter((ordinal) => isMisaligned(infoOf(contentOf(ordinal))!, stored.members[ordinal])),
    );
    add(
      'no-object',
      ordinalsOf((ordinal) => contentOf(ordinal).kind === 'not-object'),
    );
  }
  return found;
}

const infoOf = (content: MemberContent): ObjectInfo | null =>
  content.kind === 'object' ? content.info : null;

const machineOf = ({ format, machine }: ObjectInfo): string =>
  `${format === 'coff-import' ? 'coff' : format} ${machine}`;

/** The most common first. */
function machinesOf(infos: readonly ObjectInfo[]): string[] {
  const counts = countNames(infos.map(machineOf));
  return [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
}

function countNames(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** ld64 walks by 4 bytes; Apple's newer linker wants 64-bit objects on 8. */
const isMisaligned = (
  { format, bits }: ObjectInfo,
  { dataOffset }: { readonly dataOffset: number },
): boolean => format === 'macho' && dataOffset % (bits / 8) !== 0;

function listTheSame(one: SymbolIndex, other: SymbolIndex): boolean {
  const rows = ({ names, nameStart, nameEnd, ordinal }: SymbolIndex) =>
    Array.from(
      ordinal,
      (of, row) => `${Buffer.from(names.subarray(nameStart[row], nameEnd[row])).toString('latin1')}\0${of}`,
    ).sort();
  const [a, b] = [rows(one), rows(other)];
  return a.length === b.length && a.every((row, at) => row === b[at]);
}
