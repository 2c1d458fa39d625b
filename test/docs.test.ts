import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { linkerProfiles } from '../src/link/linkers/find-profile.js';
import { parseNotation } from '../src/link/notation/notation.js';
import { planTrim } from '../src/plan/plan-trim.js';
import type { Verdict } from '../src/plan/verdict.js';
import { formats } from '../src/symbols/formats.js';
import { planOrCodes, readEditScenario } from './edit-scenario.js';
import { runMain } from './run-main.js';

const ROOT = resolve(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures/founding/elf');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync(join(ROOT, 'docs/findings')).map((name) => `docs/findings/${name}`),
];

interface Block {
  readonly language: string;
  readonly body: string;
  /** The last heading before it. */
  readonly heading: string;
}

/** Fenced blocks of a document, each with the heading above it. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  for (const [, title, language, body] of text.matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else blocks.push({ language, body, heading });
  }
  return blocks;
}

const withoutBlocks = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/** The anchor that a heading gets, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

describe('links', () => {
  test.each(DOCUMENTS)('%s: files and headings that it links to are there', (document) => {
    const text = withoutBlocks(read(document));
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"/g)].map(([, a, b]) => a ?? b);
    const broken = targets.filter((target) => {
      if (/^(https?|mailto):/.test(target)) return false;
      const [path, anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, file))) return true;
      if (anchor === undefined) return false;
      const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));
      return !headings.includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

/** A row after a blank line that no row of dashes follows: it is printed as text. */
const CUT_ROW = /^\|.*\n\n(?:\|[ :]*-{2,}.*|\|.*\n(?!\|[ :]*-{2,}).*)/gm;

test('tables of documents are not cut by a blank line', () => {
  const cut = DOCUMENTS.flatMap((path) => (read(path).match(CUT_ROW) ?? []).map((row) => `${path}: ${row}`));
  expect(cut).toEqual([]);
});

describe('the web site', () => {
  test('its sidebar and menu lead to documents, and each road and page of docs/ is in it', async () => {
    interface Item {
      readonly link?: string;
      readonly items?: readonly Item[];
    }
    const config: string = '../site/config.js';
    const { default: site } = (await import(config)) as {
      default: { themeConfig: { nav: readonly Item[]; sidebar: readonly Item[] } };
    };
    const linksOf = (items: readonly Item[]): string[] =>
      items.flatMap(({ link, items: below = [] }) => [
        ...(link === undefined ? [] : [link]),
        ...linksOf(below),
      ]);
    const { nav, sidebar } = site.themeConfig;
    const files = linksOf([...nav, ...sidebar])
      .filter((link) => link !== '/' && !link.startsWith('/api/'))
      .map((link) => `${link.slice(1)}.md`);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const missing = DOCUMENTS.filter((file) => /^docs\/[^/]+$/.test(file) && !files.includes(file));
    expect(missing).toEqual([]);
  });
});

/** The members of a union of strings, as its source lists them. */
function membersOfType(source: string, name: string): string[] {
  const [, body] = new RegExp(`export type ${name} =([\\s\\S]*?);`).exec(source) ?? [];
  return [...(body ?? '').matchAll(/'([^']+)'/g)].map(([, member]) => member);
}

