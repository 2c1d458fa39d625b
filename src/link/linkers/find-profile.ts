import type { ObjectFormatId } from '../../symbols/object-format.js';
import type { LinkerId, LinkerProfile } from './linker-profile.js';
import { PROFILES } from './linker-profiles.js';

/** Every linker that is simulated, in the order they are named to users, each by its first outcome. */
export const linkerProfiles: readonly LinkerProfile[] = PROFILES.filter(
  ({ outcomeOf }) => outcomeOf === null,
);

/**
 * The profiles on which a plan for a linker must hold: several if it is not known which of two definitions it uses.
 */
export function outcomesOf({ id, outcomeOf }: LinkerProfile): readonly LinkerProfile[] {
  const linker = outcomeOf ?? id;
  return PROFILES.filter((profile) => profile.id === linker || profile.outcomeOf === linker);
}

/** The names that `--linker` takes: the ids, and the names of the programs themselves. */
const ALIASES: Readonly<Record<string, LinkerId>> = {
  ld: 'gnu-ld',
  bfd: 'gnu-ld',
  'ld.bfd': 'gnu-ld',
  'ld.gold': 'gold',
  'ld.lld': 'lld',
  'rust-lld': 'lld',
  'ld.mold': 'mold',
  'ld.wild': 'wild',
  'ld-classic': 'ld64',
  'lld-macho': 'ld64.lld',
  link: 'link.exe',
  'x86_64-w64-mingw32-ld': 'mingw-ld',
  'i686-w64-mingw32-ld': 'mingw-ld',
};

/**
 * @param name an id (`gnu-ld`, `lld-14`), or a linker's program name, with its version or without: `ld.bfd`,
 * `ld.lld-15`
 * @returns null when no such linker is known
 */
export function findProfile(name: string): LinkerProfile | null {
  const [, program, version] = /^(.*?)(?:-(\d+))?$/s.exec(name) as RegExpExecArray;
  const id = ALIASES[program] ?? program;
  const ofVersion = version === undefined ? undefined : profileUpTo(id, Number(version));
  return ofVersion ?? PROFILES.find((profile) => profile.id === id) ?? null;
}

/** The profile that ends with a version, as its id says, and has this one. */
function profileUpTo(id: string, version: number): LinkerProfile | undefined {
  const lastOf = (profile: LinkerProfile): number => Number(/-(\d+)$/.exec(profile.id)?.[1] ?? 0);
  return PROFILES.filter((profile) => profile.id === `${id}-${lastOf(profile)}`)
    .sort((one, other) => lastOf(one) - lastOf(other))
    .find((profile) => version <= lastOf(profile));
}

/** Programs that are one for their users, and one for each format to us. */
const FAMILIES: readonly (readonly LinkerId[])[] = [
  ['lld', 'ld64.lld', 'lld-link', 'wasm-ld'],
  ['lld-14', 'ld64.lld-16', 'lld-link-19', 'wasm-ld-16'],
  ['gnu-ld', 'mingw-ld'],
];

/**
 * The profile of a linker for an object format: `-fuse-ld=lld` names a different linker for each format. Null if the
 * linker does not support the format.
 */
export function profileFor(id: LinkerId, format: ObjectFormatId): LinkerProfile | null {
  const family = FAMILIES.find(([first]) => first === id) ?? [id];
  return PROFILES.find((profile) => profile.format === format && family.includes(profile.id)) ?? null;
}

/** All linkers that read this format: a plan for "any linker" must hold on each. */
export function profilesOf(format: ObjectFormatId): readonly LinkerProfile[] {
  return PROFILES.filter((profile) => profile.format === format);
}
