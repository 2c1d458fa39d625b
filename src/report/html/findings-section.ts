import { explainHint, type FindingKind, findingKinds, findingUrl, SEVERITIES } from '../../check/findings.js';
import type { JudgedFinding } from '../../check/gate.js';
import { type CheckResult, statusText } from '../check/check-result.js';
import { adviceOf } from '../explain/explain-code.js';
import { printable } from '../place.js';
import { count } from '../quantities.js';
import { html, type Markup } from './markup.js';

/** Findings of a kind that are shown before the rest is folded. */
const SHOWN = 4;
/** Statuses that need nothing done: their cards are sunk. */
const isNew = ({ status }: JudgedFinding): boolean => status === 'new';

/** A card for each kind of finding, worst first; in it what it is, each finding, and what to do. */
export function findingsSection({ findings, gone }: CheckResult): Markup {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const groups = kinds
    .map((kind) => [kind, findings.filter((one) => one.kind === kind)] as const)
    .sort(([, a], [, b]) => Number(b.some(isNew)) - Number(a.some(isNew)));
  const list =
    groups.length === 0
      ? html`<p class="none">Nothing to report.</p>`
      : html`<ol class="findings">${groups.map(([kind, all]) => card(kind, all))}</ol>`;
  const past = gone.map(({ kind, message }) => html`<li><code>${kind}</code> ${printable(message)}</li>`);
  return html`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>${list}
${past.length > 0 ? html`<details><summary>Gone since the baseline</summary><ul>${past}</ul></details>` : ''}</section>`;
}

function card(kind: FindingKind, all: readonly JudgedFinding[]): Markup {
  const { title, help } = findingKinds[kind];
  const severity = SEVERITIES.find((one) => all.some((finding) => finding.severity === one)) ?? 'note';
  const status = all.some(isNew) ? '' : all[0].status;
  const number = all.length === 1 ? '' : html`<span class="count">${count(all.length, 'finding')}</span>`;
  const rest = all.slice(SHOWN);
  return html`<li class="finding ${severity} ${status}"><div><span class="badge">${severity}</span><h3>${title}</h3>${number}</div>
<p class="help">${help}</p>
<ul class="found">${all.slice(0, SHOWN).map(item)}</ul>
${rest.length > 0 ? html`<details><summary>${count(rest.length, 'more finding')}</summary><ul class="found">${rest.map(item)}</ul></details>` : ''}
${whatToDo(kind, all)}</li>`;
}

function item(judged: JudgedFinding): Markup {
  const said = statusText(judged);
  const more = said === null ? '' : html` <span class="said">${printable(said)}</span>`;
  return html`<li>${printable(judged.message)}.${more}</li>`;
}

/** The commands of these findings, else what helps in general. */
function whatToDo(kind: FindingKind, all: readonly JudgedFinding[]): Markup {
  const commands = [...new Set(all.flatMap(({ remedy }) => remedy ?? []))];
  const steps = adviceOf(kind).map((step) => html`<li>${code(step)}</li>`);
  const pre = commands.map(
    (command) => html`<pre tabindex="0" aria-label="Command"><code>${printable(command)}</code></pre>`,
  );
  const general =
    commands.length > 0
      ? html`<details><summary>Other ways, and when not to</summary><ol>${steps}</ol></details>`
      : html`<ol>${steps}</ol>`;
  return html`<div class="todo"><h4>What to do</h4>${pre}${general}<p>More: <code>${explainHint(kind)}</code>${pageLink(kind)}</p></div>`;
}

function pageLink(kind: FindingKind): Markup | '' {
  const url = findingUrl(kind);
  return url === null ? '' : html`, <a href="${url}">its page</a>`;
}

/** Text with what is between backquotes as code. */
const code = (text: string): Markup[] =>
  text.split('`').map((part, at) => (at % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
