import { SETTINGS } from '../options/settings.js';
import { type CommandPage, commandPages } from './command-page.js';

/** The man page, in roff with the macros of man(7). It has no date, so that builds are reproducible. */
export function manPage(program: Parameters<typeof commandPages>[0], version: string): string {
  const commands = commandPages(program);
  const lines = [
    `.TH ARDEDUP 1 "" "ardedup ${version}" "User Commands"`,
    '.SH NAME',
    'ardedup \\- use one copy of each runtime in a native link',
    '.SH SYNOPSIS',
    ...commands.filter(({ name }) => !name.includes(' ')).flatMap(({ usage }) => ['.nf', roff(usage), '.fi']),
    '.SH DESCRIPTION',
    ...paragraphs([program.description(), ...DESCRIPTION]),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...tagged([
      ['0', 'Success: done, or nothing was found.'],
      [
        '1',
        '`check` has findings that fail, `verify` could not prove something, or `fix` did not cure the link.',
      ],
      ['2', 'Bad usage or bad input. No file is left half-written.'],
    ]),
    roff('The exit status of `link` is that of the tool that it runs.'),
    '.SH ENVIRONMENT',
    ...tagged([...RUN_VARIABLES, ...settingVariables()]),
    '.SH FILES',
    ...tagged([
      [
        'ardedup.config.json',
        'Options for all links of a project; searched from the working folder upwards.',
      ],
      ['$XDG_CACHE_HOME/ardedup, ~/.cache/ardedup', 'The cache of `link`.'],
    ]),
    '.SH SEE ALSO',
    '.BR ld (1),\n.BR ar (1),\n.BR nm (1)',
  ];
  return `${lines.join('\n')}\n`;
}

const DESCRIPTION = [
  'Put your link command, unchanged, after --, with the compiler or linker first. ardedup reads it; only `link` runs it. Input files are never changed.',
];

const RUN_VARIABLES: readonly (readonly [string, string])[] = [
  ['ARDEDUP=off', '`link` runs the command unchanged.'],
  ['ARDEDUP_PLAN', '`link` saves its plan in this file.'],
  ['ARDEDUP_CONFIG', 'The configuration file; `off`: none.'],
  [
    'ARDEDUP_REAL_CC, ARDEDUP_REAL_LD, …',
    'The tool that `link` runs when ardedup is called by the name of the tool.',
  ],
  ['NO_COLOR', 'No colours.'],
];

const settingVariables = (): (readonly [string, string])[] =>
  Object.values(SETTINGS).map(({ option, variable }) => {
    const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return [
      variable,
      flag === '--cache' ? '`off`: as --no-cache.' : `Sets ${flag}, unless the option is given.`,
    ];
  });

function commandLines({
  name,
  usage,
  text,
  arguments: operands,
  options,
  notes,
  examples,
}: CommandPage): string[] {
  return [
    `.SS ${roff(`ardedup ${name}`)}`,
    '.nf',
    roff(usage),
    '.fi',
    ...paragraphs([sentence(text)]),
    ...tagged(
      operands.filter(({ text: own }) => own !== '').map((own) => [own.name, sentence(own.text)] as const),
    ),
    ...tagged(options.map((option) => [option.flags, sentence(option.text)] as const)),
    ...paragraphs(notes),
    ...examples.flatMap(({ what, command }) => [
      '.PP',
      `${roff(sentence(what).replace(/\.$/, ':'))}`,
      '.PP',
      '.RS 4',
      '.nf',
      roff(command),
      '.fi',
      '.RE',
    ]),
  ];
}

const sentence = (text: string): string => `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;

const paragraphs = (texts: readonly string[]): string[] => texts.flatMap((text) => ['.PP', roff(text)]);

const tagged = (rows: readonly (readonly [string, string])[]): string[] =>
  rows
    .flatMap(([tag, text]) => ['.TP', `.B ${roff(tag)}`, roff(text)])
    .concat(rows.length > 0 ? ['.PP'] : []);

/** Text as roff shows it: no line of it is a request, and each character is in ASCII. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replace(/`([^`]*)`/g, '\\fB$1\\fR')
    .replace(
      /[^\0-\x7f]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^[.']/gm, '\\&$&');
}
