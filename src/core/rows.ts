import { Column } from './column';

/*
 * The symbol table: a column per property, a row per symbol, member after member. What columns mean: `SymbolTable` in
 * src/symbols/table.ts.
 */

const NONE: i32 = -1;

/** Room for rows at first. Rows that are not written take no memory, and real programs seldom need more. */
const FIRST_ROWS: i32 = 1 << 18;

export const nameOf = new Column<i32>();
export const memberOf = new Column<i32>();
export const flagsOf = new Column<u16>();
export const groupOf = new Column<i32>();
export const sectionOf = new Column<i32>();
export const sizeOf = new Column<f64>();
export const alignmentOf = new Column<u8>();
let symbols: i32 = 0;

export const firstSymbolOf = new Column<i32>();
let members: i32 = 0;

export const signatureOfGroup = new Column<i32>();
export const memberOfGroup = new Column<i32>();
export const selectionOfGroup = new Column<u8>();
export const sizeOfGroup = new Column<f64>();
export const digestOfGroup = new Column<f64>();
let groups: i32 = 0;

/** While a member is repeated, by its groups: the copy of each, or NONE. */
const copyOf = new Column<i32>();

export function symbolCount(): i32 {
  return symbols;
}

export function memberCount(): i32 {
  return members;
}

export function groupCount(): i32 {
  return groups;
}

/** Begins the next member; returns its id. */
export function beginMember(): i32 {
  firstSymbolOf.reserve(members + 1);
  firstSymbolOf[members] = symbols;
  return members++;
}

/** Forgets the rows and groups of the last member. */
export function abandonMember(): void {
  symbols = firstSymbolOf[members - 1];
  while (groups > 0 && memberOfGroup[groups - 1] === members - 1) groups--;
}

/** Forgets the last member, which was abandoned. */
export function takeBackMember(): void {
  members--;
}

/** Forgets all members. */
export function clearRows(): void {
  symbols = 0;
  members = 0;
  groups = 0;
}

export function addGroup(signature: i32, selection: u8, size: f64, digest: f64): i32 {
  const group = groups++;
  signatureOfGroup.reserve(groups);
  memberOfGroup.reserve(groups);
  selectionOfGroup.reserve(groups);
  sizeOfGroup.reserve(groups);
  digestOfGroup.reserve(groups);
  signatureOfGroup[group] = signature;
  memberOfGroup[group] = members - 1;
  selectionOfGroup[group] = selection;
  sizeOfGroup[group] = size;
  digestOfGroup[group] = digest;
  return group;
}

export function addSymbol(name: i32, flags: i32, section: i32, size: f64, group: i32, alignment: u8): void {
  const symbol = symbols++;
  if (symbol === nameOf.capacity) reserveSymbols();
  nameOf[symbol] = name;
  memberOf[symbol] = members - 1;
  flagsOf[symbol] = <u16>flags;
  groupOf[symbol] = group;
  sectionOf[symbol] = section;
  sizeOf[symbol] = size;
  alignmentOf[symbol] = alignment;
}

/** Widest first: the block that a wide column leaves is taken by a narrower one. All columns have as many rows. */
function reserveSymbols(): void {
  sizeOf.reserve(max(symbols, FIRST_ROWS));
  const rows = sizeOf.capacity;
  nameOf.reserve(rows);
  memberOf.reserve(rows);
  groupOf.reserve(rows);
  sectionOf.reserve(rows);
  flagsOf.reserve(rows);
  alignmentOf.reserve(rows);
}

/** Begins a member with the rows and groups of one that is there. Returns how many rows it has. */
export function repeatMember(known: i32): i32 {
  const first = firstSymbolOf[known];
  const end = known + 1 < members ? firstSymbolOf[known + 1] : symbols;
  beginMember();
  const firstGroup = firstGroupOf(known);
  copyOf.fill(firstGroupOf(known + 1) - firstGroup, 0xff);
  for (let symbol = first; symbol < end; symbol++)
    addSymbol(
      nameOf[symbol],
      flagsOf[symbol],
      sectionOf[symbol],
      sizeOf[symbol],
      groupOf[symbol] === NONE ? NONE : copyOfGroup(groupOf[symbol], firstGroup),
      alignmentOf[symbol],
    );
  return end - first;
}

function copyOfGroup(group: i32, firstGroup: i32): i32 {
  const known = copyOf[group - firstGroup];
  if (known !== NONE) return known;
  const copy = addGroup(
    signatureOfGroup[group],
    selectionOfGroup[group],
    sizeOfGroup[group],
    digestOfGroup[group],
  );
  copyOf[group - firstGroup] = copy;
  return copy;
}

/** Groups are in the order of their members. */
function firstGroupOf(member: i32): i32 {
  let first = 0;
  for (let after = groups; first < after; ) {
    const middle = (first + after) >>> 1;
    if (memberOfGroup[middle] < member) first = middle + 1;
    else after = middle;
  }
  return first;
}
