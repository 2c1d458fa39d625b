// What every script does with the words behind its name: --help prints the comment that the script begins with, and bad
// use is one line and exit code 2.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * @param url the script's own, `import.meta.url`
 * @param options as `parseArgs` of node:util has them; `{ type: 'number' }` takes a number that is not negative
 * @param mostPositionals how many arguments may be given that are not options
 */
export function readOptions(url, options = {}, mostPositionals = 0) {
  const own = Object.entries(options).map(([name, { type, ...rest }]) => [
    name,
    { ...rest, type: type === 'number' ? 'string' : type },
  ]);
  let parsed;
  try {
    parsed = parseArgs({
      options: { ...Object.fromEntries(own), help: { type: 'boolean', short: 'h' } },
      allowPositionals: mostPositionals > 0,
    });
  } catch (error) {
    badUse(url, error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(usageOf(url));
    process.exit(0);
  }
  if (positionals.length > mostPositionals)
    badUse(url, `'${positionals[mostPositionals]}' is one word too many`);
  const numbers = Object.entries(options).flatMap(([name, { type }]) =>
    type === 'number' && values[name] !== undefined ? [[name, numberOf(url, `--${name}`, values[name])]] : [],
  );
  return { values: { ...values, ...Object.fromEntries(numbers) }, positionals };
}

export function numberOf(url, what, text) {
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !Number.isFinite(number))
    badUse(url, `${what}: '${text}' is not a number`);
  return number;
}

/** One line, and the end. */
export function badUse(url, problem) {
  console.error(
    `${basename(fileURLToPath(url), '.js')}: ${problem.split('\n')[0]} (--help tells the options)`,
  );
  process.exit(2);
}

/** The comment at the head of the file. */
function usageOf(url) {
  const lines = readFileSync(fileURLToPath(url), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}
