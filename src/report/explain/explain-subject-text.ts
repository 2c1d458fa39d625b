import { append } from '../../bytes/append.js';
import { explainHint } from '../../check/findings.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { reasonText } from '../plan/reason-text.js';
import { bytesText, count, digits, shortList } from '../quantities.js';
import { ONE_WORKSPACE } from './explain-cause-text.js';
import type { UseReport } from './explain-files.js';
import type {
  DefinitionReport,
  MemberSubjectReport,
  MissingReport,
  NotLoadedReport,
  SubjectReport,
  SymbolSubjectReport,
  VerdictReport,
} from './explain-subject.js';
import { chainText, fileName, nameText } from './explain-words.js';

const USERS_SHOWN = 4;

/** Text of a file or symbol that the user named. */
export function subjectLines(subject: SubjectReport, colors: Colors): string[] {
  return subject.kind === 'member' ? memberLines(subject, colors) : symbolLines(subject, colors);
}

const row = (label: string, text: string): string => `  ${label.padEnd(10)}${text}`;

function memberLines(subject: MemberSubjectReport, colors: Colors): string[] {
  const { file } = subject;
  const crate =
    file.crate === undefined ? '' : `, crate ${file.crate}${file.build ? `, build ${file.build}` : ''}`;
  const lines = [
    colors.bold(printable(file.label)),
    row('is', `${printable(file.name)}`),
    row(
      '',
      `${file.archive === null ? 'an object of the line' : `member ${file.ordinal} of ${printable(file.archive)}`}, ${bytesText(file.size)}${crate}`,
    ),
    row(
      'has',
      `${count(subject.definitions, 'definition')}, ${count(subject.state, 'mutable global')}${subject.sideEffects.length > 0 ? `; acts by itself: ${printable(shortList(subject.sideEffects, 3, 'section'))}` : ''}`,
    ),
    row(
      'loaded',
      subject.notLoaded === undefined ? chainText(subject.chain) : notLoadedText(subject.notLoaded),
    ),
    ...(subject.isLoaded || subject.users > 0
      ? [
          row(
            'used by',
            subject.users === 0 ? 'nothing else in this link' : usersText(subject.such, subject.users),
          ),
        ]
      : []),
  ];
  for (const { file: copy, relation } of subject.copies)
    lines.push(row('like', `${printable(copy.label)}: ${RELATIONS[relation] ?? relation}`));
  lines.push(row('verdict', verdictText(subject.verdict)));
  return lines;
}

function notLoadedText({ reason, names, symbol, winner }: NotLoadedReport): string {
  if (symbol === null) return 'no: this link needs no name that it defines';
  const first = `${nameText(symbol)}${names > 1 ? ` (first of ${digits(names)} names)` : ''}`;
  if (winner !== null) return `no: ${printable(winner.label)} already defines ${first}`;
  return reason === 'weak-references'
    ? `no: references to ${first} are weak, and extract no member`
    : `no: its archive is searched before ${first} is referenced`;
}

const RELATIONS: Readonly<Record<string, string>> = {
  'identical-bytes': 'the same bytes',
  'same-image': 'the same object but for debug information and names of local symbols',
  'same-unit': 'the same compiled unit',
  'other-content': 'the same name, other content',
  'same-build': 'the same build, another unit',
  'other-build': 'another build',
};

function usersText(users: readonly UseReport[], all: number): string {
  const shown = users.slice(0, USERS_SHOWN).map(({ file, names, such }) => {
    const more = names > 1 ? ` and ${count(names - 1, 'more name')}` : '';
    return `${printable(file.label)} (${nameText(such[0])}${more})`;
  });
  return `${shown.join(', ')}${all > shown.length ? `, ${count(all - shown.length, 'more file')}` : ''}`;
}

