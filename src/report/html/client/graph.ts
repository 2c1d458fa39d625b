import { count } from '../../quantities.js';
import { byId, element, fitted, roving, svg } from './dom.js';
import { chainOf, type Flow, type FlowEdge, type FlowNode, flowOf } from './flow.js';
import { isLoaded, type View } from './view.js';

const NODE = { width: 168, height: 30, gap: 10 };
const HEADING = 34;
/** Between columns, as wide as the page has room for. */
const LEAST_GAP = 84;
const MOST_GAP = 200;
const MARGIN = 16;
/** Room for lines within the last column. */
const LOOP = 56;
/** Files that are listed of a chosen crate. */
const FILES_TOLD = 3;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The graph of extractions: a column for each archive, a box for each crate, a line for each that extracts another. */
export function drawGraph(view: View): void {
  const flow = flowOf(view.link);
  const columns = Math.max(...flow.nodes.map(({ column }) => column)) + 1;
  const room = byId('graph').clientWidth - 2 * MARGIN - columns * NODE.width - LOOP;
  const gap = Math.max(LEAST_GAP, Math.min(MOST_GAP, room / Math.max(1, columns - 1)));
  const places = placesOf(flow.nodes, gap);
  const width = 2 * MARGIN + columns * NODE.width + (columns - 1) * gap + LOOP;
  const height = Math.max(...places.map(({ y }) => y)) + NODE.height + MARGIN;
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'group',
    'aria-label': 'Crates and who extracted them',
  });
  picture.append(arrow());
  for (let column = 0; column < columns; column++)
    picture.append(heading(view, column, MARGIN + column * (NODE.width + gap)));
  const lines = flow.edges.map((edge) => line(view, edge, flow, places));
  picture.append(...lines);
  const boxes = flow.nodes.map((node, at) => box(view, node, places[at]));
  picture.append(...boxes);
  const choose = (at: number) => {
    for (const [edge, { from, to }] of flow.edges.entries())
      lines[edge].classList.toggle('chosen', from === at || to === at);
    for (const [other, shape] of boxes.entries()) shape.classList.toggle('chosen', other === at);
    byId('graph-said').replaceChildren(...tell(view, flow, at));
  };
  roving(boxes, choose);
  for (const [at, shape] of boxes.entries()) shape.addEventListener('focus', () => choose(at));
  byId('graph').replaceChildren(picture);
  byId('graph-said').replaceChildren();
}

function placesOf(nodes: readonly FlowNode[], gap: number): Place[] {
  const filled: number[] = [];
  return nodes.map(({ column }) => {
    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    return {
      x: MARGIN + column * (NODE.width + gap),
      y: MARGIN + HEADING + row * (NODE.height + NODE.gap),
    };
  });
}

function heading({ link }: View, column: number, x: number): SVGElement {
  const name = column === 0 ? 'the line' : link.archives[column - 1];
  return svg('text', { class: 'column-name', x, y: MARGIN + 16 }, fitted(name, NODE.width + 40, 7.4));
}

function line({ phase }: View, edge: FlowEdge, flow: Flow, places: readonly Place[]): SVGElement {
  const { from, to } = edge;
  const isBackward = flow.nodes[to].column <= flow.nodes[from].column;
  const isSame = flow.nodes[to].column === flow.nodes[from].column;
  const a = { x: places[from].x + NODE.width, y: places[from].y + NODE.height / 2 };
  const b = { x: places[to].x + (isSame ? NODE.width : 0), y: places[to].y + NODE.height / 2 };
  const bend = isSame ? 16 + Math.min(36, Math.abs(b.y - a.y) / 8) : Math.max(40, Math.abs(b.x - a.x) / 2);
  const path =
    isBackward && !isSame
      ? `M${places[from].x},${a.y} C${places[from].x - bend},${a.y} ${places[to].x + NODE.width + bend},${b.y} ${places[to].x + NODE.width},${b.y}`
      : `M${a.x},${a.y} C${a.x + bend},${a.y} ${b.x + (isSame ? bend : -bend)},${b.y} ${b.x},${b.y}`;
  const number = edge[phase];
  return svg('path', {
    class: `edge${number === 0 ? ' absent' : ''}`,
    d: path,
    'stroke-width': (1 + Math.min(5, Math.log2(1 + number) * 0.8)).toFixed(1),
    'marker-end': 'url(#arrow)',
    'aria-hidden': 'true',
  });
}

const arrow = (): SVGElement =>
  svg(
    'defs',
    {},
    svg(
      'marker',
      {
        id: 'arrow',
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerWidth: 8,
        markerHeight: 8,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto',
      },
      svg('path', { d: 'M0,0.5 L8,4 L0,7.5 z', class: 'arrow-head' }),
    ),
  );

function box({ phase, link }: View, node: FlowNode, { x, y }: Place): SVGElement {
  const number = node[phase];
  const isProgram = node.column === 0 && node.rows.length === 0;
  const files = isProgram ? '' : count(number, 'file');
  const where = node.column === 0 ? 'on the line' : `in ${link.archives[node.column - 1]}`;
  const label = isProgram
    ? 'the program, and what is on the link line'
    : `${node.label} ${where}: ${number === 0 ? 'not in the link' : `${files} in the link`}`;
  return svg(
    'g',
    { class: `node ${node.role}${number === 0 ? ' absent' : ''}`, role: 'button', 'aria-label': label },
    svg('rect', { x, y, width: NODE.width, height: NODE.height, rx: 6 }),
    svg('text', { x: x + 10, y: y + 20 }, fitted(node.label, NODE.width - 46, 7)),
    svg(
      'text',
      { class: 'number', x: x + NODE.width - 10, y: y + 20, 'text-anchor': 'end' },
      isProgram ? '' : String(number),
    ),
  );
}

/** Describes which crates extracted a crate, and which it extracted. */
function tell(view: View, { nodes, edges }: Flow, at: number): Node[] {
  const node = nodes[at];
  const { phase, link } = view;
  const loaded = node.rows.filter((row) => isLoaded(view, row));
  const extracted = edges
    .filter(({ from }) => from === at)
    .flatMap((edge) => (edge[phase] > 0 ? nodes[edge.to].label : []));
  const parts: Node[] = [];
  if (node.rows.length > 0 && loaded.length === 0)
    parts.push(element('p', {}, `${node.label}: not in the link ${phase}.`));
  for (const row of loaded.slice(0, FILES_TOLD)) parts.push(chain(view, row));
  if (loaded.length > FILES_TOLD)
    parts.push(element('p', {}, `and ${count(loaded.length - FILES_TOLD, 'more file')} of ${node.label}`));
  if (extracted.length > 0)
    parts.push(
      element('p', {}, `${node.label} extracts ${[...new Set(extracted)].slice(0, 12).join(', ')}.`),
    );
  if (parts.length === 0) parts.push(element('p', {}, `${link.title}: nothing more is known of it.`));
  return parts;
}

function chain({ link, phase }: View, row: number): HTMLElement {
  const steps = chainOf(link, phase, row);
  const items = steps.map(({ file, symbol }) => {
    const why = symbol === null ? ' is on the link line' : ' is extracted for ';
    return element(
      'li',
      {},
      element('b', {}, file),
      why,
      ...(symbol === null ? [] : [element('code', {}, symbol), ' by']),
    );
  });
  const last = steps.at(-1);
  if (last?.symbol !== null && last !== undefined) items.push(element('li', {}, 'the program'));
  return element('ol', { class: 'chain' }, ...items);
}
