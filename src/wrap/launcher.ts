import { baseName, toolKind } from './tool-name.js';

/** A command without the programs in front of it that only run it, such as ccache. */
export interface LaunchedCommand {
  /** The arguments in front of the command, as a shell takes them: `env LC_ALL=C ccache`. */
  readonly launcher: readonly string[];
  /** Variables that are set for the command. */
  readonly variables: Readonly<Record<string, string>>;
  /** The linker or compiler driver with its arguments. */
  readonly command: readonly string[];
}

/** Programs that run the command after them. */
const LAUNCHER = /^(?:ccache|sccache|distcc|icecc|buildcache|gomacc|time|nice|nohup|xcrun)$/;

/** A variable that a shell, `env` or rustc's message sets for the command: `LC_ALL=C`. */
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/** Whether an argument of a launcher only sets a variable, or is the `env` in front of one. */
export const isSetting = (word: string): boolean => baseName(word) === 'env' || ASSIGNMENT.test(word);

/** Splits a command into what launches it and the linker or compiler driver with its arguments. */
export function splitLauncher(words: readonly string[]): LaunchedCommand {
  const [first, ...rest] = words;
  if (first === undefined) return unlaunched(words);
  const from = baseName(first) === 'env' ? 1 : 0;
  const count = words.slice(from).findIndex((word) => !ASSIGNMENT.test(word));
  if (count > 0 && !words[from + count].startsWith('-')) {
    const set = words.slice(from, from + count);
    const variables = Object.fromEntries(set.map((word) => ASSIGNMENT.exec(word)!.slice(1, 3)));
    return launchedBy(['env', ...set], variables, words.slice(from + count));
  }
  // An option of the launcher may have a value, which would pass for the program.
  const isLauncher = from > 0 || LAUNCHER.test(baseName(first));
  return isLauncher && rest.length > 0 && !rest[0].startsWith('-')
    ? launchedBy([first], {}, rest)
    : unlaunched(words);
}

const unlaunched = (command: readonly string[]): LaunchedCommand => ({
  launcher: [],
  variables: {},
  command,
});

function launchedBy(
  own: readonly string[],
  variables: Readonly<Record<string, string>>,
  words: readonly string[],
): LaunchedCommand {
  const inner = splitLauncher(words);
  return {
    launcher: [...own, ...inner.launcher],
    variables: { ...variables, ...inner.variables },
    command: inner.command,
  };
}

/** Whether the first argument is not known to link and may run the compiler that follows it. */
export const mayLaunch = ([program, ...words]: readonly string[]): boolean =>
  program !== undefined && toolKind(program) === null && words.some((word) => toolKind(word) !== null);
