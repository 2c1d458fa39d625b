import { createHash } from 'node:crypto';
import type { Inputs } from '../../../link/inputs/inputs.js';
import { coffExportTest, exportedNames, NOT_EXPORTED } from '../../../link/resolve/exported-names.js';
import { type MemberId, NONE } from '../../../symbols/table.js';
import { type EditProblem, type MemberEdit, markedName, unmarkedName } from '../edit-plan.js';
import { hasTwins } from '../edited-inputs.js';
import type { EditedLink, EditedLinks } from '../edited-link.js';
import { definitionOf } from '../member-conditions.js';

/**
 * The same edits, with a new name for each member. The old definition behind a twin is still a global symbol: two
 * members that both yield one name would clash under one new name.
 */
export function withDistinctTwins(
  { format, members }: Inputs,
  edits: readonly MemberEdit[],
): readonly MemberEdit[] {
  if (!hasTwins(format)) return edits;
  const first = new Map<string, MemberId>();
  return edits.map((edit) => {
    const { action, newName, member } = edit;
    if (action === 'hide-and-rename') return edit;
    const known = first.get(newName);
    if (known === undefined) first.set(newName, member);
    if (known === undefined || known === member) return edit;
    const { archive, ordinal } = members[member];
    const mark = createHash('sha256').update(`${newName} ${archive} ${ordinal}`).digest('hex').slice(0, 8);
    return { ...edit, newName: markedName(unmarkedName(newName), mark) };
  });
}

/** E2: no two old definitions behind twins clash: of two members, or of one that the link loads twice. */
export function* twinsAreDistinct({ original, edits, links }: EditedLinks): Generator<EditProblem> {
  if (!hasTwins(original.graph.inputs.format)) return;
  const owner = new Map<string, MemberId>();
  for (const { action, name, newName, member } of edits) {
    if (action === 'hide-and-rename') continue;
    const known = owner.get(newName) ?? member;
    owner.set(newName, known);
    if (known !== member) yield { code: 'edit-new-clash', name, member, linker: null };
  }
  for (const { profile, after } of links) {
    const twice = new Set(after.repeated);
    for (const { action, name, member } of edits)
      if (action !== 'hide-and-rename' && twice.has(member))
        yield { code: 'edit-new-clash', name, member, linker: profile.id };
  }
}

/**
 * E2: no new name is exported. COFF has no hidden symbols: a DLL that exports all its symbols also exports isolated
 * ones, and the old definitions behind twins. --export-all of WebAssembly exports hidden symbols, too.
 */
export function* exportsAreNotNew(links: EditedLinks): Generator<EditProblem> {
  const { original, edits } = links;
  const { format } = original.graph.inputs;
  for (const link of links.links) {
    // All symbols of a relocatable output are visible, and the next link hides them.
    if (link.line.exports.output === 'relocatable') continue;
    const isExported = exportTest(links, link);
    for (const { member, name, action, newName } of edits) {
      const isNewName = action === 'hide-and-rename' || hasTwins(format);
      if (!isNewName || link.after.isLoaded[member] === 0 || !isExported(newName)) continue;
      if (definitionOf(original, member, name) !== NONE)
        yield { code: 'edit-export', name, member, linker: link.profile.id };
    }
  }
}

/** Whether the output exports a definition of a new name. */
function exportTest(
  { edited: { graph } }: EditedLinks,
  { line, after }: EditedLink,
): (text: string) => boolean {
  if (graph.inputs.format === 'coff') return coffExportTest(line, after) ?? (() => false);
  const exported = exportedNames(graph, line, after);
  const { names } = graph.inputs.symbols;
  return (text) => exported !== null && (exported[names.find(text)] ?? NOT_EXPORTED) !== NOT_EXPORTED;
}
