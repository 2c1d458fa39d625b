import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** Scenarios of a folder by the first word of their names, which names what they are about. */
function indexOf(folder: string, extension: string, title: string): string {
  const names = readdirSync(join(FIXTURES, folder))
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .toSorted();
  const bySubject = groupBySubject(names);
  const sections = [...bySubject].map(
    ([subject, all]) =>
      `## ${subject}\n\n${all.map((name) => `- [${name.replaceAll('-', ' ')}](${name}${extension})`).join('\n')}\n`,
  );
  return `# ${title}\n\n${names.length} scenarios in [link notation](../../docs/notation.md). \`npx vitest run test/fixture-index.test.ts -u\` rewrites this list.\n\n${sections.join('\n')}`;
}

function groupBySubject(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const [subject] = name.split('-');
    groups.set(subject, [...(groups.get(subject) ?? []), name]);
  }
  return groups;
}

test.each([
  ['plans', '.plan', 'Index of plans'],
  ['links', '.link', 'Index of links'],
])('fixtures/%s/INDEX.md lists every scenario', async (folder, extension, title) => {
  await expect(indexOf(folder, extension, title)).toMatchFileSnapshot(join(FIXTURES, folder, 'INDEX.md'));
});
