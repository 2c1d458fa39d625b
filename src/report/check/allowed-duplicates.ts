import { basename } from 'node:path';
import { isAllocatorName } from '../../fix/assess/allocators.js';
import type { ParsedLine } from '../../link/command/parsed-line.js';
import { cName } from '../../link/inputs/c-names.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { type Clash, type Resolution, UNREFERENCED } from '../../link/resolve/resolution.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { DATA, isState, kindOf } from '../../symbols/flags.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { MemberRef } from '../plan/member-ref.js';
import type { SharedNames } from '../plan/plan-report.js';

/** Duplicates of a link whose line allows them (`-z muldefs`, `/FORCE:MULTIPLE`): the first definition is used. */
export interface AllowedDuplicates {
  /** Sets of files (`filesKey`) of which some name that they all define is overridden without a sign of intention. */
  readonly doubtful: ReadonlySet<string>;
}

/** @returns null where duplicates stop the link */
export function allowedDuplicates(
  plan: TrimPlan,
  { allowsDuplicates }: ParsedLine,
): AllowedDuplicates | null {
  if (!allowsDuplicates) return null;
  const { inputs } = plan.graph;
  const isIntended = intention(plan);
  const doubtful = plan.scenarios[0].before.clashes.filter((clash) => !isIntended(clash));
  const files = ({ definitions }: Clash) =>
    definitions.map((symbol) => inputs.members[inputs.symbols.member[symbol]]);
  return { doubtful: new Set(doubtful.map((clash) => filesKey(files(clash)))) };
}

/** Whether it is certain which definition an allowed duplicate gives the program, and that this is intended. */
export const isOverride = ({ doubtful }: AllowedDuplicates, { files }: SharedNames): boolean =>
  !doubtful.has(filesKey(files));

const filesKey = (files: readonly MemberRef[]): string =>
  files.map(({ archive, ordinal, name }) => (archive === NONE ? name : `${archive}:${ordinal}`)).join('\0');

/**
 * Recognises intended clashes: an object on the line replaces definitions of libraries, the name is one global, one
 * file or archive replaces all functions of an allocator that the program uses, or a runtime intercepts functions.
 */
function intention({ graph, scenarios: [{ before }] }: TrimPlan): (clash: Clash) => boolean {
  const { inputs } = graph;
  const { flags, member } = inputs.symbols;
  const archiveOf = (symbol: SymbolId) => inputs.members[member[symbol]].archive;
  const isData = (symbol: SymbolId) => isState(flags[symbol]) || kindOf(flags[symbol]) === DATA;
  const isOfRuntime = (symbol: SymbolId) =>
    archiveOf(symbol) !== NONE && RUNTIME.test(basename(inputs.archives[archiveOf(symbol)].path));
  let allocators: boolean | undefined;
  return ({ name, definitions }) => {
    const winner = before.winners[name];
    if (definitions.every(isData)) return true;
    if (winner === NONE) return false;
    const isOfUser = archiveOf(winner) === NONE;
    if (isOfUser && definitions.every((symbol) => symbol === winner || archiveOf(symbol) !== NONE))
      return true;
    if (isOfRuntime(winner)) return true;
    if (!isAllocatorName(cName(inputs, name))) return false;
    allocators ??= isOneAllocator(graph, before);
    return allocators;
  };
}

/** Runtimes of sanitizers, of profiling and of coverage: they intercept functions of other libraries. */
const RUNTIME = /^lib(?:clang_rt\..*|[ahlmt]san(?:_preinit)?|ubsan|hwasan|gcov|profile_rt)\.a$/;

/**
 * Whether all allocation functions of C that a program uses come from one file or archive, and likewise those of C++.
 */
function isOneAllocator({ inputs }: LinkGraph, { winners, referenceStrength }: Resolution): boolean {
  const sources = { c: new Set<string>(), cxx: new Set<string>() };
  for (let name = 0; name < winners.length; name++) {
    const bound = winners[name];
    if (bound === NONE || referenceStrength[name] === UNREFERENCED) continue;
    const text = cName(inputs, name);
    if (!isAllocatorName(text)) continue;
    const { archive, id } = inputs.members[inputs.symbols.member[bound]];
    sources[text.startsWith('_Z') ? 'cxx' : 'c'].add(
      archive === NONE ? `object ${id}` : `archive ${archive}`,
    );
  }
  return sources.c.size < 2 && sources.cxx.size < 2;
}
