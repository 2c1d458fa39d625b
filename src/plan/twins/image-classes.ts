import type { Inputs } from '../../link/inputs/inputs.js';
import { type FactKind, factOf } from '../../link/inputs/member-facts.js';
import { passingImage } from '../../link/inputs/member-image.js';
import {
  addressSignificance,
  imageDigest,
  LINKER_DEFINED,
  withoutComdats,
} from '../../symbols/image/image-parts.js';
import { linkageDigests } from '../../symbols/symbol-rows.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/** Digests of an object's image that are compared. */
interface Summary {
  readonly digest: string;
  /** Which addresses matter; null when nothing says. */
  readonly significance: string | null;
}

/**
 * Numbers the classes of objects that no linker tells apart: those of equal bytes, and those that are the same image.
 * NONE for a member that is alone. Whole objects are read, so only those whose linkage symbols are equal one by one to
 * those of a member with other bytes.
 * @param equal classes of equal bytes, of each of which one member is read
 */
export function imageClasses(inputs: Inputs, equal: Int32Array): Int32Array {
  const classes = Int32Array.from(equal);
  let next = equal.reduce((most, classId) => Math.max(most, classId), NONE) + 1;
  const lost = membersWithLostRules(inputs);
  for (const contents of candidates(inputs, equal))
    for (const images of joinEqual(inputs, contents, lost)) {
      if (images.length < 2) continue;
      for (const member of images.flat()) classes[member] = next;
      next++;
    }
  return classes;
}

/** Members with the same linkage symbols and in other bytes: groups of lists of equal bytes. */
function candidates(inputs: Inputs, equal: Int32Array): MemberId[][][] {
  const [one, other] = LINKER_DEFINED.map((text) => inputs.symbols.names.find(text));
  // Names of local symbols may have been stripped from one of two copies.
  const { digest, definesAny } = linkageDigests(inputs.symbols, [one, other]);
  const groups = new Map<number, Map<number, MemberId[]>>();
  for (const { id } of inputs.members) {
    if (inputs.contents[id].kind !== 'object' || definesAny[id] === 0) continue;
    const contents = groups.get(digest[id]) ?? new Map<number, MemberId[]>();
    groups.set(digest[id], contents);
    const content = equal[id] === NONE ? NONE - 1 - id : equal[id];
    const known = contents.get(content);
    if (known) known.push(id);
    else contents.set(content, [id]);
  }
  const isInTwoFiles = (contents: Map<number, MemberId[]>): boolean =>
    contents.size >= 2 && new Set([...contents.values()].flat().map((id) => fileOf(inputs, id))).size >= 2;
  return [...groups.values()].filter(isInTwoFiles).map((contents) => [...contents.values()]);
}

const fileOf = ({ members }: Inputs, member: MemberId): number =>
  members[member].archive === NONE ? NONE - 1 - member : members[member].archive;

/** Divides lists of equal bytes by their images. */
function joinEqual(
  inputs: Inputs,
  contents: readonly MemberId[][],
  lost: ReadonlySet<MemberId>,
): MemberId[][][] {
  const whole = contents.filter(([member]) => !lost.has(member));
  const hasLost = whole.length < contents.length;
  // An object that lost its COMDAT rules may be a copy of several that differ only in these.
  const isBare =
    hasLost && new Set(whole.map(([member]) => summarise(inputs, member, false)?.digest)).size === 1;
  const byDigest = new Map<
    string,
    { readonly members: MemberId[]; readonly significance: string | null }[]
  >();
  for (const members of contents) {
    const summary = summarise(inputs, members[0], isBare);
    if (summary === null) continue;
    const known = byDigest.get(summary.digest) ?? [];
    byDigest.set(summary.digest, known);
    known.push({ members, significance: summary.significance });
  }
  return [...byDigest.values()].flatMap((images) => {
    const said = new Set(images.map(({ significance }) => significance).filter((one) => one !== null));
    // An image without an address-significance table equals any other, but not two that differ.
    if (said.size < 2) return [images.map(({ members }) => members)];
    return [...said].map((one) =>
      images.filter(({ significance }) => significance === one).map(({ members }) => members),
    );
  });
}

/**
 * COFF objects that lost the rules of COMDAT sections by `strip -x`: complete copies may replace them, but not the
 * other way round.
 */
export const membersWithLostRules = ({ symbols: { groups } }: Inputs): ReadonlySet<MemberId> =>
  new Set(groups.filter(({ selection }) => selection === 'lost').map(({ member }) => member));

/**
 * Digest of an object's image; null for an object that cannot be read completely, which proves nothing.
 *
 * @param isBare leaves out the rules of COMDAT sections
 */
const summarise = (inputs: Inputs, member: MemberId, isBare: boolean): Summary | null =>
  factOf(isBare ? BARE_IMAGE : IMAGE, [inputs.members[member]], () => readSummary(inputs, member, isBare));

const isSummary = (value: unknown): value is Summary | null => {
  if (value === null) return true;
  const { digest, significance } = (value ?? {}) as Partial<Summary>;
  return typeof digest === 'string' && (significance === null || typeof significance === 'string');
};
const IMAGE: FactKind<Summary | null> = { name: 'image', isValid: isSummary };
const BARE_IMAGE: FactKind<Summary | null> = { name: 'bare-image', isValid: isSummary };

function readSummary(inputs: Inputs, member: MemberId, isBare: boolean): Summary | null {
  const read = passingImage(inputs, member);
  if (read === null) return null;
  const image = isBare ? withoutComdats(read) : read;
  return { digest: imageDigest(image), significance: addressSignificance(image) };
}
