import { bytesText, count } from '../../quantities.js';
import { ROLE_TEXT, ROLES, type Role } from '../page-model.js';
import { byId, element, fitted, roving, svg } from './dom.js';
import { type Rect, squarify } from './squarify.js';
import { sizeOf, type Unit, unitsOf, type View } from './view.js';

/** Room for the name of an archive. */
const HEADING = 22;
const GAP = 3;
/** Members are drawn apart where one of them has as many pixels. */
const SMALLEST = 30;

/** Draws archives, their crates and their members by size. @param list shows a unit's members */
export function drawTreemap(view: View, list: (unit: Unit) => void): void {
  const holder = byId('treemap');
  const width = holder.clientWidth;
  const height = Math.round(Math.max(320, Math.min(560, width * 0.5)));
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'group',
    'aria-label': 'Archives by size',
  });
  const units: { unit: Unit; shape: SVGElement }[] = [];
  for (const { archive, rect, own } of archivesIn(view, { x: 0, y: 0, width, height })) {
    picture.append(archiveShape(view, archive, rect, own));
    for (const { unit, rect: place } of unitsIn(view, own, rect)) {
      const shape = unitShape(view, unit, place);
      picture.append(shape);
      units.push({ unit, shape });
    }
  }
  roving(
    units.map(({ shape }) => shape),
    (at) => list(units[at].unit),
  );
  for (const { unit, shape } of units)
    for (const event of ['focus', 'pointerenter'])
      shape.addEventListener(event, () => byId('treemap-said').replaceChildren(describe(view, unit)));
  holder.replaceChildren(picture);
  byId('treemap-said').textContent = '';
  drawLegend(view);
}

function archivesIn(view: View, area: Rect) {
  const byArchive = Map.groupBy(
    unitsOf(view.link).filter(({ archive }) => archive >= 0),
    ({ archive }) => archive,
  );
  const archives = [...byArchive].map(([archive, own]) => ({ archive, own, size: weightOf(view, own) }));
  archives.sort((a, b) => b.size - a.size);
  const rects = squarify(
    archives.map(({ size }) => size),
    area,
  );
  return archives.map(({ archive, own }, at) => ({ archive, own, rect: inset(rects[at], GAP / 2) }));
}

const weightOf = ({ link }: View, units: readonly Unit[]): number =>
  Math.max(
    1,
    units.reduce((sum, { rows }) => sum + sizeOf(link, rows), 0),
  );

const inset = ({ x, y, width, height }: Rect, by: number): Rect => ({
  x: x + by,
  y: y + by,
  width: Math.max(0, width - 2 * by),
  height: Math.max(0, height - 2 * by),
});

function archiveShape(
  { link }: View,
  archive: number,
  { x, y, width, height }: Rect,
  units: readonly Unit[],
): SVGElement {
  const bytes = units.reduce((sum, { rows }) => sum + sizeOf(link, rows), 0);
  const name = fitted(link.archives[archive], width - 12, 7.2);
  const rest = fitted(bytesText(bytes), width - 12 - name.length * 7.2 - 10, 7);
  return svg(
    'g',
    { 'aria-hidden': 'true' },
    svg('rect', { class: 'archive', x, y, width, height, rx: 5 }),
    svg('text', { class: 'archive-name', x: x + 7, y: y + 15 }, name),
    svg('text', { class: 'archive-size', x: x + width - 7, y: y + 15, 'text-anchor': 'end' }, rest),
  );
}

function unitsIn({ link }: View, units: readonly Unit[], rect: Rect) {
  const sorted = units.toSorted((a, b) => sizeOf(link, b.rows) - sizeOf(link, a.rows));
  const inner = inset({ ...rect, y: rect.y + HEADING - GAP, height: rect.height - HEADING + GAP }, GAP);
  const rects = squarify(
    sorted.map(({ rows }) => Math.max(1, sizeOf(link, rows))),
    inner,
  );
  return sorted.map((unit, at) => ({ unit, rect: inset(rects[at], 0.75) }));
}

