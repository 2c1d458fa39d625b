/** The element with this id: the page has it. */
export function byId<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as Kind;
}

type Attributes = Readonly<Record<string, string | number>>;

const SVG = 'http://www.w3.org/2000/svg';

/** An element of a drawing. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** As much of a text as fits, at some width of a letter. */
export function fitted(text: string, width: number, letter: number): string {
  const most = Math.floor(width / letter);
  if (text.length <= most) return text;
  return most < 4 ? '' : `${text.slice(0, most - 1)}…`;
}

/**
 * Makes one stop for the Tab key of many things: arrows, Home and End go on from there.
 *
 * @param items in reading order
 */
export function roving(items: readonly (SVGElement | HTMLElement)[], choose: (at: number) => void): void {
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const goTo = (at: number) => {
    for (const [other, item] of items.entries()) item.setAttribute('tabindex', other === at ? '0' : '-1');
    items[at].focus();
  };
  for (const [at, item] of items.entries()) {
    item.setAttribute('tabindex', at === 0 ? '0' : '-1');
    item.addEventListener('keydown', (event) => {
      const { key } = event as KeyboardEvent;
      if (key === 'Enter' || key === ' ') choose(at);
      else if (key === 'Home') goTo(0);
      else if (key === 'End') goTo(items.length - 1);
      else if (key in steps) goTo((at + steps[key] + items.length) % items.length);
      else return;
      event.preventDefault();
    });
    item.addEventListener('click', () => choose(at));
  }
}
