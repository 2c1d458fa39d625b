import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { rewrittenLine } from '../../src/emit/rewritten-line.js';
import { writeTrimmed } from '../../src/emit/write-trimmed.js';
import { LineError } from '../../src/link/command/line-error.js';
import type { OpenedLine } from '../../src/link/line/opened-line.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import { planTrim, type TrimPlan } from '../../src/plan/plan-trim.js';
import type { BlockCode } from '../../src/plan/verdict.js';
import { isLocalState, isState } from '../../src/symbols/flags.js';
import { type MemberId, NONE, type SymbolTable } from '../../src/symbols/table.js';
import type { EquivalenceFormat } from './format.js';
import { type Circumstances, differences } from './observation.js';
import {
  linkersFor,
  type PreparedProgram,
  prepareProgram,
  type Trial,
  type Trying,
} from './prepare-program.js';
import { type Program, SAME_IMAGE } from './program.js';
import { tryEdits } from './try-edits.js';
import { CRATE_COUNTER } from './unit-features.js';

/** Links a program as given and trimmed, and compares what can be observed. */
export async function tryProgram(program: Program, trying: Trying): Promise<Trial> {
  if (program.edits !== undefined) return tryEdits(program, program.edits, trying);
  const { folder } = trying;
  const planned = await planProgram(program, trying);
  if ('reason' in planned) return { ...NOTHING, outcome: 'refused', reason: planned.reason };
  const { plan, opened, words } = planned;
  try {
    const drops = plan.verdicts.filter(({ kind }) => kind === 'drop').length;
    if (drops === 0) return { ...NOTHING, outcome: 'kept' };
    const outputs = writeTrimmed(plan, { kind: 'folder', path: join(folder, 'trimmed') });
    const trimmed = rewrittenLine(opened, outputs);
    return { ...(await compareLinks(program, trying, plan, words, trimmed)), drops };
  } finally {
    opened.close();
  }
}

/** Codes of all that keeps members of a program: which conditions its plan turns on. */
export async function planCodes(
  program: Program,
  place: Pick<Trying, 'format' | 'folder'>,
): Promise<BlockCode[]> {
  const planned = await planProgram(program, place);
  if ('reason' in planned) return [];
  planned.opened.close();
  return planned.plan.verdicts.flatMap((verdict) =>
    verdict.kind === 'blocked' ? [verdict.blocker.code] : [],
  );
}

interface PlannedProgram extends PreparedProgram {
  readonly plan: TrimPlan;
}

async function planProgram(
  program: Program,
  place: Pick<Trying, 'format' | 'folder'>,
): Promise<PlannedProgram | { readonly reason: string }> {
  const prepared = await prepareProgram(program, place);
  if ('reason' in prepared) return prepared;
  const { opened, words } = prepared;
  const plan = planOrReason(program, opened);
  if (typeof plan !== 'string') return { opened, plan, words };
  opened.close();
  return { reason: plan };
}

const NOTHING = { drops: 0, compared: 0, differences: [] };

function planOrReason({ linker, providers: own }: Program, { inputs, line }: OpenedLine): TrimPlan | string {
  const providers = inputs.archives.filter(({ path }) => own.some((name) => path.endsWith(`/${name}`)));
  try {
    return planTrim(inputs, line, {
      providers: providers.map(({ id }) => id),
      linker: linker === null ? null : findProfile(linker),
    });
  } catch (error) {
    if (error instanceof LineError) return error.message;
    throw error;
  }
}