function unitShape(view: View, unit: Unit, rect: Rect): SVGElement {
  const isGone = areGone(view, unit.rows);
  const shape = svg('g', {
    class: isGone ? 'unit gone' : 'unit',
    role: 'button',
    'aria-label': describe(view, unit),
  });
  shape.append(...membersOf(view, unit, rect));
  shape.append(svg('rect', { class: 'frame', ...rect, rx: 2.5 }));
  const name = rect.height > 15 ? fitted(unit.label, rect.width - 8, 6.6) : '';
  if (name !== '') shape.append(svg('text', { class: 'unit-name', x: rect.x + 5, y: rect.y + 13 }, name));
  return shape;
}

const areGone = ({ link, phase }: View, rows: readonly number[]): boolean =>
  phase === 'after' && rows.every((row) => ROLES[link.files.role[row]] === 'drop');

/** A rectangle for each member, or one for all where they would be dust. */
function membersOf(view: View, { rows }: Unit, rect: Rect): SVGElement[] {
  const { files } = view.link;
  const area = rect.width * rect.height;
  const roles = new Set(rows.map((row) => files.role[row]));
  const isOne = rows.length === 1 || area / rows.length < SMALLEST;
  if ((isOne || areGone(view, rows)) && roles.size === 1) return [tile(view, rows[0], rect)];
  const sorted = rows.toSorted((a, b) => files.role[a] - files.role[b] || files.size[b] - files.size[a]);
  if (!isOne) {
    const bySize = rows.toSorted((a, b) => files.size[b] - files.size[a]);
    const rects = squarify(
      bySize.map((row) => Math.max(1, files.size[row])),
      rect,
    );
    return bySize.map((row, at) =>
      tile(view, row, inset(rects[at], rects[at].width > 4 && rects[at].height > 4 ? 0.4 : 0)),
    );
  }
  const groups = [...Map.groupBy(sorted, (row) => files.role[row]).values()];
  groups.sort((a, b) => sizeOf(view.link, b) - sizeOf(view.link, a));
  const rects = squarify(
    groups.map((group) => Math.max(1, sizeOf(view.link, group))),
    rect,
  );
  return groups.map((group, at) => tile(view, group[0], rects[at]));
}

function tile({ link, phase }: View, row: number, rect: Rect): SVGElement {
  const role = ROLES[link.files.role[row]];
  const gone = role === 'drop' && phase === 'after' ? ' gone' : '';
  return svg('rect', { class: `tile ${role}${gone}`, ...rect, rx: 2 });
}

/** `evt_runtime in libext_http.a: 1 member, 12 kB, can go`. */
function describe({ link, phase }: View, { archive, label, rows }: Unit): string {
  const tally = [...Map.groupBy(rows, (row) => link.files.role[row])].map(([role, own]) => {
    const isGone = ROLES[role] === 'drop' && phase === 'after';
    const text = isGone ? 'gone' : ROLE_TEXT[ROLES[role]];
    return rows.length === own.length ? text : `${own.length} ${text}`;
  });
  return `${label} in ${link.archives[archive]}: ${count(rows.length, 'member')}, ${bytesText(sizeOf(link, rows))}, ${tally.join(', ')}`;
}

function drawLegend({ link, phase }: View): void {
  const present = new Set(link.files.role.filter((_, row) => link.files.archive[row] >= 0));
  const entries = ROLES.flatMap((role: Role, at) => {
    if (!present.has(at)) return [];
    const isGone = role === 'drop' && phase === 'after';
    const swatch = element('span', {
      class: `swatch ${role}${isGone ? ' gone' : ''}`,
      'aria-hidden': 'true',
    });
    return [element('li', {}, swatch, isGone ? 'gone' : ROLE_TEXT[role])];
  });
  byId('legend').replaceChildren(...entries);
}
