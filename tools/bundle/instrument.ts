// Counts how often each place of the sources is passed: a plugin of esbuild that the fuzzer's bundle is made with. A
// place is the body of a function or loop, a branch, a case, the right side of && || ??.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, parse } from 'acorn';
import { type Plugin, transformSync } from 'esbuild';
import { ROOT } from '../../test/root.js';
import { countedCore } from './instrument-core.js';
import { type Insertion, withInsertions } from './with-insertions.js';

const SOURCES = join(ROOT, 'src/');

/** @returns the plugin, and how many places there are once it has run */
export function instrumentation(): { readonly plugin: Plugin; readonly places: () => number } {
  let places = 0;
  const next = () => `__counters[${places++}]++`;
  const plugin: Plugin = {
    name: 'count-places',
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        if (!path.startsWith(SOURCES)) return null;
        const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts', target: 'node20' });
        return { contents: instrument(code, next), loader: 'js' };
      });
      build.onLoad({ filter: /^virtual:core$/, namespace: 'virtual' }, async () => {
        const bytes = await countedCore(() => places++);
        return { contents: `export const core = ${JSON.stringify(bytes.toString('base64'))};` };
      });
    },
  };
  return { plugin, places: () => places };
}

interface Edits {
  readonly open: (at: number, text: string) => void;
  readonly close: (at: number, text: string) => void;
  /** Code that counts another place. */
  readonly next: () => string;
}

function instrument(code: string, next: () => string): string {
  const insertions: Insertion[] = [];
  const open = (at: number, text: string) => void insertions.push({ at, text, order: 1 });
  const close = (at: number, text: string) => void insertions.push({ at, text, order: 0 });
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), { open, close, next });
  return withInsertions(code, insertions);
}

/** Which children of a node are places. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  FunctionDeclaration: ['body'],
  FunctionExpression: ['body'],
  ArrowFunctionExpression: ['body'],
  IfStatement: ['consequent', 'alternate'],
  ForStatement: ['body'],
  ForOfStatement: ['body'],
  ForInStatement: ['body'],
  WhileStatement: ['body'],
  DoWhileStatement: ['body'],
  CatchClause: ['body'],
  ConditionalExpression: ['consequent', 'alternate'],
  LogicalExpression: ['right'],
};

const isNode = (value: unknown): value is AnyNode =>
  typeof (value as Partial<AnyNode> | null | undefined)?.type === 'string';

function visit(node: AnyNode, edits: Edits): void {
  const places = PLACES[node.type] ?? [];
  // A case may be one block, or several statements.
  if (node.type === 'SwitchCase' && node.consequent.length > 0)
    edits.open(node.consequent[0].start, `${edits.next()};`);
  for (const [key, child] of childrenOf(node)) {
    const end = places.includes(key) ? beginPlace(child, edits) : null;
    visit(child, edits);
    if (end !== null) edits.close(child.end, end);
  }
}

/** Nodes in the properties of a node, by the property's name. */
const childrenOf = (node: AnyNode): [key: string, child: AnyNode][] =>
  Object.entries(node).flatMap(([key, value]) =>
    [value]
      .flat()
      .filter(isNode)
      .map((child): [string, AnyNode] => [key, child]),
  );

/** @returns what follows the place; null for nothing */
function beginPlace(node: AnyNode, { open, next }: Edits): string | null {
  if (node.type === 'BlockStatement') {
    open(node.start + 1, `${next()};`);
    return null;
  }
  if (/Statement$/.test(node.type)) {
    open(node.start, `{${next()};`);
    return '}';
  }
  open(node.start, `(${next()},`);
  return ')';
}
