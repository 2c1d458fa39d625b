import { describe, expect, test } from 'vitest';
import { makeColors } from './colors.js';
import { keepWhole, wrapPage, wrapText } from './wrap-text.js';

const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(' ');

describe('wrapText', () => {
  test('leaves what fits, and breaks the rest between words, indented', () => {
    expect(wrapText('short\n', 40)).toBe('short\n');
    expect(wrapText(`  ${words(10)}`, 40)).toBe(
      '  word0 word1 word2 word3 word4 word5\n    word6 word7 word8 word9',
    );
  });

  test('goes on under the text behind a number or a label', () => {
    expect(wrapText(`2. ${words(8)}`, 40)).toBe('2. word0 word1 word2 word3 word4 word5\n   word6 word7');
    expect(wrapText(`  error    ${words(7)}`, 40)).toBe(
      '  error    word0 word1 word2 word3 word4\n           word5 word6',
    );
  });

  test('a word that is too long stays whole', () => {
    const long = 'x'.repeat(60);
    expect(wrapText(`a ${long} b`, 40)).toBe(`a\n  ${long}\n  b`);
  });

  test('rows of tables stay', () => {
    const row = `  linker${' '.repeat(30)}5 → 4${' '.repeat(20)}10 → 0`;
    expect(wrapText(row, 50)).toBe(row);
  });

  test('a command stays whole, with its colour', () => {
    const colors = makeColors(true, true);
    const command = `ardedup trim ${words(8)}`;
    expect(wrapText(`what to do, in short: ${keepWhole(command)}`, 40)).toBe(
      `what to do, in short:\n  ${command}`,
    );
    expect(wrapText(`  ${colors.green(colors.command(command))}`, 40)).toBe(`  ${colors.green(command)}`);
    expect(makeColors(true).command(command)).toBe(command);
  });

  test('colours take no columns', () => {
    const colors = makeColors(true);
    const text = `${colors.red('word0')} word1 word2 word3 word4 word5`;
    expect(wrapText(text, 40)).toBe(text);
  });

  test('no line is wider than the terminal, but for what has no blank', () => {
    for (const width of [40, 57, 80, 133]) {
      const lines = wrapText(`    ${words(60)}\n${words(50)}`, width).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.join(' ').replace(/\s+/g, ' ').trim()).toBe(`${words(60)} ${words(50)}`);
    }
  });
});

test('wrapPage fills paragraphs and list items again, and leaves code', () => {
  const page = `# Title\n\n${words(3)}\n${words(6)}\n\n- ${words(2)}\n  ${words(6)}\n\n\`\`\`sh\n${words(12)}\n\`\`\`\n`;
  expect(wrapPage(page, 40)).toBe(`# Title

word0 word1 word2 word0 word1 word2
word3 word4 word5

- word0 word1 word0 word1 word2 word3
  word4 word5

\`\`\`sh
${words(12)}
\`\`\`
`);
});
