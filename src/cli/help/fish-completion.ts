import { quoted } from './bash-completion.js';
import type { CommandPage, OptionPage, Value } from './command-page.js';

/** A script for fish 3 and newer. */
export function fishCompletion(commands: readonly CommandPage[]): string {
  const top = commands.filter(({ name }) => !name.includes(' '));
  const lines = [
    ...top.map(({ name, text }) => line('__ardedup_is', '', `-f -a ${quoted(name)} -d ${quoted(text)}`)),
    line('__ardedup_is', '', `-s V -l version -d 'output the version number'`),
    line('__ardedup_is', '', `-s h -l help -d 'display help'`),
    ...commands.flatMap((command) => [...belowLines(command, commands), ...ownLines(command)]),
  ];
  return `# fish completion of ardedup, made by: ardedup completion fish
# Whether this command is typed, and no link command yet.
function __ardedup_is
    set -l typed (commandline -opc)[2..]
    contains -- -- $typed; and return 1
    set -l named
    for word in $typed
        string match -q -- '-*' $word; and continue
        contains -- "$named $word" ${commands.map(({ name }) => quoted(` ${name}`)).join(' ')}; and set named "$named $word"
    end
    test "$named" = "$argv"
end
# Whether the program of a link command comes next.
function __ardedup_begins_command
    set -l typed (commandline -opc)
    test "$typed[-1]" = --
end
complete -c ardedup -n __ardedup_begins_command -xa '(__fish_complete_command)'
${lines.join('\n')}
`;
}

const line = (condition: string, command: string, rest: string): string =>
  `complete -c ardedup -n ${quoted(`${condition} ${quoted(command === '' ? '' : ` ${command}`)}`)} ${rest}`;

function belowLines({ name }: CommandPage, commands: readonly CommandPage[]): string[] {
  return commands
    .filter((one) => one.name.startsWith(`${name} `))
    .map((one) =>
      line('__ardedup_is', name, `-f -a ${quoted(one.name.slice(name.length + 1))} -d ${quoted(one.text)}`),
    );
}

function ownLines({ name, options, arguments: operands }: CommandPage): string[] {
  return [
    ...options.map((option) => line('__ardedup_is', name, optionWords(option))),
    ...operands
      .filter(({ value }) => value.words.length > 0)
      .map(({ value }) =>
        line(
          '__ardedup_is',
          name,
          `${value.kind === 'path' ? '' : '-f '}-a ${quoted(value.words.join(' '))}`,
        ),
      ),
  ];
}

function optionWords({ short, long, summary, value }: OptionPage): string {
  const flags = [...(short === null ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`];
  return [...flags, ...(value === null ? [] : [valueWords(value)]), `-d ${quoted(summary)}`].join(' ');
}

const valueWords = ({ kind, words }: Value): string => {
  if (kind === 'path') return '-rF';
  return kind === 'word' ? `-xa ${quoted(words.join(' '))}` : '-x';
};
