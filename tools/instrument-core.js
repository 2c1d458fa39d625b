// The engine's core with every place counted, as tools/instrument.js counts those of the TypeScript sources: the parser
// of AssemblyScript finds the places, and calls are put into the text.
import { NodeKind, Parser, Token } from 'assemblyscript';
import { compileCoreFrom } from './core.js';
import { withInsertions } from './with-insertions.js';

/** Which children of a node are places. */
const PLACES = {
  [NodeKind.FunctionDeclaration]: ['body'],
  [NodeKind.MethodDeclaration]: ['body'],
  [NodeKind.If]: ['ifTrue', 'ifFalse'],
  [NodeKind.For]: ['body'],
  [NodeKind.While]: ['body'],
  [NodeKind.Do]: ['body'],
  [NodeKind.Ternary]: ['ifThen', 'ifElse'],
};

/** In the program that loads the core: what `mark` calls. */
export const CORE_COUNTER = `{
  const { Instance } = WebAssembly;
  const count = { mark: (place) => { globalThis.__counters[place]++; } };
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) { super(module, { ...imports, count }); }
  };
}`;

const MARK = '\n@external("count", "mark") declare function mark(place: i32): void;\n';

/** @param next the number of another place */
export const countedCore = (next) => compileCoreFrom((text, name) => counted(text, name, next));

function counted(text, name, next) {
  const parser = new Parser();
  parser.parseFile(text, name, true);
  const insertions = [];
  const insert = (at, order, inserted) => insertions.push({ at, order, text: inserted });
  for (const source of parser.sources) visit(source, { text, insert, next });
  return withInsertions(text, insertions) + (insertions.length > 0 ? MARK : '');
}

const isNode = (value) => typeof value?.kind === 'number' && value.range !== undefined;

function visit(node, edits) {
  const places = PLACES[node.kind] ?? [];
  const isLogical =
    node.kind === NodeKind.Binary &&
    (node.operator === Token.Ampersand_Ampersand || node.operator === Token.Bar_Bar);
  if (node.kind === NodeKind.SwitchCase && node.statements.length > 0)
    edits.insert(node.statements[0].range.start, 1, `mark(${edits.next()});`);
  for (const [key, child] of Object.entries(node))
    for (const one of Array.isArray(child) ? child : [child]) {
      if (!isNode(one)) continue;
      const isPlace = places.includes(key) || (isLogical && key === 'right');
      if (isPlace) beginPlace(one, edits);
      visit(one, edits);
      if (isPlace) endPlace(one, edits);
    }
}

const isBlock = ({ text }, { range }) => text[range.start] === '{';
const isStatement = ({ kind }) => kind >= NodeKind.Block && kind < NodeKind.ImportDeclaration;

function beginPlace(node, edits) {
  const mark = `mark(${edits.next()})`;
  if (isBlock(edits, node)) edits.insert(node.range.start + 1, 1, `${mark};`);
  else edits.insert(node.range.start, 1, isStatement(node) ? `{${mark};` : `(${mark}, `);
}

function endPlace(node, edits) {
  if (isBlock(edits, node)) return;
  const { end } = node.range;
  // The semicolon is not in the range of the statement that it ends.
  if (isStatement(node)) edits.insert(edits.text[end] === ';' ? end + 1 : end, 0, '}');
  else edits.insert(end, 0, ')');
}
