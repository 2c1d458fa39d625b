import { createHash } from 'node:crypto';
import { script, style } from 'virtual:page-assets';
import { version } from '../../version.js';
import { type CheckedPlan, type CheckResult, scopeOf, summaryOf } from '../check/check-result.js';
import { printable } from '../place.js';
import { bytesText, digits } from '../quantities.js';
import { linkModel } from './build-model.js';
import { findingsSection } from './findings-section.js';
import { html, type Markup, markup } from './markup.js';
import type { PageModel } from './page-model.js';

/**
 * One self-contained file: text and numbers as markup, readable without the script, and data for the drawings.
 */
export function htmlReport(result: CheckResult): string {
  const model: PageModel = { links: result.plans.map(linkModel) };
  const csp = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${hashOf(script)}'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<title>ardedup: ${summaryOf(result)}</title>
<link rel="icon" href="data:,">
<style>${markup(style)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
${header(result)}
<main>
${numbers(result)}
${map(result)}
${findingsSection(result)}
${pictures()}
</main>
<footer><p>Written by ardedup ${version}. This page is one file and needs no network.</p></footer>
<script type="application/json" id="model">${markup(jsonInScript(model))}</script>
<script>${markup(script)}</script>
</body>
</html>
`;
  return page.text;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** Nothing in it can end the element, or begin a comment in it. */
const jsonInScript = (model: PageModel): string =>
  JSON.stringify(model).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function header(result: CheckResult): Markup {
  const lines = result.plans.map(
    ({ title, report }) =>
      html`<li>${title === null ? '' : html`<b>${title}</b> `}<code>${printable([report.program ?? '', ...report.line].join(' ').trim())}</code></li>`,
  );
  return html`<header>
<div class="bar"><p class="mark">ardedup <span>check</span></p>
<fieldset class="switch" id="theme"><legend>Colours</legend>
${['auto', 'light', 'dark'].map((theme, at) => html`<label><input type="radio" name="theme" value="${theme}"${at === 0 ? markup(' checked') : ''}><span>${theme}</span></label>`)}
</fieldset></div>
<h1>${summaryOf(result)}</h1>
<p class="lead">${scopeOf(result)}.</p>
<details class="line"><summary>Link line</summary><ul>${lines}</ul></details>
</header>`;
}

/** A number before and after. */
interface Figure {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Whether a number other than 0 means that the link is wrong; otherwise it is neither good nor bad. */
  readonly isFault: boolean;
}

/** The four numbers that tell most, before and after. */
function numbers({ plans }: CheckResult): Markup {
  const sum = (of: (plan: CheckedPlan) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  const first = ({ report }: CheckedPlan) => report.links[0];
  const figures: Figure[] = [
    {
      name: 'duplicate definitions',
      before: sum((p) => first(p)?.duplicatesBefore ?? 0),
      after: sum((p) => first(p)?.duplicatesAfter ?? 0),
      isFault: true,
    },
    {
      name: 'mutable globals in two copies',
      before: sum((p) => p.report.splitStateBefore.length),
      after: sum((p) => p.report.splitStateAfter.length),
      isFault: true,
    },
    {
      name: 'files in the link',
      before: sum((p) => first(p)?.loadedBefore ?? 0),
      after: sum((p) => first(p)?.loadedAfter ?? 0),
      isFault: false,
    },
  ];
  const dropped = sum(({ report }) => report.archives.reduce((total, archive) => total + archive.dropped, 0));
  const bytes = sum(({ report }) =>
    report.archives.reduce((total, archive) => total + archive.droppedBytes, 0),
  );
  return html`<section class="numbers" aria-label="As linked, and after trimming">
${figures.map(figureCard)}
<div class="card"><p class="figure"><span>${bytesText(bytes)}</span></p><p>in ${digits(dropped)} ${dropped === 1 ? 'member' : 'members'} that can be dropped</p></div>
</section>`;
}

/** Green marks only faults that are gone. */
function figureCard({ name, before, after, isFault }: Figure): Markup {
  const mood = !isFault || before + after === 0 ? 'same' : after === 0 ? 'good' : 'bad';
  const verdict = { same: '', good: ': none left after trimming', bad: ': still wrong after trimming' }[mood];
  return html`<div class="card"><p class="figure"><span>${digits(before)}</span><span class="arrow" aria-label="becomes"> → </span><span class="${mood}">${digits(after)}</span></p><p>${name}${verdict}</p></div>`;
}

/** The map of archives and their content, and the switches of all pictures. Filled by the script; hidden without it. */
function map({ plans }: CheckResult): Markup {
  const options = plans.map(
    ({ title }, at) => html`<option value="${String(at)}">${title ?? `link ${at + 1}`}</option>`,
  );
  return html`<div id="map" hidden>
<div class="tools" role="group" aria-label="What is shown">
${plans.length > 1 ? html`<label class="pick">Link <select id="link">${options}</select></label>` : ''}
<fieldset class="switch" id="phase"><legend>Show the link</legend>
<label><input type="radio" name="phase" value="before" checked><span>As linked</span></label><label><input type="radio" name="phase" value="after"><span>After trimming</span></label></fieldset>
</div>
<section aria-labelledby="bundled-title"><h2 id="bundled-title">What is bundled where</h2>
<p class="hint">Area is size. Arrow keys go from crate to crate; Enter lists its members.</p>
<ul class="legend" id="legend"></ul><div id="treemap" class="picture"></div><p id="treemap-said" class="said" aria-live="polite"></p></section>
</div>`;
}

/** Filled by the script; hidden without it. */
const pictures = (): Markup => html`<div id="pictures" hidden>
<section aria-labelledby="extracts-title"><h2 id="extracts-title">What extracts what</h2>
<p class="hint">A column for each archive, in the order of the line. Choose a crate to see what extracted it.</p>
<div id="graph" class="picture scroll" tabindex="0" role="group" aria-label="What extracts what"></div><div id="graph-said" class="said" aria-live="polite"></div></section>
<section aria-labelledby="members-title"><h2 id="members-title">Members</h2>
<div class="tools"><label class="pick">Filter <input id="filter" type="search" placeholder="name, crate, archive, reason" autocomplete="off" spellcheck="false"></label>
<label class="pick">Verdict <select id="role"></select></label></div>
<p id="count" class="said" aria-live="polite"></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="members-title"><table><thead><tr id="head"></tr></thead><tbody id="rows"></tbody></table></div>
<button type="button" id="more">Show more</button></section>
</div>`;
