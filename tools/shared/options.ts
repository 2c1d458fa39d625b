// The arguments of a tool: --help prints its usage, and bad use is one line on stderr and exit code 2.
import { basename } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

interface Option {
  /** A number is finite and not negative. */
  readonly type: 'string' | 'boolean' | 'number';
  readonly default?: string | boolean;
}

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O['type'] extends 'number'
    ? number
    : string;

type Values<Options extends Readonly<Record<string, Option>>> = {
  readonly [Name in keyof Options]:
    | Value<Options[Name]>
    | (Options[Name] extends { readonly default: string | boolean } ? never : undefined);
};

/**
 * @param usage what --help prints
 * @param mostPositionals how many arguments may be given that are not options
 */
export function readOptions<const Options extends Readonly<Record<string, Option>>>(
  usage: string,
  options: Options = {} as Options,
  mostPositionals = 0,
): { readonly values: Values<Options>; readonly positionals: readonly string[] } {
  const { values, positionals } = parsed(options, mostPositionals > 0);
  if (values.help) {
    console.log(usage.trimEnd());
    process.exit(0);
  }
  if (positionals.length > mostPositionals)
    badUse(`'${positionals[mostPositionals]}' is one argument too many`);
  const read = Object.entries(values).map(([name, value]) => [
    name,
    options[name]?.type === 'number' ? numberOf(`--${name}`, String(value)) : value,
  ]);
  return { values: Object.fromEntries(read) as Values<Options>, positionals };
}

function parsed(options: Readonly<Record<string, Option>>, allowPositionals: boolean) {
  const own = Object.entries(options).map(([name, { type, ...rest }]) => [
    name,
    { ...rest, type: type === 'number' ? 'string' : type },
  ]);
  const all: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(own);
  try {
    return parseArgs({ options: { ...all, help: { type: 'boolean', short: 'h' } }, allowPositionals });
  } catch (error) {
    return badUse((error as Error).message);
  }
}

export function numberOf(what: string, text: string): number {
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !Number.isFinite(number)) badUse(`${what}: '${text}' is not a number`);
  return number;
}

/** Prints one line and ends the process. */
export function badUse(problem: string): never {
  const tool = basename(process.argv[1], '.mjs');
  console.error(`${tool}: ${problem.split('\n')[0]} (--help lists the options)`);
  process.exit(2);
}
