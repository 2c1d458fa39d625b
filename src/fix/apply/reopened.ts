import type { Inputs } from '../../link/inputs/inputs.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { type MemberEdit, unmarkedName } from '../../plan/edits/edit-plan.js';
import { judge } from '../../plan/edits/judge-edits.js';
import { sectionGraphs } from '../../plan/edits/section-graph.js';
import { prepare } from '../../plan/plan-trim.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { droppedMembers, type LinkState, simulate } from '../cure-state.js';

/* A cure's drops and edits over files that were opened again: by path, place and name. */

/** Returns a search for a member of files in files that were opened again; NONE where they do not have it. */
function memberFinder(old: Inputs, { members, archives }: Inputs): (member: MemberId) => MemberId {
  const rows = new Map(archives.map((archive) => [archive.path, archive]));
  return (member) => {
    const { archive, ordinal, name } = old.members[member];
    if (archive === NONE) return members.find((one) => one.archive === NONE && one.name === name)?.id ?? NONE;
    const row = rows.get(old.archives[archive].path);
    return row === undefined ? NONE : row.firstMember + ordinal;
  };
}

/** By MemberId: 1 for members that a cure drops. */
export function droppedOn({ drops, subject: { opened } }: LinkState, inputs: Inputs): Uint8Array {
  const memberOf = memberFinder(opened.inputs, inputs);
  const found = drops.map((drop) => ({ ...drop, member: memberOf(drop.member) }));
  return droppedMembers(
    inputs.members.length,
    found.filter(({ member }) => member !== NONE),
  );
}

export function editsOn({ edits }: LinkState, inputs: Inputs): MemberEdit[] {
  if (edits === null) return [];
  const { inputs: old } = edits;
  const { archives, symbols } = inputs;
  const memberOf = memberFinder(old, inputs);
  const archiveOf = new Map(archives.map(({ id, path }) => [path, id]));
  return edits.edits.map((edit): MemberEdit => {
    const { evidence } = edit;
    return {
      ...edit,
      member: memberOf(edit.member),
      name: symbols.names.find(old.symbols.names.text(edit.name)),
      evidence:
        evidence.kind === 'isolate'
          ? {
              ...evidence,
              archive: archiveOf.get(old.archives[evidence.archive].path) ?? evidence.archive,
            }
          : { ...evidence, provider: memberOf(evidence.provider) },
    };
  });
}

/** Whether a cure says of a global that it will have two copies. */
export function acceptedSplits({ edits }: LinkState, { symbols }: Inputs): (symbol: SymbolId) => boolean {
  const textOf = ({ names, name }: Inputs['symbols'], symbol: SymbolId) =>
    unmarkedName(names.text(name[symbol]));
  const old = edits?.inputs.symbols;
  const accepted = new Set(old === undefined ? [] : (edits?.splits ?? []).map(([copy]) => textOf(old, copy)));
  return (symbol) => accepted.has(textOf(symbols, symbol));
}

/** The link of a cure over its changed command, opened again: archives are numbered as the command names them. */
export function reopenedLink(link: LinkState, opened: OpenedLine): LinkState {
  const { inputs, line } = opened;
  const memberOf = memberFinder(link.subject.opened.inputs, inputs);
  const drops = link.drops.map((drop) => ({
    ...drop,
    member: memberOf(drop.member),
    twin: memberOf(drop.twin),
  }));
  const subject = { ...link.subject, opened, prepared: prepare(inputs, line) };
  if (link.edits === null) return simulate(subject, line, drops);
  const edits = judge(
    subject.prepared,
    subject.linkers.map((profile) => ({ profile, line })),
    { edits: editsOn(link, inputs) },
    acceptedSplits(link, inputs),
    sectionGraphs(inputs),
  );
  const edited = { ...opened, inputs: edits.edited.graph.inputs };
  return simulate({ ...subject, prepared: edits.edited, opened: edited }, line, drops, edits);
}