async function compareLinks(
  program: Program,
  trying: Trying,
  plan: TrimPlan,
  words: readonly string[],
  trimmed: readonly string[],
): Promise<Omit<Trial, 'drops'>> {
  const { format, folder, wrapper, atMost } = trying;
  const found: string[] = [];
  let compared = 0;
  let reason = '';
  for (const linker of linkersFor(program, format, atMost)) {
    const circumstances = circumstancesOf(program, plan, linker);
    let allowsDuplicates = hasClashes(plan, linker);
    const output = (name: string) => join(folder, `${name}.${linker}`);
    let before = await format.link(linker, words, output('given'), folder, allowsDuplicates);
    if (before.output === null && !allowsDuplicates) {
      allowsDuplicates = true;
      before = await format.link(linker, words, output('given'), folder, true);
    }
    if (before.output === null) {
      reason = before.messages;
      continue;
    }
    const after =
      wrapper === null
        ? await format.link(linker, trimmed, output('trimmed'), folder, allowsDuplicates)
        : await linkWrapped(wrapper, format, linker, words, output('trimmed'), folder, allowsDuplicates);
    compared++;
    if (after.output === null) {
      found.push(`${linker}: the trimmed line does not link: ${after.messages.trim().split('\n')[0]}`);
      continue;
    }
    const one = await format.observe(program, linker, before.output, circumstances);
    if (one.get('status')?.some((status) => /^[1-9]/.test(status))) {
      compared--;
      reason = 'the program as given does not run';
      continue;
    }
    const two = await format.observe(program, linker, after.output, circumstances);
    found.push(...differences(one, two).map((difference) => `${linker}: ${difference}`));
  }
  if (compared === 0) return { outcome: 'refused', compared, differences: [], reason };
  return { outcome: found.length > 0 ? 'different' : 'same', compared, differences: found };
}

const scenarioOf = ({ scenarios }: TrimPlan, linker: string) => {
  const profile = findProfile(linker)?.id;
  return scenarios.find(({ profile: { id } }) => id === profile) ?? scenarios[0];
};

const hasClashes = (plan: TrimPlan, linker: string): boolean =>
  scenarioOf(plan, linker).before.clashes.length > 0;

function circumstancesOf(program: Program, plan: TrimPlan, linker: string): Circumstances {
  const { members, archives, symbols } = plan.graph.inputs;
  const { loaded } = scenarioOf(plan, linker).before;
  const unitOf = new Map(
    program.archives.flatMap(({ name, members: own }) =>
      own.map(({ unit }, ordinal) => [`${name} ${ordinal}`, unit] as const),
    ),
  );
  const units = loaded.flatMap((member) => {
    const { archive, ordinal, name } = members[member];
    if (archive !== NONE) return unitOf.get(`${archives[archive].path.split('/').at(-1)} ${ordinal}`) ?? [];
    const [, at] = /object(\d)\.o$/.exec(name) ?? [];
    return at === undefined ? [] : program.objects[Number(at)].unit;
  });
  return {
    hasCopies: new Set(units).size < units.length || hasSplitCounter(symbols, loaded),
    // Statics of Rust are globals here: the constructors of a second copy act on the state of the first.
    isRewritten:
      units.some((unit) => program.world.units[unit].language === 'rust') ||
      program.archives.some(({ members: own }) => own.some(({ variant }) => !SAME_IMAGE.includes(variant))),
  };
}

/** Whether a counter of a crate is private in one file and shared in another: a drop may make the two one. */
function hasSplitCounter(
  { firstSymbol, flags, name, names }: SymbolTable,
  loaded: readonly MemberId[],
): boolean {
  const [own, shared] = [new Set<string>(), new Set<string>()];
  for (const member of loaded)
    for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++)
      if (isState(flags[row])) (isLocalState(flags[row]) ? own : shared).add(names.text(name[row]));
  return [...shared].some((text) => text.includes(CRATE_COUNTER) && own.has(text));
}

function linkWrapped(
  wrapper: string,
  format: EquivalenceFormat,
  linker: string,
  words: readonly string[],
  output: string,
  folder: string,
  allowsDuplicates: boolean,
): ReturnType<EquivalenceFormat['link']> {
  const command = [wrapper, 'link', '--no-cache', '--no-config', '--strict', '--'];
  const muldefs = allowsDuplicates ? ['-z', 'muldefs'] : [];
  const args = [...command, format.pathOf(linker), '-o', output, ...muldefs, ...words];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder }, (error, _stdout, stderr) =>
      done({ output: error ? null : output, messages: stderr }),
    );
  });
}
