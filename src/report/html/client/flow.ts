import { type LinkModel, NOT_LOADED, ON_THE_LINE, ROLES, type Role } from '../page-model.js';
import { unitsOf } from './view.js';

/** Crates of a column that are drawn one by one; the rest together. */
const MOST_NODES = 14;
/** Of what is drawn together: below all others. */
const LAST = Number.MAX_SAFE_INTEGER;

/** Files that are loaded for one crate of one archive, before or after. */
export interface FlowNode {
  /** Column: 0 the program, then the archives. */
  readonly column: number;
  readonly label: string;
  readonly rows: readonly number[];
  readonly before: number;
  readonly after: number;
  /** The role of most of its files. */
  readonly role: Role | 'program';
}

export interface FlowEdge {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
}

export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

/** Extractions between crates: what is loaded before or after, and what is only loaded in one of both. */
export function flowOf(link: LinkModel): Flow {
  const { files } = link;
  const loadedIn = (rows: readonly number[], phase: 'before' | 'after') =>
    rows.filter((row) => files[phase].by[row] !== NOT_LOADED).length;
  const nodes: FlowNode[] = [
    { column: 0, label: 'the program', rows: [], before: 1, after: 1, role: 'program' },
  ];
  const drawn = unitsOf(link)
    .map(({ archive, label, rows }): FlowNode => {
      const loaded = rows.filter(
        (row) => files.before.by[row] !== NOT_LOADED || files.after.by[row] !== NOT_LOADED,
      );
      return {
        column: archive + 1,
        label,
        rows: loaded,
        before: loadedIn(rows, 'before'),
        after: loadedIn(rows, 'after'),
        role: archive < 0 ? 'program' : roleOf(link, rows),
      };
    })
    .filter(({ rows }) => rows.length > 0);
  for (const [, column] of Map.groupBy(drawn, (node) => node.column)) {
    const depth = new Map(column.map((node) => [node, depthOf(link, node.rows)]));
    nodes.push(...fold(column).sort((a, b) => (depth.get(a) ?? LAST) - (depth.get(b) ?? LAST)));
  }
  const nodeOf = files.name.map(() => -1);
  for (const [at, { rows }] of nodes.entries()) for (const row of rows) nodeOf[row] = at;
  return { nodes, edges: edgesOf(link, nodeOf) };
}

function fold(column: readonly FlowNode[]): FlowNode[] {
  const sorted = column.toSorted((a, b) => b.before + b.after - a.before - a.after);
  if (sorted.length <= MOST_NODES + 1) return sorted;
  const rest = sorted.slice(MOST_NODES);
  const sum = (of: (node: FlowNode) => number) => rest.reduce((total, node) => total + of(node), 0);
  return [
    ...sorted.slice(0, MOST_NODES),
    {
      column: rest[0].column,
      label: `${rest.length} more`,
      rows: rest.flatMap(({ rows }) => rows),
      before: sum(({ before }) => before),
      after: sum(({ after }) => after),
      role: rest[0].role,
    },
  ];
}

/** The role of the most of some files. */
function roleOf({ files }: LinkModel, rows: readonly number[]): Role {
  const byRole = [...Map.groupBy(rows, (row) => files.role[row])];
  byRole.sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
  return ROLES[byRole[0][0]];
}

function edgesOf({ files }: LinkModel, nodeOf: readonly number[]): FlowEdge[] {
  const edges = new Map<string, { from: number; to: number; before: number; after: number }>();
  for (const phase of ['before', 'after'] as const)
    for (const [row, by] of files[phase].by.entries()) {
      const from = extractorNode(files, nodeOf, row, by);
      const to = nodeOf[row];
      if (from < 0 || to < 0 || from === to) continue;
      const key = `${from} ${to}`;
      const edge = edges.get(key) ?? { from, to, before: 0, after: 0 };
      edges.set(key, edge);
      edge[phase]++;
    }
  return [...edges.values()];
}

/** The node that extracted the file; −1 if none did. */
function extractorNode(
  files: LinkModel['files'],
  nodeOf: readonly number[],
  row: number,
  by: number,
): number {
  if (by === NOT_LOADED) return -1;
  if (by === ON_THE_LINE) return files.archive[row] < 0 ? -1 : 0;
  return nodeOf[by];
}

/** How many files are between the program and the nearest of these: those that extract others come first. */
function depthOf(link: LinkModel, rows: readonly number[]): number {
  const phaseOf = (row: number) => (link.files.before.by[row] === NOT_LOADED ? 'after' : 'before');
  return Math.min(...rows.map((row) => chainOf(link, phaseOf(row), row).length));
}

/** Why a file is in the link: the file, its extractor and the name, and so on, up to the program. */
export function chainOf(
  { files, symbols, archives }: LinkModel,
  phase: 'before' | 'after',
  row: number,
): { readonly file: string; readonly symbol: string | null }[] {
  const chain: { file: string; symbol: string | null }[] = [];
  const seen = new Set<number>();
  for (let at = row; at >= 0 && !seen.has(at); at = files[phase].by[at]) {
    seen.add(at);
    const archive = files.archive[at];
    const symbol = files[phase].symbol[at];
    chain.push({
      file: archive < 0 ? files.name[at] : `${archives[archive]}(${files.name[at]})`,
      symbol: symbol < 0 ? null : symbols[symbol],
    });
  }
  return chain;
}
