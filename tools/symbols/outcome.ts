/** Number of comparisons for a format. */
interface Total {
  archives: number;
  members: number;
  symbols: number;
  /** By tool. */
  readonly differences: Record<string, number>;
}

/** Comparisons and their results, which are printed as they are found. */
export class Outcome {
  /** Differences, and members that cannot be read. */
  problems = 0;
  readonly #totals = new Map<string, Total>();

  problem(text: string): void {
    this.problems++;
    this.note(text);
  }

  note(text: string): void {
    console.log(`  ${text}`);
  }

  addMembers(family: string, members: readonly { readonly count: number }[]): void {
    const total = this.#total(family);
    total.archives++;
    total.members += members.length;
    total.symbols += members.reduce((sum, { count }) => sum + count, 0);
  }

  addDifferences(family: string, tool: string, differences: number): void {
    const total = this.#total(family);
    total.differences[tool] = (total.differences[tool] ?? 0) + differences;
    this.problems += differences;
  }

  /** A heading, and a row for each format. */
  table(): (string | number)[][] {
    const rows = [...this.#totals].map(([family, { archives, members, symbols, differences }]) => {
      const byTool = Object.entries(differences).map(([tool, found]) => `${tool}: ${found}`);
      return [family, archives, members, symbols, byTool.join(', ')];
    });
    return [['format', 'archives', 'members', 'symbols', 'differences'], ...rows];
  }

  #total(family: string): Total {
    const total = this.#totals.get(family) ?? { archives: 0, members: 0, symbols: 0, differences: {} };
    this.#totals.set(family, total);
    return total;
  }
}
