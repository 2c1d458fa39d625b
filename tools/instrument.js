// Counts how often each place of the sources is passed: a plugin of esbuild that the fuzzer's bundle is made with. A
// place is the body of a function or loop, a branch, a case, the right side of && || ??.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { transformSync } from 'esbuild';
import { countedCore } from './instrument-core.js';
import { withInsertions } from './with-insertions.js';

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url));

/** @returns the plugin, and how many places there are once it has run */
export function instrumentation() {
  let places = 0;
  const next = () => `__counters[${places++}]++`;
  const plugin = {
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

function instrument(code, next) {
  const insertions = [];
  const open = (at, text) => insertions.push({ at, text, order: 1 });
  const close = (at, text) => insertions.push({ at, text, order: 0 });
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), { open, close, next });
  return withInsertions(code, insertions);
}

/** Which children of a node are places. */
const PLACES = {
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

function visit(node, edits) {
  const places = PLACES[node.type] ?? [];
  if (node.type === 'SwitchCase' && node.consequent.length > 0) {
    // A case may be one block, or several statements.
    edits.open(node.consequent[0].start, `${edits.next()};`);
  }
  for (const [key, child] of Object.entries(node)) {
    for (const one of Array.isArray(child) ? child : [child]) {
      if (typeof one?.type !== 'string') continue;
      const end = places.includes(key) ? beginPlace(one, edits) : null;
      visit(one, edits);
      if (end !== null) edits.close(one.end, end);
    }
  }
}

/** @returns what follows the place; null for nothing */
function beginPlace(node, { open, next }) {
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
