import { nameOf } from '../../link/inputs/archive-name.js';
import type { CheckedPlan } from '../check/check-result.js';
import { demangle } from '../demangle.js';
import type { Extraction, Loaded } from '../extraction.js';
import { printable } from '../place.js';
import type { MemberRef } from '../plan/member-ref.js';
import type { MemberReport } from '../plan/plan-report.js';
import { reasonText } from '../plan/reason-text.js';
import {
  type ExtractionColumns,
  type LinkModel,
  NOT_LOADED,
  ON_THE_LINE,
  ROLES,
  type Role,
} from './page-model.js';

/** Rows of distinct texts, in order of their first use. */
class Texts {
  readonly rows: string[] = [];
  readonly #known = new Map<string, number>();

  row(text: string): number {
    const known = this.#known.get(text) ?? this.rows.push(text) - 1;
    this.#known.set(text, known);
    return known;
  }
}

export function linkModel({ title, report, extraction }: CheckedPlan, at: number): LinkModel {
  const labels = new Texts();
  const reasons = new Texts();
  const symbols = new Texts();
  const files: readonly File[] = [...report.members, ...objectsOf(extraction)];
  const rowOf = new Map(files.map((file, row) => [keyOf(file), row]));
  const row = (file: MemberRef | null | undefined) => (file ? (rowOf.get(keyOf(file)) ?? -1) : -1);
  const loaded = (list: readonly Loaded[]): ExtractionColumns => {
    const by: number[] = files.map(() => NOT_LOADED);
    const symbol: number[] = files.map(() => -1);
    for (const one of list) {
      by[row(one.file)] = one.by === null ? ON_THE_LINE : row(one.by);
      if (one.symbol !== null) symbol[row(one.file)] = symbols.row(printable(demangle(one.symbol)));
    }
    return { by, symbol };
  };
  return {
    title: title ?? `link ${at + 1}`,
    archives: report.archives.map((_, archive) => printable(nameOf(report, archive))),
    files: {
      name: files.map(({ archive, name }) => printable(archive < 0 ? baseName(name) : name)),
      archive: files.map(({ archive }) => archive),
      label: files.map((file) => labels.row(labelOf(file))),
      size: files.map((file) => ('decision' in file ? file.size : 0)),
      role: files.map((file) => ROLES.indexOf(roleOf(file))),
      reason: files.map((file) => reasons.row(whyOf(file))),
      twin: files.map((file) => row('decision' in file ? file.twin : null)),
      before: loaded(extraction?.before ?? []),
      after: loaded(extraction?.after ?? []),
    },
    labels: labels.rows,
    reasons: reasons.rows,
    symbols: symbols.rows,
  };
}

type File = MemberReport | MemberRef;

const keyOf = ({ archive, ordinal, name }: MemberRef): string =>
  archive < 0 ? `file ${name}` : `${archive} ${ordinal}`;

const baseName = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

const objectsOf = (extraction: Extraction | undefined): MemberRef[] =>
  (extraction?.before ?? []).flatMap(({ file }) => (file.archive < 0 ? file : []));

const labelOf = (file: File): string =>
  printable(('decision' in file ? file.origin?.crate : undefined) ?? baseName(file.name));

function roleOf(file: File): Role {
  if (!('decision' in file)) return 'only';
  if (file.decision !== 'keep') return file.decision;
  if (file.reason === 'owner') return 'owner';
  return file.reason === 'no-twin' ? 'only' : 'other';
}

const WHY_DROPPED: Readonly<Record<string, string>> = {
  'identical-bytes': 'a copy with the same bytes is in another archive',
  'same-image': 'a copy that differs in debug information and names of local symbols is in another archive',
};

function whyOf(file: File): string {
  if (!('decision' in file)) return 'on the link line';
  if (file.decision === 'drop')
    return WHY_DROPPED[file.evidence ?? ''] ?? 'the same unit is in another archive';
  return reasonText(file.reason ?? '');
}
