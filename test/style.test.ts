import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Phrases that docs/STYLE.md replaces, counted over sources, tests, tools and documents. The count may only fall: after
 * a clean-up, write the new figure here.
 */
const MOST = 0;

const PHRASES = [
  /\b(stands?|stood|standing)\b/gi,
  /\b(somebody|nobody|nowhere|anybody)\b/gi,
  /\bhangs? on\b/gi,
  /\banew\b/gi,
  /\bbe it\b/gi,
  /\b(passed|passes|passing) over\b/gi,
  /\btold of\b/gi,
  /\btakes? in\b/gi,
  /\blooks? for\b/gi,
  /\b(?<!there )is no (?!longer\b)[a-z]+/gi,
  /\bhas not (?!been\b)[a-z]+/gi,
  /\ball the same\b/gi,
  /\btakes? the place of\b/gi,
  /\b(whoever|no one|be they|as good as)\b/gi,
  /\bthere twice\b/gi,
  /\ba person\b|\bperson's word\b/gi,
  /\bhand(s|ed)? on\b/gi,
  /\bgo(es)? by\b/gi,
  /\bspeaks? (of|against)\b/gi,
  /\btakes? away\b/gi,
  /\bgives? way\b/gi,
  /\bin vain\b/gi,
];

/** Comments that begin with a clause instead of a noun or a verb: "What the linker loads". The count may only fall. */
const MOST_HEADLESS = 0;
const HEADLESS = /^\s*(?:\/\*\*|\*|\/\/) What /gm;

const ROOT = join(import.meta.dirname, '..');
const EXCLUDED =
  /^docs\/(STYLE\.md|images\/)|^CHANGELOG\.md$|^test\/style\.test\.ts$|^fixtures\/(?!.*README\.md$)/;

const trackedFiles = (...patterns: readonly string[]): string[] =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

const COMMENT = /^\s*(?:\/\/|\/?\*)/;
/** Columns. */
const WIDEST_COMMENT = 120;

test('comments end within 120 columns', () => {
  const wide = trackedFiles('src/*.ts', 'test/*.ts', 'tools/*.ts', 'tools/*.js').flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        COMMENT.test(line) && line.length > WIDEST_COMMENT ? [`${file}:${at + 1}`] : [],
      ),
  );
  expect(wide).toEqual([]);
});

test('comments begin with a noun or a verb', () => {
  const found = trackedFiles('*.ts', '*.js', '*.mjs')
    .filter((file) => !EXCLUDED.test(file))
    .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(HEADLESS) ?? []);
  expect(found.length).toBeLessThanOrEqual(MOST_HEADLESS);
});

test('phrases that the style guide replaces become fewer', () => {
  const files = trackedFiles('*.ts', '*.js', '*.mjs', '*.md').filter((file) => !EXCLUDED.test(file));
  const counts = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const count = PHRASES.reduce((sum, phrase) => sum + (text.match(phrase)?.length ?? 0), 0);
    return count > 0 ? [{ file, count }] : [];
  });
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const worst = counts
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 10)
    .map(({ file, count }) => `${count} ${file}`);
  expect(total, `phrases of docs/STYLE.md; most in:\n${worst.join('\n')}`).toBeLessThanOrEqual(MOST);
});
