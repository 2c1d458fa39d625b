// Modules that are made when the sources are bundled: the script and style of the HTML report, the pages that
// `ardedup explain CODE` prints, the check of a saved plan, and the engine's core. The build and the tests share them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** A module that exports `pages`: by code of a finding, a reason or an advice, its text in Markdown. */
export function explanationsModule() {
  const pages = {};
  for (const file of readdirSync(`${DOCS}findings`).toSorted())
    if (file !== 'README.md')
      pages[file.replace(/\.md$/, '')] = readFileSync(`${DOCS}findings/${file}`, 'utf8');
  for (const file of ['safety.md', 'advice.md', 'evidence.md'])
    if (existsSync(DOCS + file)) Object.assign(pages, sectionsOf(readFileSync(DOCS + file, 'utf8')));
  return `export const pages = ${JSON.stringify(pages)};\n`;
}

/** Sections of a document whose heading is a code: "### `binding-moves`". */
function sectionsOf(markdown) {
  const sections = {};
  for (const part of markdown.split(/^(?=#{2,3} )/m)) {
    const code = /^#{2,3} `([\w-]+)`[^\n]*\n/.exec(part);
    if (code) sections[code[1]] = part.trimEnd();
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
