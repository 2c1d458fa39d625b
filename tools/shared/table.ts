type Cell = string | number;

/**
 * Prints rows with columns as wide as their widest cell.
 * @param figures columns that are aligned on the right
 */
export function printTable(rows: readonly (readonly Cell[])[], figures: readonly number[] = []): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    const cells = row.map((cell, at) =>
      figures.includes(at) ? String(cell).padStart(widths[at]) : String(cell).padEnd(widths[at]),
    );
    console.log(cells.join('   ').trimEnd());
  }
}
