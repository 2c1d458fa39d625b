import { quoted } from './bash-completion.js';
import type { ArgumentPage, CommandPage, OptionPage, Value } from './command-page.js';

/** A script for zsh 5 and newer: a function for a folder of `fpath`, which may be sourced as well. */
export function zshCompletion(commands: readonly CommandPage[]): string {
  const top = commands.filter(({ name }) => !name.includes(' '));
  return `#compdef ardedup
# zsh completion of ardedup, made by: ardedup completion zsh

_ardedup() {
  # After -- comes a command of its own.
  local at=\${words[(i)--]}
  if (( at < CURRENT )); then
    shift $at words
    (( CURRENT -= at ))
    _normal
    return
  fi
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C '(- *)'{-h,--help}'[display help]' '(- *)'{-V,--version}'[output the version number]' \\
    '1: :->command' '*:: :->arguments' && return 0
  case $state in
    command)
${describe(top, '      ')}
      ;;
    arguments)
      case $words[1] in
${top.map((command) => commandCase(command, commands)).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _ardedup ]]; then _ardedup "$@"; else compdef _ardedup ardedup; fi
`;
}

function describe(commands: readonly CommandPage[], indent: string): string {
  const rows = commands.map(({ name, text }) =>
    quoted(`${name.split(' ').at(-1)}:${text.replaceAll(':', '\\:')}`),
  );
  return `${indent}local -a commands=(\n${rows.map((row) => `${indent}  ${row}`).join('\n')}\n${indent})\n${indent}_describe -t commands command commands`;
}

function commandCase(command: CommandPage, commands: readonly CommandPage[]): string {
  const below = commands.filter(({ name }) => name.startsWith(`${command.name} `));
  if (below.length === 0) return `        ${command.name})\n${specs(command, '          ')}\n          ;;`;
  const cases = below.map(
    (one) => `            ${one.name.split(' ').at(-1)})\n${specs(one, '              ')}\n              ;;`,
  );
  return `        ${command.name})
          if (( CURRENT == 2 )); then
${describe(below, '            ')}
            return
          fi
          shift words
          (( CURRENT-- ))
          case $words[1] in
${cases.join('\n')}
          esac
          ;;`;
}

function specs({ options, arguments: operands }: CommandPage, indent: string): string {
  const lines = [...options.flatMap(optionSpecs), ...operands.map(operandSpec)];
  return [`${indent}_arguments -s :`, ...lines.map((line) => `${indent}  ${line}`)].join(' \\\n');
}

function optionSpecs({ short, long, summary, value, flags }: OptionPage): string[] {
  const label = `[${summary.replace(/[[\]:]/g, '\\$&')}]`;
  const rest =
    value === null
      ? label
      : `${label}:${flags.replace(/^[^<[]*/, '').replace(/[<>[\]:]/g, '')}:${action(value)}`;
  const repeats = value === null || value.kind === 'word' ? '' : '*';
  return [short, long]
    .filter((flag) => flag !== null)
    .map((flag) => quoted(`${repeats}${flag}${value !== null && flag.startsWith('--') ? '=' : ''}${rest}`));
}

const operandSpec = ({ name, isRepeated, value }: ArgumentPage): string =>
  quoted(`${isRepeated ? '*' : ''}:${name}:${operandAction(value)}`);

const operandAction = (value: Value): string =>
  value.kind === 'path' && value.words.length > 0
    ? `_alternative "files\\:file\\:_files" "words\\:word\\:(${value.words.join(' ')})"`
    : action(value);

const action = ({ kind, words }: Value): string => {
  if (kind === 'path') return '_files';
  return kind === 'word' ? `(${words.join(' ')})` : ' ';
};
