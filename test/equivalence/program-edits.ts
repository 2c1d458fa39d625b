import type { ArchiveId, Inputs } from '../../src/link/inputs/inputs.js';
import { type EditRequest, NO_EDITS } from '../../src/plan/edits/edit-request.js';
import { type Dice, diceOf } from '../random/dice.js';
import type { Program, ProgramArchive, ProgramEdits, ProgramMember, Variant } from './program.js';

const NONE_ASKED: ProgramEdits = {
  redirect: false,
  yields: [],
  isolate: [],
  firstWins: false,
  acceptsSplits: false,
};

/** Requests that are tried for one program; the first that no condition refuses is made. */
const REQUESTS = 8;

/** The same program with requests for edits, and more often with copies of other content. */
export function withEdits(program: Program): Program {
  const dice = diceOf(program.seed * 50_021 + 11);
  const { chance } = dice;
  const clashing = chance(0.8) ? withClashes(program, dice) : program;
  const edits = Array.from({ length: REQUESTS }, () => pickEdits(clashing, dice));
  const isRedirect = program.isProved && chance(0.7);
  return { ...clashing, edits: isRedirect ? [{ ...NONE_ASKED, redirect: true }, ...edits] : edits };
}

/** Copies of other content, and archives that are loaded whole: duplicates that drops do not resolve. */
function withClashes(program: Program, { chance, pick }: Dice): Program {
  const isCrate = chance(0.3);
  const archives = program.archives.map((archive, at): ProgramArchive => {
    if (at === 0 || isCrate) return archive;
    const members = archive.members.map((member): ProgramMember => {
      const isBase = member.variant === 'base' && program.world.units[member.unit].probe === undefined;
      const others: readonly Variant[] = ['other', 'other', 'grown', 'slim'];
      return isBase && chance(0.4) ? { ...member, variant: pick(others) } : member;
    });
    return { ...archive, members };
  });
  const line = program.line.map((slot) => (chance(0.35) ? { ...slot, isWhole: true } : slot));
  return { ...program, archives, line };
}

function pickEdits(program: Program, dice: Dice): ProgramEdits {
  const { chance, pick } = dice;
  const kind = pick(['redirect', 'yield', 'isolate', 'isolate', 'isolate', 'first-wins', 'mixed'] as const);
  const archive = () => pick(program.archives).name;
  const isMixed = kind === 'mixed';
  return {
    ...NONE_ASKED,
    redirect: kind === 'redirect' || (isMixed && chance(0.4)),
    yields:
      kind === 'yield' || (isMixed && chance(0.6))
        ? Array.from({ length: chance(0.3) ? 2 : 1 }, () => ({
            pattern: pickPattern(program, dice),
            owner: archive(),
          }))
        : [],
    isolate: kind === 'isolate' || (isMixed && chance(0.5)) ? [archive()] : [],
    firstWins: kind === 'first-wins' || (isMixed && chance(0.4)),
    acceptsSplits: chance(0.4),
  };
}

function pickPattern({ archives, world }: Program, { chance, pick }: Dice): string {
  const { unit } = pick(archives.flatMap(({ members }) => members));
  if (chance(0.25)) return '*';
  if (chance(0.4)) return `u${unit}_*`;
  return pick([`u${unit}_f`, `u${unit}_g`, `u${unit}_state`, 'extra', ...world.units[unit].shared]);
}

/** A request in the planner's terms. */
export function requestOf(edits: ProgramEdits, { archives }: Inputs): EditRequest {
  const idOf = (name: string): ArchiveId => {
    const found = archives.find(({ path }) => path.endsWith(`/${name}`));
    if (found === undefined) throw new Error(`${name} is not on the line`);
    return found.id;
  };
  return {
    ...NO_EDITS,
    redirect: edits.redirect,
    yields: edits.yields.map(({ pattern, owner }) => ({ pattern, owner: idOf(owner) })),
    isolate: edits.isolate.map(idOf),
    firstWins: edits.firstWins,
    acceptedSplits: edits.acceptsSplits ? ['*'] : [],
  };
}

/** Whether all archives that a request names are on the line. */
export const isOnLine = ({ yields, isolate }: ProgramEdits, { line }: Program): boolean =>
  [...isolate, ...yields.map(({ owner }) => owner)].every((name) =>
    line.some(({ archive }) => archive === name),
  );

/** Options of `trim`. @param pathOf where an archive is, by its name */
export const editOptions = (edits: ProgramEdits, pathOf: (archive: string) => string): string[] => [
  ...(edits.redirect ? ['--redirect'] : []),
  ...edits.yields.flatMap(({ pattern, owner }) => ['--yield', `${pattern}=${pathOf(owner)}`]),
  ...edits.isolate.flatMap((name) => ['--isolate', pathOf(name)]),
  ...(edits.firstWins ? ['--first-wins'] : []),
  ...(edits.acceptsSplits ? ['--accept-split', '*'] : []),
];

/** Requests with one thing less. */
export function* smallerEdits(edits: ProgramEdits): Generator<ProgramEdits> {
  if (edits.redirect) yield { ...edits, redirect: false };
  if (edits.firstWins) yield { ...edits, firstWins: false };
  if (edits.acceptsSplits) yield { ...edits, acceptsSplits: false };
  for (const at of edits.yields.keys()) yield { ...edits, yields: edits.yields.toSpliced(at, 1) };
  for (const at of edits.isolate.keys()) yield { ...edits, isolate: edits.isolate.toSpliced(at, 1) };
}
