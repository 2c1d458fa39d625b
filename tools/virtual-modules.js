// Modules that are made when the sources are bundled: the script and style of the HTML report, the pages that
// `ardedup explain CODE` prints, the check of a saved plan, and the engine's core. The build and the tests share them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compileCore } from './core.js';

/** A module that exports `script` and `style`. */
export async function pageAssetsModule() {
  const entry = (name) => fileURLToPath(new URL(`../src/report/html/client/${name}`, import.meta.url));
  const bundle = async (name) => {
    const { outputFiles } = await build({
      entryPoints: [entry(name)],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'none',
    });
    return outputFiles[0].text;
  };
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('style.css')]);
  return `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`;
}

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

/**
 * A module that exports `pages`: by code of a finding, reason, advice, cure or evidence, and by term, its text in
 * Markdown.
 */
export function explanationsModule() {
  const pages = {};
  for (const file of readdirSync(`${DOCS}findings`).toSorted())
    if (file !== 'README.md')
      pages[file.replace(/\.md$/, '')] = readFileSync(`${DOCS}findings/${file}`, 'utf8');
  const add = ([code, text]) => {
    pages[code] = pages[code] === undefined ? text : `${pages[code].trimEnd()}\n\n${text}`;
  };
  for (const file of ['safety.md', 'advice.md'])
    Object.entries(sectionsOf(readFileSync(DOCS + file, 'utf8'))).forEach(add);
  rowsOf(
    'fix.md',
    /^\| `([\w-]+)` \| (.*) \| (.*) \|$/gm,
    (does, asks) => `${does}.\n\nNeeds acceptance: ${asks}.`,
  ).forEach(add);
  rowsOf('evidence.md', /^\| (.*?) \| `([\w-]+)`(?:, `([\w-]+)`)? \| (.*) \|$/gm, null).forEach(add);
  rowsOf('glossary.md', /^\| ([^|]+) \| (?!meaning)([^|]+) \|$/gm, (meaning) => meaning).forEach(add);
  return `export const pages = ${JSON.stringify(pages)};\n`;
}

/**
 * Rows of a table, as pages by code or term. Without `write` the row is one of evidence: text first, then one or two
 * codes.
 */
function rowsOf(file, row, write) {
  const found = [...readFileSync(DOCS + file, 'utf8').matchAll(row)].filter(
    ([, first]) => !/^-+$/.test(first),
  );
  return found.flatMap(([, first, ...cells]) => {
    if (write !== null)
      return first.split(', ').map((code) => [code, `# ${code}\n\n${write(...cells)}\n\n(docs/${file})\n`]);
    const [code, proof, shows] = cells;
    return [code, proof].flatMap((one) =>
      one === undefined
        ? []
        : [
            [
              one,
              `# ${one}\n\nEvidence that two members are copies: ${first}. It shows: ${shows}.\n\n(docs/${file})\n`,
            ],
          ],
    );
  });
}

/** Sections of a document whose heading is a code: "### `binding-moves`", "## odr". */
function sectionsOf(markdown) {
  const sections = {};
  for (const part of markdown.split(/^(?=#{2,3} )/m)) {
    const code = /^#{2,3} (?:`([\w-]+)`[^\n]*|([a-z][\w-]*))\n/.exec(part);
    if (code) sections[code[1] ?? code[2]] = part.trimEnd();
  }
  return sections;
}

/** A module that exports `validate`, which ajv writes from the schema of a plan. */
export function planSchemaModule() {
  const schema = readFileSync(new URL('../schema/plan-v1.schema.json', import.meta.url), 'utf8');
  const withoutText = JSON.parse(schema, (key, value) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  // Errors are found without their messages, and each `$ref` is one function: the module is a third shorter.
  const ajv = new Ajv.default({ code: { source: true, esm: true }, messages: false, inlineRefs: false });
  return standaloneCode.default(ajv, ajv.compile(withoutText));
}

/** A module that exports `core`: the engine's WebAssembly module, in base 64. */
async function coreModule() {
  const bytes = await compileCore();
  return `export const core = ${JSON.stringify(bytes.toString('base64'))};\n`;
}

const MODULES = {
  'virtual:plan-schema': planSchemaModule,
  'virtual:page-assets': pageAssetsModule,
  'virtual:explanations': explanationsModule,
  'virtual:core': coreModule,
};

/** For esbuild. */
export const virtualModulesPlugin = {
  name: 'virtual-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'virtual' }));
    onLoad({ filter: /.*/, namespace: 'virtual' }, async ({ path }) => ({ contents: await MODULES[path]() }));
  },
};

/** For Vite, which vitest runs on. */
export const virtualModulesVitePlugin = {
  name: 'virtual-modules',
  resolveId: (id) => (id in MODULES ? `\0${id}` : null),
  load: (id) => (id.startsWith('\0virtual:') ? MODULES[id.slice(1)]() : null),
};