describe('what a document must name', () => {
  const verdict = read('src/plan/verdict.ts');
  const codes = [...membersOfType(verdict, 'BlockCode'), ...membersOfType(verdict, 'KeepReason')];
  const editCodes = membersOfType(read('src/plan/edits/edit-plan.ts'), 'EditCode');
  const headings = [...read('docs/safety.md').matchAll(/^### `(.+)`$/gm)].map(([, code]) => code);

  test('docs/safety.md has a heading for each reason, and for nothing else', () => {
    expect(headings.toSorted()).toEqual([...codes, ...editCodes].toSorted());
  });

  test.each(codes)('docs/reference.md has a row for %s', (code) => {
    expect(read('docs/reference.md')).toContain(`| \`${code}\` |`);
  });

  test.each(linkerProfiles.map(({ id }) => id))('docs/linkers.md and docs/reference.md name %s', (id) => {
    expect(read('docs/linkers.md')).toContain(`\`${id}\``);
    expect(read('docs/reference.md')).toContain(`\`${id}\``);
  });

  test.each(formats.map(({ id }) => id))('docs/formats.md has a heading for %s', (id) => {
    expect(read('docs/formats.md')).toMatch(new RegExp(`^### .*\`${id}\``, 'm'));
  });

  test('docs/plan-format.md names each field of the plan', () => {
    const schema = JSON.parse(read('schema/plan-v1.schema.json')) as { properties: Record<string, unknown> };
    const text = read('docs/plan-format.md');
    expect(Object.keys(schema.properties).filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });

  test('docs/dependencies.md names each dependency with its version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const all = Object.entries<string>({ ...dependencies, ...devDependencies });
    const text = read('docs/dependencies.md');
    const missing = all.filter(([name, version]) => !text.includes(`| \`${name}\` | ${version} |`));
    expect(missing).toEqual([]);
  });
});

describe('examples of docs/safety.md', () => {
  const examples = blocksOf(read('docs/safety.md')).filter(({ language }) => language === 'link');

  test.each(examples.map(({ heading, body }) => [heading.replaceAll('`', ''), body]))(
    '%s',
    (code, notation) => {
      const { inputs, line } = parseNotation(notation);
      const providers = ['libs.a', 'libt.a'].flatMap((path) =>
        inputs.archives.filter((archive) => archive.path === path).map(({ id }) => id),
      );
      const { verdicts } = planTrim(inputs, line, { providers, linker: null });
      expect(verdicts.map(codeOf)).toContain(code);
    },
  );
});

describe('examples of edits in docs/safety.md', () => {
  const examples = blocksOf(read('docs/safety.md')).filter(({ language }) => language === 'edit');

  test.each(examples.map(({ heading, body }) => [heading.replaceAll('`', ''), body]))('%s', (code, body) => {
    const [, options, notation] = /^trim: (.*)\n([\s\S]*)$/.exec(body) ?? [];
    expect(planOrCodes(readEditScenario(notation), options)).toContain(code);
  });
});

const codeOf = (verdict: Verdict): string => {
  if (verdict.kind === 'drop') return 'drop';
  return verdict.kind === 'keep' ? verdict.reason : verdict.blocker.code;
};

describe('options', () => {
  test('every option that README.md and docs/reference.md give to ardedup is one that --help lists', async () => {
    const text = read('README.md') + read('docs/reference.md');
    const code = [
      ...[...text.matchAll(/`(ardedup [^`]+)`/g)].map(([, words]) => words),
      ...blocksOf(text).flatMap(({ body }) =>
        body
          .split('\n')
          .map((line) => line.replace(/^\$ /, '').replace(/; echo \$\?$/, ''))
          .filter((line) => line.startsWith('ardedup ')),
      ),
    ];
    const unknown: string[] = [];
    for (const words of code) {
      const [, command, ...rest] = words.split(/\s+/);
      const help = await helpOf(command);
      const end = rest.indexOf('--');
      for (const word of end < 0 ? rest : rest.slice(0, end)) {
        const option = /^--?[A-Za-z][\w-]*/.exec(word)?.[0];
        if (option !== undefined && !new RegExp(`(^|[\\s,])${option}(?![\\w-])`).test(help))
          unknown.push(`${command} ${option}`);
      }
    }
    expect(code.length).toBeGreaterThan(4);
    expect(unknown).toEqual([]);
  });

  test('every option of the table in docs/reference.md is one that --help lists', async () => {
    const rows = [...read('docs/reference.md').matchAll(/^\| `(-[^`]+)` \| ([^|]+) \|/gm)];
    const unknown: string[] = [];
    for (const [, option, commands] of rows) {
      for (const [, command] of commands.matchAll(/`(\w+)`/g))
        if (!(await helpOf(command)).includes(option.split(/[ ,]/)[0])) unknown.push(`${command} ${option}`);
    }
    expect(rows.length).toBeGreaterThan(5);
    expect(unknown).toEqual([]);
  });
});

async function helpOf(command: string): Promise<string> {
  const { out } = await runMain(command.startsWith('-') ? [command] : [command, '--help']);
  return out;
}

describe('examples that are run, in a folder with the ELF files of fixtures/founding', () => {
  const before = process.cwd();
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-docs-'));
    cpSync(FIXTURES, folder, { recursive: true });
    cpSync(join(ROOT, 'fixtures/diagnostics/founding-gnu-ld.txt'), join(folder, 'link.log'));
    process.chdir(folder);
    // Compilers differ from machine to machine: none is asked.
    vi.stubEnv('PATH', '');
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  /** `npm test -- -u` writes what the commands print now into the documents. */
  test.each(DOCUMENTS.filter((document) => read(document).includes('```console')))(
    '%s shows what its commands print',
    async (document) => {
      const parts = read(document).split(/^(```console\n[\s\S]*?^```$)/m);
      const rendered: string[] = [];
      for (const part of parts) rendered.push(part.startsWith('```console') ? await replay(part) : part);
      await expect(rendered.join('')).toMatchFileSnapshot(join(ROOT, document));
    },
  );
});

/** Runs each `$ ardedup …` of a block, and puts what it prints behind it. */
async function replay(block: string): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  let text = '```console\n';
  for (const [at, command] of commands.entries()) {
    const [, words, echo] = /^\$ ardedup (.*?)(; echo \$\?)?$/.exec(command)!;
    const { out, error, exitCode } = await runMain(words.split(' '));
    text += `${at > 0 ? '\n' : ''}${command}\n${out}${error}${echo ? `${exitCode}\n` : ''}`;
  }
  return `${text}\`\`\``;
}
