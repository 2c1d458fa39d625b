import type { RecordFormat } from './linker-record.js';

const HEADING = /^Archive member included (to satisfy reference by|because of) file \(symbol\)\r?$/m;
/** Of a link that loaded no archive member. */
const MEMORY = /^(Linker script and memory map|Memory map)\r?$/m;
/** Headings that follow the list of members. */
const NEXT =
  /^(As-needed library included|Allocating common symbols|Discarded input sections|There are no discarded|Memory Configuration|Linker script and memory map|Memory map)/;
/** A name shorter than this is on one line with its reason. */
const REASON_COLUMN = 30;

/**
 * Maps of GNU ld (`Linker script and memory map`) and gold (`Memory map`). Both begin with a list of every archive
 * member that was loaded and why; `LOAD` lines, of GNU ld alone, name the files of the command line.
 *
 * Source: binutils ld/ldmain.c (add_archive_element), gold/mapfile.cc (report_include_archive_member).
 */
export const gnuMap: RecordFormat = {
  matches: (text) => HEADING.test(text) || MEMORY.test(text),
  read: (text) => {
    const rows = text.split(/\r?\n/);
    const isGold = /^Memory map\r?$/m.test(text);
    const loaded = rows.flatMap((row) =>
      row.startsWith('LOAD ') && row !== 'LOAD dll stuff' ? [row.slice(5)] : [],
    );
    return {
      title: isGold ? 'map of gold' : 'map of GNU ld',
      linkers: isGold ? ['gold'] : ['gnu-ld', 'mingw-ld'],
      extent: 'all',
      files: [...membersIn(rows), ...loaded],
    };
  },
};

function membersIn(rows: readonly string[]): string[] {
  const start = rows.findIndex((row) => HEADING.test(row));
  if (start < 0) return [];
  const members: string[] = [];
  for (const row of rows.slice(start + 1)) {
    if (NEXT.test(row)) break;
    // Reasons of long names are on lines of their own, indented.
    if (row === '' || row.startsWith(' ')) continue;
    const isShort = row.length > REASON_COLUMN && row[REASON_COLUMN - 1] === ' ';
    members.push(isShort ? row.slice(0, REASON_COLUMN).trimEnd() : row.trimEnd());
  }
  return members;
}
