import { basename } from 'node:path';
import type { LoadStep, Use } from '../../link/resolve/why.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { isState } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { demangle } from '../demangle.js';

/** A name, mangled and demangled. */
export interface SymbolText {
  readonly symbol: string;
  /** Not there when it is the same. */
  readonly demangled?: string;
}

/** A file of the link, with the properties that identify it. */
export interface FileReport {
  /** Short, for people: `libfoo.a(tokio)`, `libfoo.a(tokio #12)` where the archive has several of the crate. */
  readonly label: string;
  /** Path of its archive; null for an object on the line. */
  readonly archive: string | null;
  readonly ordinal: number;
  readonly name: string;
  readonly size: number;
  readonly crate?: string;
  readonly build?: string;
}

/** Why a file is in the link. */
export interface StepReport {
  readonly file: FileReport;
  /** The name that extracted it; null for files that the line loads without a reference. */
  readonly wanted: SymbolText | null;
}

/** A file that uses another, by these names. */
export interface UseReport {
  readonly file: FileReport;
  /** The name that extracted the user; null for files that the line loads without a reference. */
  readonly wanted: SymbolText | null;
  readonly names: number;
  /** Examples of them: first names that C can spell, then mutable globals. */
  readonly such: readonly (SymbolText & { readonly isState: boolean })[];
}

/** Names given of each user. */
const NAMES_GIVEN = 3;

export const symbolText = (symbol: string): SymbolText => {
  const demangled = demangle(symbol);
  return demangled === symbol ? { symbol } : { symbol, demangled };
};

const isMangled = (text: string): boolean => /^_{0,3}[RZ]|^\?|\.llvm\.\d+$/.test(text);

/** Reports of files, for the files of one plan. */
export interface FileReports {
  file(member: MemberId): FileReport;
  chain(steps: readonly LoadStep[]): StepReport[];
  use(use: Use): UseReport;
  name(name: NameId): SymbolText;
}

export function fileReports({ graph: { inputs }, twins, scenarios: [{ before }] }: TrimPlan): FileReports {
  const units = new Map<string, number>();
  const crateKey = (member: MemberId) => `${inputs.members[member].archive}:${twins.origins[member]?.crate}`;
  for (const { id } of inputs.members) units.set(crateKey(id), (units.get(crateKey(id)) ?? 0) + 1);
  const repeated = new Set<string>();
  const seen = new Set<string>();
  for (const { archive, name } of inputs.members) {
    const key = `${archive}\0${name}`;
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  const file = (member: MemberId): FileReport => {
    const { archive, ordinal, name, size } = inputs.members[member];
    const origin = twins.origins[member];
    const own = { archive: null, ordinal, name, size };
    if (archive === NONE) return { label: basename(name), ...own };
    const { path } = inputs.archives[archive];
    const isOne = origin ? units.get(crateKey(member)) === 1 : !repeated.has(`${archive}\0${name}`);
    const label = `${basename(path)}(${origin?.crate ?? name}${isOne ? '' : ` #${ordinal}`})`;
    return { label, ...own, archive: path, ...(origin ? { crate: origin.crate, build: origin.build } : {}) };
  };
  const name = (id: NameId): SymbolText => symbolText(inputs.symbols.names.text(id));
  const use = ({ user, names }: Use): UseReport => {
    const wanted = before.extractedFor[user];
    const texts = names.map((id) => {
      const text = inputs.symbols.names.text(id);
      const isStateful = isState(inputs.symbols.flags[before.winners[id]]);
      return { text, isState: isStateful, rank: isMangled(text) ? (isStateful ? 1 : 2) : 0 };
    });
    const such = texts.sort((a, b) => a.rank - b.rank).slice(0, NAMES_GIVEN);
    return {
      file: file(user),
      wanted: wanted === NONE ? null : name(wanted),
      names: names.length,
      such: such.map(({ text, isState: isStateful }) => ({ ...symbolText(text), isState: isStateful })),
    };
  };
  const chain = (steps: readonly LoadStep[]): StepReport[] =>
    steps.map(({ member, wanted }) => ({
      file: file(member),
      wanted: wanted === NONE ? null : name(wanted),
    }));
  return { file, chain, use, name };
}
