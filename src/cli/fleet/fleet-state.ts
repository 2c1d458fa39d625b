import { appendFileSync } from 'node:fs';
import { inputStamp } from '../../emit/input-records.js';
import { OutputError, writeTextWhole } from '../../emit/write-file.js';
import { isFile } from '../../link/command/file-kind.js';
import { InputError, reasonOf } from '../../link/inputs/open-files.js';
import { readWhole } from '../../link/inputs/read-text.js';
import type { MemberDigest } from './fleet-files.js';

/** The stored result for one archive. */
export interface FleetRecord {
  readonly path: string;
  /** A stamp that changes if the file changes. */
  readonly stamp: string;
  readonly findings: readonly FleetFinding[];
  readonly members: readonly MemberDigest[];
  /** Why the archive cannot be checked. */
  readonly problem?: string;
}

export interface FleetFinding {
  readonly kind: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly fails: boolean;
}

/**
 * The file that a check of many archives is resumed from: a line of JSON for each archive, behind one that says what it
 * is.
 */
export class FleetState {
  readonly #known = new Map<string, FleetRecord>();

  /** Whether the file had results of other options or another version, which are gone. */
  readonly isBegunAgain: boolean = false;

  /**
   * @param key what records depend on beside the files: the version, and the options
   * @throws InputError for a file that is not a state
   */
  constructor(
    readonly path: string,
    readonly key: string,
  ) {
    const head = JSON.stringify({ format: 'ardedup-fleet', formatVersion: 1, key });
    if (!isFile(path)) {
      writeTextWhole(path, `${head}\n`);
      return;
    }
    const [first, ...lines] = this.#text().split('\n');
    if (!/^\{"format":"ardedup-fleet","formatVersion":\d+,/.test(first))
      throw new InputError(`${path}: not a state file of 'ardedup check --each'`);
    if (first !== head) {
      this.isBegunAgain = true;
      writeTextWhole(path, `${head}\n`);
      return;
    }
    // The last line is incomplete where a run was killed while it wrote: it and what follows are checked again. A line
    // of an archive that has changed since is followed by its newer one.
    for (const line of lines) this.#read(line);
    const records = [...this.#known.values()].map((record) => JSON.stringify(record));
    if (lines.at(-1) !== '' || lines.length - 1 > records.length)
      writeTextWhole(path, [head, ...records, ''].join('\n'));
  }

  /** The record of an unchanged file. */
  find(path: string): FleetRecord | undefined {
    const known = this.#known.get(path);
    return known !== undefined && known.stamp === inputStamp(path) ? known : undefined;
  }

  /** @throws OutputError */
  add(record: FleetRecord): void {
    try {
      appendFileSync(this.path, `${JSON.stringify(record)}\n`);
    } catch (error) {
      throw new OutputError(`${this.path}: ${reasonOf(error)}`);
    }
  }

  #text(): string {
    try {
      return readWhole(this.path).toString('utf8');
    } catch (error) {
      throw new InputError(`${this.path}: ${reasonOf(error)}`);
    }
  }

  #read(line: string): void {
    try {
      const record = JSON.parse(line) as FleetRecord;
      const { path, stamp, findings, members } = record;
      if (![path, stamp].every((text) => typeof text === 'string')) return;
      if (Array.isArray(findings) && Array.isArray(members)) this.#known.set(path, record);
    } catch {
      // A line that was not written to its end has no result.
    }
  }
}
