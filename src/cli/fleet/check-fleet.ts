import { SEVERITIES } from '../../check/findings.js';
import { inputStamp } from '../../emit/input-records.js';
import { InputError } from '../../link/inputs/open-files.js';
import { reportProgress } from '../../progress/progress.js';
import type { CheckResult } from '../../report/check/check-result.js';
import type { FleetReport } from '../../report/check/fleet-text.js';
import { archivesIn, digestsOf } from './fleet-files.js';
import { type FleetRecord, FleetState } from './fleet-state.js';

/** Examples of a kind that are kept. */
const EXAMPLES = 5;

/**
 * Checks every archive of folders, each alone and one after another, and finds equal members of different archives. Of
 * an archive only its findings and a digest of each member stay in memory.
 *
 * @param check the findings of one archive
 * @throws InputError for a folder without an archive; what is wrong with one archive is a part of the report
 */
export async function checkFleet(
  words: readonly string[],
  state: FleetState,
  check: (path: string) => Promise<CheckResult>,
): Promise<FleetReport> {
  const fleet = new Fleet();
  for (const { path, problem } of archivesIn(words)) {
    reportProgress('read', path, fleet.archives.length);
    const known = problem === undefined ? state.find(path) : undefined;
    const record = known ?? (await checkArchive(path, problem, check));
    // An archive that cannot be read now may be readable in the next run, even if it is unchanged.
    if (known === undefined && record.problem === undefined) state.add(record);
    fleet.add(record, known !== undefined);
  }
  if (fleet.archives.length === 0) throw new InputError(`${words.join(', ')}: no archive in it`);
  return fleet.report();
}

async function checkArchive(
  path: string,
  problem: string | undefined,
  check: (path: string) => Promise<CheckResult>,
): Promise<FleetRecord> {
  if (problem !== undefined) return { path, stamp: '', findings: [], members: [], problem };
  const stamp = inputStamp(path) ?? '';
  try {
    const { findings } = await check(path);
    const members = digestsOf(path);
    const kept = findings.filter(({ status }) => status === 'new');
    return {
      path,
      stamp,
      findings: kept.map(({ kind, severity, message, fails }) => ({ kind, severity, message, fails })),
      members,
    };
  } catch (error) {
    return { path, stamp, findings: [], members: [], problem: (error as Error).message };
  }
}

/** Sums over all archives so far. */
class Fleet {
  readonly archives: string[] = [];
  #reused = 0;
  #members = 0;
  #fails = false;
  readonly #problems: string[] = [];
  readonly #kinds = new Map<string, { severity: string; archives: Set<number>; examples: string[] }>();
  /** By digest: the size, and the rows of archives that have the member. */
  readonly #holders = new Map<string, { size: number; rows: number[] }>();

  add({ path, findings, members, problem }: FleetRecord, isKnown: boolean): void {
    const row = this.archives.push(path) - 1;
    if (isKnown) this.#reused++;
    this.#members += members.length;
    if (problem !== undefined) this.#problems.push(problem.includes(path) ? problem : `${path}: ${problem}`);
    for (const { kind, severity, message, fails } of findings) {
      const own = this.#kinds.get(kind) ?? { severity, archives: new Set(), examples: [] };
      this.#kinds.set(kind, own);
      own.archives.add(row);
      if (own.examples.length < EXAMPLES) own.examples.push(message);
      this.#fails ||= fails;
    }
    for (const [digest, size] of members) {
      const holder = this.#holders.get(digest);
      if (holder === undefined) this.#holders.set(digest, { size, rows: [row] });
      else if (holder.rows.at(-1) !== row) holder.rows.push(row);
    }
  }

  report(): FleetReport {
    const order = (severity: string) => (SEVERITIES as readonly string[]).indexOf(severity);
    const findings = [...this.#kinds].map(([kind, { severity, archives, examples }]) => ({
      kind,
      severity,
      archives: archives.size,
      examples,
    }));
    findings.sort(
      (one, other) => order(one.severity) - order(other.severity) || other.archives - one.archives,
    );
    return {
      format: 'ardedup-fleet-report',
      formatVersion: 1,
      archives: this.archives.length,
      reused: this.#reused,
      members: this.#members,
      findings,
      problems: this.#problems,
      shared: this.#shared(),
      fails: this.#fails || this.#problems.length > 0,
    };
  }

  #shared(): FleetReport['shared'] {
    const sets = new Map<string, { rows: readonly number[]; members: number; bytes: number }>();
    for (const { size, rows } of this.#holders.values()) {
      if (rows.length < 2 || size === 0) continue;
      const key = rows.join();
      const own = sets.get(key) ?? { rows, members: 0, bytes: 0 };
      sets.set(key, own);
      own.members++;
      own.bytes += size * (rows.length - 1);
    }
    return [...sets.values()]
      .sort((one, other) => other.bytes - one.bytes || one.rows[0] - other.rows[0])
      .map(({ rows, members, bytes }) => ({
        archives: rows.map((row) => this.archives[row]),
        members,
        bytes,
      }));
  }
}

export { FleetState };
