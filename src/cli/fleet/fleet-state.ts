import { appendFileSync } from 'node:fs';
import { inputStamp } from '../../emit/input-records.js';
import { OutputError, writeTextWhole } from '../../emit/write-file.js';
import { isFile } from '../../link/command/file-kind.js';
import { InputError, reasonOf } from '../../link/inputs/open-files.js';
import { readWhole } from '../../link/inputs/read-text.js';
import type { MemberDigest } from './fleet-files.js';

/** The result for one archive, as it is kept. */
export interface FleetRecord {
  readonly path: string;
  /** Tells the file from itself after a change. */
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
    if (!first.startsWith('{"format":"ardedup-fleet","formatVersion":1,'))
      throw new InputError(`${path}: not a state of 'ardedup check --each'`);
    if (first !== head) {
      writeTextWhole(path, `${head}\n`);
      return;
    }
    // The last line is incomplete where a run was killed while it wrote: it and what follows are checked again.
    const whole = lines.filter((line) => line !== '' && this.#isRecord(line));
    if (whole.length < lines.filter((line) => line !== '').length)
      writeTextWhole(path, [head, ...whole, ''].join('\n'));
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

  #isRecord(line: string): boolean {
    try {
      const record = JSON.parse(line) as FleetRecord;
      this.#known.set(record.path, record);
      return true;
    } catch {
      return false;
    }
  }
}
