import type { PageModel } from '../page-model.js';
import { byId } from './dom.js';
import { drawGraph } from './graph.js';
import { Table } from './table.js';
import { drawTreemap } from './treemap.js';
import type { View } from './view.js';

const model = JSON.parse(byId('model').textContent ?? '') as PageModel;

function followTheme(): void {
  byId('theme').addEventListener('change', ({ target }) => {
    const { value } = target as HTMLInputElement;
    if (value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
  });
}

function start(): void {
  followTheme();
  if (model.links.length === 0) return;
  byId('map').hidden = false;
  byId('pictures').hidden = false;
  let view: View = { link: model.links[0], phase: 'before' };
  const table = new Table(view);
  const draw = () => {
    drawTreemap(view, ({ archive, label }) => {
      table.filter(`${label} ${view.link.archives[archive]}`);
      byId('members-title').scrollIntoView();
      byId('filter').focus();
    });
    drawGraph(view);
  };
  const change = (changes: Partial<View>) => {
    view = { ...view, ...changes };
    draw();
    table.show(view);
  };
  byId('phase').addEventListener('change', ({ target }) => {
    change({ phase: (target as HTMLInputElement).value as View['phase'] });
  });
  document.getElementById('link')?.addEventListener('change', ({ target }) => {
    change({ link: model.links[Number((target as HTMLSelectElement).value)] });
  });
  let width = byId('treemap').clientWidth;
  new ResizeObserver(() => {
    if (byId('treemap').clientWidth === width) return;
    width = byId('treemap').clientWidth;
    draw();
  }).observe(byId('treemap'));
  draw();
}

start();
