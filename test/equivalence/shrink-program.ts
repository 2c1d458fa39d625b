import type { Program } from './program.js';
import { smallerEdits } from './program-edits.js';

/** Programs with one thing less. */
function* smaller(program: Program): Generator<Program> {
  const { archives, line, uses, options, objects, exported } = program;
  const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, other) => other !== at);
  for (const [at, { archive }] of line.entries()) {
    const rest = without(line, at);
    const group = program.group && at > program.group[1] ? program.group : null;
    const used = archives.filter(
      ({ name }) => name !== archive || rest.some((slot) => slot.archive === name),
    );
    if (rest.length > 0) yield { ...program, line: rest, group, archives: used };
  }
  for (const [at, archive] of archives.entries())
    for (let member = archive.members.length - 1; member >= 0; member--)
      yield {
        ...program,
        archives: archives.map((other, place) =>
          place === at ? { ...other, members: without(other.members, member) } : other,
        ),
      };
  for (const at of uses.keys()) yield { ...program, uses: without(uses, at) };
  for (const at of objects.keys()) yield { ...program, objects: without(objects, at) };
  for (const at of exported.keys())
    if (exported.length > 1) yield { ...program, exported: without(exported, at) };
  if (options.length > 0) yield { ...program, options: [] };
  if (program.group) yield { ...program, group: null };
  if (program.providers.length > 0) yield { ...program, providers: [] };
  const edits = program.edits ?? [];
  for (const at of edits.length > 1 ? edits.keys() : []) yield { ...program, edits: [edits[at]] };
  for (const [at, one] of edits.entries())
    for (const less of smallerEdits(one)) yield { ...program, edits: edits.with(at, less) };
  for (const [at, slot] of line.entries())
    if (slot.isWhole)
      yield {
        ...program,
        line: line.map((other, place) => (place === at ? { ...other, isWhole: false } : other)),
      };
}

/**
 * The smallest program that still fails and is reached by leaving out one thing at a time. @param trials how many are
 * tried at most
 */
export async function shrinkProgram(
  program: Program,
  fails: (program: Program) => Promise<boolean>,
  trials = 200,
): Promise<Program> {
  let smallest = program;
  let left = trials;
  for (let found = true; found; ) {
    found = false;
    for (const candidate of smaller(smallest)) {
      if (left-- <= 0) return smallest;
      if (!(await fails(candidate).catch(() => false))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
