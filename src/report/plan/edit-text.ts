import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { count, shortList } from '../quantities.js';
import type { EditReport, PlanReport } from './plan-report.js';

const DONE: Record<EditReport['kind'], string> = {
  redirect: 'redirected to proved copies',
  yield: 'yielded to another definition',
  isolate: 'isolated',
  'first-wins': 'made weak',
};

/** Symbols named for each kind of edit. */
const SYMBOLS_NAMED = 3;

/** Note about globals that have two copies by design when an archive is isolated. */
const BY_DESIGN =
  'an isolated archive has its own panics, stdout buffer, environment lock and inline statics; dlsym finds the new names only';

/** A line for each archive and kind of edit, and for what the edits leave in two copies. */
export function editLines(report: PlanReport, colors: Colors): string[] {
  const { edits = [], acceptedSplits = [], reordered = [], addedEffects = [], archives } = report;
  const groups = new Map<string, EditReport[]>();
  for (const edit of edits) {
    const key = `${edit.archive} ${edit.kind}`;
    const group = groups.get(key);
    if (group) group.push(edit);
    else groups.set(key, [edit]);
  }
  const lines = [...groups.values()].map((group) => {
    const [{ archive, kind }] = group;
    const symbols = [...new Set(group.map(({ symbol }) => symbol))];
    const members = new Set(group.map(({ ordinal }) => ordinal)).size;
    const path = printable(archives[archive].path);
    const named = shortList(symbols.map(printable), SYMBOLS_NAMED, 'symbol');
    return `${colors.bold(path)}: ${count(symbols.length, 'symbol')} ${DONE[kind]} in ${count(members, 'member')} (${named})`;
  });
  lines.push(...linkerLines(report), ...differenceLines(report), ...mixedLines(report));
  if (acceptedSplits.length > 0)
    lines.push(
      `${count(acceptedSplits.length, 'global')} in two copies, as accepted: ${shortList(acceptedSplits.map(printable), SYMBOLS_NAMED, 'global')}`,
    );
  if (reordered.length > 0)
    lines.push(
      `warning: constructors or registry entries of ${count(reordered.length, 'file')} are in a different order: ${shortList(reordered.map(printable), SYMBOLS_NAMED, 'file')}`,
    );
  if (addedEffects.length > 0)
    lines.push(
      `warning: constructors or registry entries of ${count(addedEffects.length, 'file')} are new in the link: ${shortList(addedEffects.map(printable), SYMBOLS_NAMED, 'file')}`,
    );
  if (edits.some(({ kind }) => kind === 'isolate')) lines.push(BY_DESIGN);
  return lines;
}

/** Linkers on which duplicates are left although other linkers have none: the edits cure only some links. */
function linkerLines(report: PlanReport): string[] {
  // Links are described only when they are read: undefined names take time to count.
  if (report.edits === undefined || report.edits.length === 0) return [];
  const { links = [] } = report;
  const left = links.filter(({ duplicatesAfter }) => duplicatesAfter > 0);
  if (left.length === 0 || left.length === links.length) return [];
  const most = Math.max(...left.map(({ duplicatesAfter }) => duplicatesAfter));
  const linkers = [...new Set(left.map(({ linker }) => linker))].join(', ');
  return [
    `warning: up to ${count(most, 'duplicate definition')} left on ${linkers}, and none on other linkers; \`ardedup fix --linker any\` also changes the line`,
  ];
}

/** Symbols that now bind to different content than their users were compiled against. */
function differenceLines({ edits = [] }: PlanReport): string[] {
  const symbols = [...new Set(edits.filter(({ differs }) => differs).map(({ symbol }) => symbol))];
  if (symbols.length === 0) return [];
  const named = shortList(symbols.map(printable), SYMBOLS_NAMED, 'symbol');
  return [
    `${count(symbols.length, 'symbol')} now ${symbols.length === 1 ? 'binds' : 'bind'} to a definition with different content, as requested (${named})`,
  ];
}

/** Files that use one interface of two libraries. */
function mixedLines({ mixedUses = [], archives }: PlanReport): string[] {
  return mixedUses
    .slice(0, SYMBOLS_NAMED)
    .map(
      ({ user, archive, symbol }) =>
        `warning: ${printable(user.name)} uses ${printable(archives[archive].path)}, but takes '${printable(symbol)}' from another archive, because the definition there is now private`,
    );
}
