import { printTable } from '../shared/table.js';

/** So many differences are printed; all are counted. */
const MOST_PRINTED = 40;

/** Number of checks for archives of a kind. */
interface Total {
  archives: number;
  members: number;
  /** Archives whose bytes came back. */
  same: number;
  /** Members. */
  dropped: number;
  /** Of indexes, compared with ranlib's. */
  entries: number;
}

/** Checks and their results; differences are printed as they are found. */
export class Outcome {
  differences = 0;
  readonly #totals = new Map<string, Total>();
  /** Why bytes did not come back, with archives as examples. */
  readonly #reasons = new Map<string, string[]>();
  readonly #links: (readonly [archive: string, linker: string, whole: string, dropped: string])[] = [];

  differ(text: string): void {
    this.differences++;
    if (this.differences <= MOST_PRINTED) console.log(`  ${text}`);
  }

  add(kind: string, { archives = 0, members = 0, same = 0, dropped = 0, entries = 0 }: Partial<Total>): void {
    const total = this.#totals.get(kind) ?? { archives: 0, members: 0, same: 0, dropped: 0, entries: 0 };
    total.archives += archives;
    total.members += members;
    total.same += same;
    total.dropped += dropped;
    total.entries += entries;
    this.#totals.set(kind, total);
  }

  addReason(reason: string, archive: string): void {
    this.#reasons.set(reason, [...(this.#reasons.get(reason) ?? []), archive]);
  }

  addLink(archive: string, linker: string, whole: string, dropped: string): void {
    this.#links.push([archive, linker, whole, dropped]);
  }

  print(): void {
    console.log();
    printTable([
      ['archive', 'archives', 'members', 'same bytes', 'members dropped', 'index entries compared'],
      ...[...this.#totals].map(([kind, { archives, members, same, dropped, entries }]) => [
        ...[kind, archives, members, same, dropped, entries],
      ]),
    ]);
    if (this.#reasons.size > 0) console.log('\nnot the same bytes, the same index and members:');
    for (const [reason, where] of this.#reasons)
      console.log(
        `  ${where.length} × ${reason}: ${where.slice(0, 2).join('; ')}${where.length > 2 ? '; …' : ''}`,
      );
    if (this.#links.length > 0) {
      console.log();
      printTable([['link', 'linker', 'nothing dropped', 'every third dropped'], ...this.#links]);
    }
    console.log(`\ndifferences: ${this.differences}`);
  }
}
