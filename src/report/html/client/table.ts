import { bytesText, count } from '../../quantities.js';
import { ROLE_TEXT, ROLES } from '../page-model.js';
import { byId, element } from './dom.js';
import { isLoaded, type View } from './view.js';

/** Rows shown before someone asks for more. */
const PAGE = 100;

interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  text(view: View, row: number): string;
  /** The sort key, if it is not the text. */
  rank?(view: View, row: number): number;
}

const COLUMNS: readonly Column[] = [
  { title: 'Crate or object', text: ({ link }, row) => link.labels[link.files.label[row]] },
  { title: 'Archive', text: ({ link }, row) => link.archives[link.files.archive[row]] },
  { title: 'Member', text: ({ link }, row) => link.files.name[row] },
  {
    title: 'Size',
    isNumber: true,
    text: ({ link }, row) => bytesText(link.files.size[row]),
    rank: ({ link }, row) => link.files.size[row],
  },
  {
    title: 'Verdict',
    text: ({ link }, row) => ROLE_TEXT[ROLES[link.files.role[row]]],
    rank: ({ link }, row) => link.files.role[row],
  },
  { title: 'Why', text: ({ link }, row) => link.reasons[link.files.reason[row]] },
  {
    title: 'In the link',
    text: ({ link }, row) => {
      const before = isLoaded({ link, phase: 'before' }, row);
      const after = isLoaded({ link, phase: 'after' }, row);
      if (before === after) return before ? 'yes' : 'no';
      return before ? 'before' : 'after';
    },
  },
];

/** The table of members: what it is sorted by, filtered by, and how much of it is shown. */
export class Table {
  #view: View;
  #column = 3;
  #isDescending = true;
  #shown = PAGE;

  constructor(view: View) {
    this.#view = view;
    const headers = COLUMNS.map(({ title, isNumber }, at) => {
      const button = element('button', { type: 'button' }, title);
      button.addEventListener('click', () => this.#sortBy(at));
      return element('th', { scope: 'col', class: isNumber ? 'number' : '' }, button);
    });
    byId('head').replaceChildren(...headers);
    const everything = element('option', { value: '' }, 'any');
    byId('role').replaceChildren(
      everything,
      ...ROLES.map((role, at) => element('option', { value: at }, ROLE_TEXT[role])),
    );
    byId('filter').addEventListener('input', () => this.#restart());
    byId('role').addEventListener('change', () => this.#restart());
    byId('more').addEventListener('click', () => {
      this.#shown += PAGE;
      this.draw();
    });
    this.draw();
  }

  show(view: View): void {
    this.#view = view;
    this.#restart();
  }

  /** Shows what has these words in a row. */
  filter(text: string): void {
    byId<HTMLInputElement>('filter').value = text;
    byId<HTMLSelectElement>('role').value = '';
    this.#restart();
  }

  #restart(): void {
    this.#shown = PAGE;
    this.draw();
  }

  #sortBy(column: number): void {
    this.#isDescending = column === this.#column ? !this.#isDescending : COLUMNS[column].isNumber === true;
    this.#column = column;
    this.draw();
  }

  draw(): void {
    const view = this.#view;
    const found = this.#sorted(this.#matching());
    const rows = found.slice(0, this.#shown).map((row) => {
      const cells = COLUMNS.map((column) =>
        element('td', { class: column.isNumber ? 'number' : '' }, column.text(view, row)),
      );
      cells[4].prepend(
        element('span', { class: `swatch ${ROLES[view.link.files.role[row]]}`, 'aria-hidden': 'true' }),
      );
      return element('tr', {}, ...cells);
    });
    byId('rows').replaceChildren(...rows);
    for (const [at, header] of [...byId('head').children].entries())
      if (at === this.#column)
        header.setAttribute('aria-sort', this.#isDescending ? 'descending' : 'ascending');
      else header.removeAttribute('aria-sort');
    const all = view.link.files.archive.filter((archive) => archive >= 0).length;
    const some = found.length > rows.length ? `, the first ${rows.length.toLocaleString('en-US')} shown` : '';
    byId('count').textContent = `${found.length.toLocaleString('en-US')} of ${count(all, 'member')}${some}`;
    byId('more').hidden = found.length <= rows.length;
  }

  #matching(): number[] {
    const words = byId<HTMLInputElement>('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
    const role = byId<HTMLSelectElement>('role').value;
    const { files } = this.#view.link;
    return [...files.archive.keys()].filter((row) => {
      if (files.archive[row] < 0 || (role !== '' && files.role[row] !== Number(role))) return false;
      if (words.length === 0) return true;
      const text = COLUMNS.map((column) => column.text(this.#view, row))
        .join('\n')
        .toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  #sorted(rows: readonly number[]): number[] {
    const { rank, text } = COLUMNS[this.#column];
    const sign = this.#isDescending ? -1 : 1;
    const keyed = rows.map((row) => ({ row, key: rank ? rank(this.#view, row) : text(this.#view, row) }));
    keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.row - b.row));
    return keyed.map(({ row }) => row);
  }
}
