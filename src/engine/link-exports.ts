/** Exports of src/core/link/. Columns and results are rows of the enumerations in src/core/link/parts.ts. */
export interface LinkExports {
  giveColumn(column: number, rows: number, width: number): number;
  isGraphSound(): number;
  isLineSound(items: number): number;
  simulateLink(items: number, optionalName: number): void;
  linkResultLength(result: number): number;
  linkResult(result: number): number;
  linkTooDeep(): number;
  collectClashes(): number;
  findBoundElsewhere(): number;
  findChangedNames(): void;
  findRowsOfNames(ofReferences: boolean): number;
  hasMoreDefinitions(): number;
  areIndexesExact(): number;
  countStateCopies(keys: number): number;
  countStrongDefinitions(): number;
  findFirstUsers(): number;
  findSharedNames(): number;
  findUsers(): number;
  firstUsers(): number;
  flagsPresent(): number;
  hasStrongInGroups(): number;
  isWeakReferenceOffered(): number;
  stateCopies(): number;
  findNamesOfUnknownUsers(patterns: number, ofObjects: boolean): void;
  foundCount(): number;
  foundRows(): number;
  selectRows(kind: number): number;
  selectedRows(): number;
  firstSelected(): number;
  digestMembers(isLinkage: boolean, leftOut: number, otherLeftOut: number): number;
  digestedDefinitions(): number;
  countServedMembers(): number;
}
