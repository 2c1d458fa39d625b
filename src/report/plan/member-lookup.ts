import type { Place } from '../../check/findings.js';
import { nameOf } from '../../link/inputs/archive-name.js';
import { printable } from '../place.js';
import { shortList } from '../quantities.js';
import type { MemberRef } from './member-ref.js';
import type { MemberReport, PlanReport } from './plan-report.js';

/** Archives and crates named in a message. */
const NAMED = 3;
/** No copy of what it is paired with: the names agree, and the contents do not. */
const NO_COPY = new Set(['other-content', 'other-build']);

const isProvedCopy = ({ evidence, reason }: MemberReport): boolean =>
  evidence !== 'declared' && !NO_COPY.has(reason ?? '');

/** Finds members in a plan's report by their reference. */
export class MemberLookup {
  readonly #report: PlanReport;
  readonly #members: ReadonlyMap<string, MemberReport>;

  constructor(report: PlanReport) {
    this.#report = report;
    this.#members = new Map(report.members.map((member) => [keyOf(member), member]));
  }

  /** The distinct files, as places. */
  places(files: readonly MemberRef[]): Place[] {
    const distinct = new Map(files.map((file) => [keyOf(file), file]));
    return [...distinct.values()].map(({ archive, ordinal, name }) =>
      archive < 0
        ? { file: name, member: null }
        : { file: this.#report.archives[archive].path, member: { ordinal, name } },
    );
  }

  /** Whether two of them are copies of one thing, by what the plan says of each. */
  areCopies(files: readonly MemberRef[]): boolean {
    const originals = files.map((file) => {
      const member = this.#members.get(keyOf(file));
      return keyOf(member?.twin && isProvedCopy(member) ? member.twin : file);
    });
    return new Set(originals).size < files.length;
  }

  /** The crates of files, each once. */
  crates(files: readonly MemberRef[]): string[] {
    const crates = new Set<string>();
    for (const file of files) {
      const crate = this.#members.get(keyOf(file))?.origin?.crate;
      if (crate !== undefined) crates.add(crate);
    }
    return [...crates].sort();
  }

  /** ` of evt_runtime`, or nothing for files of which no crate is known. */
  ofCrates(files: readonly MemberRef[]): string {
    const crates = this.crates(files);
    return crates.length === 0 ? '' : ` of ${shortList(crates.map(printable), NAMED, 'crate')}`;
  }

  /** Crates, or the names of members that have none. */
  crateList(files: readonly MemberRef[]): string {
    const crates = this.crates(files);
    if (crates.length > 0) return shortList(crates.map(printable), NAMED, 'crate');
    const names = [...new Set(files.map(({ name }) => printable(name)))];
    return shortList(names, NAMED, 'object');
  }

  /** Rows of the archives of files; −1 for objects on their own. */
  archives(files: readonly MemberRef[]): number[] {
    return [...new Set(files.map(({ archive }) => archive))].sort((a, b) => a - b);
  }

  /** `liba.a and libb.a`; an object on its own by its name. */
  archiveList(files: readonly MemberRef[]): string {
    const names = [...new Set(files.map((file) => this.fileName(file)))];
    if (names.length < 2) return names.join('');
    if (names.length > NAMED + 1) return shortList(names, NAMED, 'archive');
    return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  }

  /** A crate where one is known, else the file. */
  label(file: MemberRef): string {
    return printable(this.#members.get(keyOf(file))?.origin?.crate ?? file.name.split('/').at(-1)!);
  }

  archiveName(archive: number): string {
    return printable(nameOf(this.#report, archive));
  }

  fileName({ archive, name }: MemberRef): string {
    return archive < 0 ? printable(name.split('/').at(-1)!) : this.archiveName(archive);
  }
}

const keyOf = ({ archive, ordinal, name }: MemberRef): string =>
  archive < 0 ? `file ${name}` : `${archive} ${ordinal}`;
