// The engine's core with every place counted, as instrument.ts counts those of the TypeScript sources: the parser of
// AssemblyScript finds the places, and calls are put into the text.
import * as assemblyscript from 'assemblyscript';
import { compileCoreFrom } from './core.js';
import { type Insertion, withInsertions } from './with-insertions.js';

type Numbers<Enumeration> = Readonly<Record<keyof Enumeration, number>>;

/** To TypeScript they are constant enumerations, which a module of another package must not read. */
const { NodeKind, Token } = assemblyscript as unknown as {
  readonly NodeKind: Numbers<typeof assemblyscript.NodeKind>;
  readonly Token: Numbers<typeof assemblyscript.Token>;
};

/** A node of AssemblyScript's syntax tree, whichever it is. */
interface Node {
  readonly kind: number;
  readonly range: { readonly start: number; readonly end: number };
  readonly operator?: number;
  readonly statements?: readonly Node[];
}

interface Edits {
  readonly text: string;
  readonly insert: (at: number, order: number, text: string) => void;
  /** The number of another place. */
  readonly next: () => number;
}

/** Which children of a node are places. */
const PLACES: Readonly<Record<number, readonly string[]>> = {
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

const MARK = '\n@external("count", "mark") declare function __mark(place: i32): void;\n';

/** @param next the number of another place */
export const countedCore = (next: () => number): Promise<Buffer> =>
  compileCoreFrom((text, name) => counted(text, name, next));

function counted(text: string, name: string, next: () => number): string {
  const parser = new assemblyscript.Parser();
  parser.parseFile(text, name, true);
  const insertions: Insertion[] = [];
  const insert = (at: number, order: number, inserted: string) =>
    void insertions.push({ at, order, text: inserted });
  for (const source of parser.sources) visit(source, { text, insert, next });
  return withInsertions(text, insertions) + (insertions.length > 0 ? MARK : '');
}

function isNode(value: unknown): value is Node {
  const node = value as Partial<Node> | null | undefined;
  return typeof node?.kind === 'number' && node.range !== undefined;
}

function visit(node: Node, edits: Edits): void {
  const places = placesOf(node);
  const [first] = (node.kind === NodeKind.SwitchCase && node.statements) || [];
  if (first) edits.insert(first.range.start, 1, `__mark(${edits.next()});`);
  for (const [key, child] of childrenOf(node)) {
    const isPlace = places.includes(key);
    if (isPlace) beginPlace(child, edits);
    visit(child, edits);
    if (isPlace) endPlace(child, edits);
  }
}

/** Which children of a node are places. */
function placesOf({ kind, operator }: Node): readonly string[] {
  const isLogical = operator === Token.Ampersand_Ampersand || operator === Token.Bar_Bar;
  if (kind === NodeKind.Binary && isLogical) return ['right'];
  return PLACES[kind] ?? [];
}

/** Nodes in the properties of a node, by the property's name. */
const childrenOf = (node: Node): [key: string, child: Node][] =>
  Object.entries(node).flatMap(([key, value]) =>
    [value]
      .flat()
      .filter(isNode)
      .map((child): [string, Node] => [key, child]),
  );

const isBlock = ({ text }: Edits, { range }: Node): boolean => text[range.start] === '{';
const isStatement = ({ kind }: Node): boolean => kind >= NodeKind.Block && kind < NodeKind.ImportDeclaration;

function beginPlace(node: Node, edits: Edits): void {
  const mark = `__mark(${edits.next()})`;
  if (isBlock(edits, node)) edits.insert(node.range.start + 1, 1, `${mark};`);
  else edits.insert(node.range.start, 1, isStatement(node) ? `{${mark};` : `(${mark}, `);
}

function endPlace(node: Node, edits: Edits): void {
  if (isBlock(edits, node)) return;
  const { end } = node.range;
  // The semicolon is not in the range of the statement that it ends.
  if (isStatement(node)) edits.insert(edits.text[end] === ';' ? end + 1 : end, 0, '}');
  else edits.insert(end, 0, ')');
}
