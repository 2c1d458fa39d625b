// Modules that are made when the sources are bundled: the script and style of the HTML report, the pages that
// `ardedup explain CODE` prints, the check of a saved plan, the engine's core, and a digest of the sources. The build
// and the tests share them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../test/root.js';
import { compileCore } from './core.js';

/** A module that exports `script` and `style`. */
async function pageAssetsModule(): Promise<string> {
  const bundle = async (name: string) => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, 'src/report/html/client', name)],
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

/** A document, its links relative to the repository. */
const readDocument = (name: string): string =>
  readFileSync(join(ROOT, 'docs', name), 'utf8').replace(/\]\((?!https?:)([^)#]*)/g, (_, target: string) =>
    target === '' ? `](docs/${name}` : `](${posix.join('docs', posix.dirname(name), target)}`,
  );

/** The link to the section about silencing on the page of each finding. */
const SILENCING = /^See \[[^\]]+\]\(docs\/findings\/README\.md#how-to-silence-findings\)\.(?: (.*))?$/m;

function findingPages(): Page[] {
  const [, silencing] = /^## How to silence findings\n+([\s\S]*)/m.exec(readDocument('findings/README.md'))!;
  return readdirSync(join(ROOT, 'docs/findings'))
    .toSorted()
    .filter((file) => file !== 'README.md')
    .map((file) => [
      file.replace(/\.md$/, ''),
      readDocument(`findings/${file}`).replace(SILENCING, (_, more?: string) =>
        [silencing!.trimEnd(), more ?? []].flat().join('\n\n'),
      ),
    ]);
}

/** A code or term, and its text in Markdown. */
type Page = readonly [code: string, text: string];

/** A module that exports `pages`: by code of a finding, reason, advice, cure or evidence, and by term. */
async function explanationsModule(): Promise<string> {
  const pages: Record<string, string> = {};
  const all = [
    ...findingPages(),
    ...sectionsOf(readDocument('safety.md')),
    ...sectionsOf(readDocument('advice.md')),
    ...curePages(),
    ...evidencePages(),
    ...glossaryPages(),
  ];
  for (const [code, text] of all)
    pages[code] = pages[code] === undefined ? text : `${pages[code].trimEnd()}\n\n${text}`;
  return `export const pages = ${JSON.stringify(pages)};\n`;
}

/** Cells of those rows of a document's tables that match, without the lines below headings. */
const rowsOf = (file: string, row: RegExp): (string | undefined)[][] =>
  [...readDocument(file).matchAll(row)].map(([, ...cells]) => cells).filter(([first]) => !/^-+$/.test(first));

const pageOf = (code: string, text: string, file: string): Page => [
  code,
  `# ${code}\n\n${text}\n\n(docs/${file})\n`,
];

const curePages = (): Page[] =>
  rowsOf('fix.md', /^\| `([\w-]+)` \| (.*) \| (.*) \|$/gm).map(([code, does, asks]) =>
    pageOf(code!, `${does}.\n\nNeeds acceptance: ${asks}.`, 'fix.md'),
  );

/** Each row has the code of the evidence, and sometimes a second one. */
const evidencePages = (): Page[] =>
  rowsOf('evidence.md', /^\| (.*?) \| `([\w-]+)`(?:, `([\w-]+)`)? \| (.*) \|$/gm).flatMap(
    ([evidence, code, proof, shows]) =>
      [code, proof]
        .filter((one) => one !== undefined)
        .map((one) =>
          pageOf(
            one,
            `Evidence that two members are copies: ${evidence}. It shows: ${shows}.`,
            'evidence.md',
          ),
        ),
  );

const glossaryPages = (): Page[] =>
  rowsOf('glossary.md', /^\| ([^|]+) \| (?!meaning)([^|]+) \|$/gm).flatMap(([terms, meaning]) =>
    terms!.split(', ').map((term) => pageOf(term, meaning!, 'glossary.md')),
  );

/** Sections of a document whose heading is a code: "### `binding-moves`", "## odr". */
function sectionsOf(markdown: string): Page[] {
  const sections = new Map<string, string>();
  for (const part of markdown.split(/^(?=#{2,3} )/m)) {
    const code = /^#{2,3} (?:`([\w-]+)`[^\n]*|([a-z][\w-]*))\n/.exec(part);
    if (code) sections.set(code[1] ?? code[2], part.trimEnd());
  }
  return [...sections];
}

/** A module that exports `validate`, which ajv writes from the schema of a plan. */
async function planSchemaModule(): Promise<string> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { default: standaloneCode } = await import('ajv/dist/standalone/index.js');
  const schema = readFileSync(join(ROOT, 'schema/plan-v1.schema.json'), 'utf8');
  const withoutText = JSON.parse(schema, (key, value) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  // Errors are found without their messages, and each `$ref` is one function: the module is a third shorter.
  const ajv = new Ajv2020({ code: { source: true, esm: true }, messages: false, inlineRefs: false });
  return standaloneCode.default(ajv, ajv.compile(withoutText));
}

/** A module that exports `core`: the engine's WebAssembly module, in base 64. */
async function coreModule(): Promise<string> {
  const bytes = await compileCore();
  return `export const core = ${JSON.stringify(bytes.toString('base64'))};\n`;
}

/**
 * A module that exports `sourceDigest`: what one build has read is not for another, though their version may be the
 * same.
 */
async function buildModule(): Promise<string> {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join('src', file))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json', ...sources])
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return `export const sourceDigest = ${JSON.stringify(hash.digest('hex'))};\n`;
}

const MODULES: Readonly<Record<string, () => Promise<string>>> = {
  'virtual:plan-schema': planSchemaModule,
  'virtual:page-assets': pageAssetsModule,
  'virtual:explanations': explanationsModule,
  'virtual:core': coreModule,
  'virtual:build': buildModule,
};

/** The text of a module. @param id as the sources import it */
export const virtualModule = (id: string): Promise<string> => MODULES[id]();

/** For esbuild. */
export const virtualModulesPlugin: Plugin = {
  name: 'virtual-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'virtual' }));
    onLoad({ filter: /.*/, namespace: 'virtual' }, async ({ path }) => ({
      contents: await virtualModule(path),
    }));
  },
};

/** For Vite, which vitest runs on. */
export const virtualModulesVitePlugin = {
  name: 'virtual-modules',
  resolveId: (id: string) => (id in MODULES ? `\0${id}` : null),
  load: (id: string) => (id.startsWith('\0virtual:') ? virtualModule(id.slice(1)) : null),
};