/** The decision, in the words of docs/safety.md. */
function verdictText({ decision, code, twin, symbol, by, linker, library }: VerdictReport): string {
  const copy = twin === null ? '' : printable(twin.label);
  if (decision === 'drop') return `can be dropped in favour of ${copy}: ${RELATIONS[code] ?? code}`;
  const see = `(ardedup explain ${code})`;
  if (code === 'owner') return `stays: other copies can be dropped in favour of this one ${see}`;
  if (decision === 'keep') return `stays: ${reasonText(code)} ${see}`;
  const turns = symbol === null ? '' : `; decided by ${nameText(symbol)}`;
  const obstacle = library ?? (by === null || by.label === twin?.label ? null : by.label);
  const against = obstacle === null ? '' : `, against ${printable(obstacle)}`;
  const where = linker === null ? '' : `, on ${linker}`;
  return `stays, although ${copy} resembles it: ${reasonText(code)}${turns}${against}${where} ${see}`;
}

function symbolLines(subject: SymbolSubjectReport, colors: Colors): string[] {
  const { definitions } = subject;
  const lines = [
    colors.bold(nameText(subject)),
    ...(subject.demangled === undefined ? [] : [row('is', printable(subject.symbol))]),
    row(
      'defined',
      definitions.length === 0
        ? 'by no file of this link'
        : `${count(definitions.length, 'time')}, ${definitions.filter(({ isLoaded }) => isLoaded).length} in this link`,
    ),
  ];
  for (const definition of definitions) append(lines, definitionLines(definition, colors));
  const users = subject.such.slice(0, USERS_SHOWN).map(({ label }) => printable(label));
  const more = subject.users - users.length;
  lines.push(
    row(
      'used by',
      subject.users === 0
        ? 'nothing else in this link'
        : `${users.join(', ')}${more > 0 ? `, ${count(more, 'more file')}` : ''}`,
    ),
  );
  return subject.missing === undefined ? lines : [...lines, ...missingLines(subject, subject.missing)];
}

/** Why the link has no definition of a name, what to do, and the page about it. */
function missingLines(
  { such: [user] }: SymbolSubjectReport,
  { reason, definers, isMendedByRepeat, linker }: MissingReport,
): string[] {
  const files = shortList(
    definers.map(({ label }) => printable(label)),
    3,
    'file',
  );
  const archives = [...new Set(definers.map(({ archive }) => fileName(archive)))].join(', ');
  const where = user === undefined ? 'what references it' : fileName(user.archive ?? user.name);
  const [why, cure] = {
    'not-reached': isMendedByRepeat
      ? [
          `${files} defines it, but ${linker} has already scanned that archive when the name is first referenced`,
          `put ${archives} after ${where}, or repeat it at the end of the line: in the simulation, the name is then defined`,
        ]
      : [
          `${files} defines it, but ${linker} does not load that member`,
          `put ${archives} after ${where}; if it is there, check its symbol index: ardedup inspect`,
        ],
    'other-build': [
      `${files} has it from a different build of the crate, whose names have a different hash`,
      ONE_WORKSPACE,
    ],
    'other-language': [
      `${files} has a definition of the same function, and one of the two names is mangled as C++ does`,
      'declare the function extern "C" on both sides, in its header, or on neither',
    ],
    'not-defined': [
      'no file of this link defines it: the link fails, unless a library that was not read does',
      'add the object or library that defines it (nm -A --defined-only finds it), or put back what was removed by hand',
    ],
  }[reason];
  return [row('undefined', why), row('do', cure), row('see', explainHint('undefined-reference'))];
}

function definitionLines(definition: DefinitionReport, colors: Colors): string[] {
  const marks = definition.marks.length > 0 ? `${definition.marks.join(' ')} ` : '';
  const size = definition.size > 0 ? `, ${bytesText(definition.size)}` : '';
  const role = definition.marks.includes('local')
    ? 'only for its own file'
    : definition.isWinner
      ? colors.green('references bind to it')
      : definition.isLoaded
        ? colors.yellow('a duplicate, also in the link')
        : 'not loaded';
  return [
    row('', `${printable(definition.file.label)}: ${marks}${definition.kind}${size}: ${role}`),
    ...(definition.isLoaded ? [row('', colors.dim(`  ${chainText(definition.chain)}`))] : []),
    row('', `  ${verdictText(definition.verdict)}`),
  ];
}
