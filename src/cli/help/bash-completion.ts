import type { CommandPage, OptionPage, Value } from './command-page.js';

/** A word in single quotes. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export const flagsOf = ({ short, long }: Pick<OptionPage, 'short' | 'long'>): string[] =>
  [short, long].filter((flag) => flag !== null);

/** `cache` of `cache info`. */
const parentOf = (name: string): string => name.split(' ').slice(0, -1).join(' ');
const childOf = (name: string): string => name.split(' ').at(-1) ?? '';

/** A script for bash 4 and newer. Where it offers nothing, bash completes files. */
export function bashCompletion(commands: readonly CommandPage[]): string {
  const known = commands.map(
    ({ name }) => `      ${quoted(`${parentOf(name)}/${childOf(name)}`)}) command=${quoted(name)} ;;`,
  );
  const flags = commands.map(
    ({ name, options }) => `      ${quoted(name)}) words=${quoted(options.flatMap(flagsOf).join(' '))} ;;`,
  );
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      option.value === null ? [] : valueCase(name, flagsOf(option), option.value),
    ),
  );
  const operands = ['', ...commands.map(({ name }) => name)].flatMap((name) => operandCase(name, commands));
  return `# bash completion of ardedup, made by: ardedup completion bash
_ardedup() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i
  COMPREPLY=()
  # The shell splits --format=json at the equals sign.
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -- ]]; then
      ((i + 1 == COMP_CWORD)) && COMPREPLY=($(compgen -c -- "$cur"))
      return
    fi
    case "$command/\${COMP_WORDS[i]}" in
${known.join('\n')}
    esac
  done
  case "$command/$prev" in
${values.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
      '') words='-h --help -V --version' ;;
${flags.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
  fi
  case $command in
${operands.join('\n')}
  esac
}
complete -o default -F _ardedup ardedup
`;
}

function valueCase(command: string, flags: readonly string[], { kind, words }: Value): string[] {
  const pattern = flags.map((flag) => quoted(`${command}/${flag}`)).join(' | ');
  if (kind === 'path') return [`    ${pattern}) return ;;`];
  if (kind === 'text') return [`    ${pattern}) compopt +o default; return ;;`];
  return [`    ${pattern}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur")); return ;;`];
}

/** Commands of a command, or the words of its arguments; files as well where those may be paths. */
function operandCase(command: string, commands: readonly CommandPage[]): string[] {
  const below = commands.map(({ name }) => name).filter((name) => parentOf(name) === command && name !== '');
  const own = commands.find(({ name }) => name === command);
  const words = [...below.map(childOf), ...(own?.arguments.flatMap(({ value }) => value.words) ?? [])];
  if (words.length === 0) return [];
  const files = own?.arguments.some(({ value }) => value.kind === 'path') ? ' $(compgen -f -- "$cur")' : '';
  return [
    `    ${quoted(command)}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur")${files}) ;;`,
  ];
}
