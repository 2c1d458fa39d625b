import { explainHint, type FindingKind } from '../../check/findings.js';
import type { LogNote, LogNoteCode } from '../../explain/log/log-notes.js';
import type { LogRelation } from '../../explain/log-causes.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { count, shortList } from '../quantities.js';
import type { LogCauseReport } from './explain-report.js';
import { fileName, nameText } from './explain-words.js';

/** Names shown of each cause. */
const NAMES_SHOWN = 3;

interface Sides {
  readonly one: string;
  readonly other: string;
  readonly members: readonly string[];
  readonly source: string | null;
}

interface RelationText {
  readonly title: (sides: Sides) => string;
  readonly page: FindingKind;
  /** The remedy, if the log alone suffices. */
  readonly action?: string;
}

/** Texts for causes by the log alone: it has names of files and members, but not their contents. */
const RELATIONS: Readonly<Record<LogRelation, RelationText>> = {
  'same-file': {
    title: ({ one, members: [member] }) =>
      member === undefined
        ? `both files are called ${one}: one file given twice, or two files of that name`
        : `both files are ${one}(${member}): ${one} is loaded twice, or two of its members have that name`,
    page: 'duplicate-definition',
    action: 'where one file is given twice, name it once, and not as a whole archive as well',
  },
  'same-archive': {
    title: ({ one, members }) => `two members of ${one} define the same names: ${members.join(' and ')}`,
    page: 'duplicate-definition',
  },
  'same-unit': {
    title: ({ one, other }) => `${one} and ${other} bundle units of the same names and hashes`,
    page: 'duplicate-definition',
  },
  'same-build': {
    title: ({ one, other }) => `${one} and ${other} bundle one build of a crate, by the names of members`,
    page: 'duplicate-definition',
  },
  'other-build': {
    title: ({ one, other }) =>
      `${one} and ${other} bundle two builds of one crate, by the hashes in the names of members`,
    page: 'same-crate-other-build',
  },
  'two-toolchains': {
    title: ({ one, other }) =>
      `${one} and ${other} hold two builds of the Rust standard library, by the hashes in the names of members`,
    page: 'same-crate-other-build',
    action: 'build both with one toolchain (one-toolchain)',
  },
  'two-c-runtimes': {
    title: ({ one, other }) => `two C runtimes are linked: ${one} and ${other}`,
    page: 'name-collision',
    action: 'compile every object with the same of /MD, /MDd, /MT and /MTd (same-crt)',
  },
  'allocator-shims': {
    title: ({ one, other }) => `rustc wrote allocator functions into ${one} and ${other}`,
    page: 'duplicate-definition',
    action: 'build one static library, from a crate that depends on both (allocator-shim)',
  },
  'two-go-runtimes': {
    title: ({ one, other }) => `${one} and ${other} each hold a whole Go runtime`,
    page: 'name-collision',
    action: 'build one Go archive, from a main package that imports both (one-go-archive)',
  },
  'one-header': {
    title: ({ one, other, source }) =>
      `${one} and ${other} each compiled a definition in a header, ${source}`,
    page: 'name-collision',
    action:
      'make the function inline (in C: static inline), or declare the variable extern and define it in one file (inline-header, fcommon)',
  },
  'same-name': {
    title: ({ one, other, members }) =>
      `${one} and ${other} have members of one name, ${members[0] ?? one}; their contents are not known from a log`,
    page: 'duplicate-definition',
  },
  'other-library': {
    title: ({ one, other }) =>
      `${one} and ${other} define the same names; their contents are not known from a log`,
    page: 'duplicate-definition',
  },
  'second-file-unknown': {
    title: ({ one }) =>
      `${one} defines names that a second file defines too; the log does not name that file`,
    page: 'duplicate-definition',
  },
};

/** A group of a log's messages, without a link command. */
export function logCauseLines(cause: LogCauseReport, at: number, colors: Colors): string[] {
  const { kind, such } = cause;
  const { title, page, action } = kind === 'undefined' ? undefinedText(cause) : duplicateText(cause);
  const crates = cause.crates.length > 0 ? `${shortList(cause.crates, NAMES_SHOWN, 'crate')}: ` : '';
  const noun = kind === 'undefined' ? 'undefined name' : 'duplicate definition';
  return [
    `${at + 1}. ${colors.bold(printable(`${crates}${title}`))}`,
    `     ${count(cause.count, noun)}, such as ${such.slice(0, NAMES_SHOWN).map(nameText).join(', ')}`,
    ...(cause.isWarning && kind === 'duplicate'
      ? ['     reported as a warning: the first definition is used']
      : []),
    ...(action === undefined ? [] : [`     do ${action}`]),
    `     see ${explainHint(page)}`,
  ];
}

interface CauseText {
  readonly title: string;
  readonly page: FindingKind;
  readonly action?: string | undefined;
}

function duplicateText({ relation, files, members, source }: LogCauseReport): CauseText {
  const { title, page, action } = RELATIONS[relation ?? 'second-file-unknown'];
  const [one = 'a file', other = one] = files.map((file) => fileName(file));
  const named = [...new Set(members.filter((member) => member !== null))];
  return { title: title({ one, other, members: named, source }), page, action };
}

function undefinedText({ files }: LogCauseReport): CauseText {
  const users =
    files.length === 0 ? 'the link refers' : `${shortList(files.map(fileName), NAMES_SHOWN, 'file')} refers`;
  return { title: `${users} to names that nothing defines`, page: 'undefined-reference' };
}

const NOTES: Readonly<Record<LogNoteCode, (note: LogNote, files: readonly string[]) => string>> = {
  'discarded-section': ({ subject }, files) =>
    `${files[0] ?? 'an object'} refers to ${subject} in a COMDAT section that the linker discarded, and the section kept in its place does not fit: usually an inline function that was compiled differently in two objects (odr)`,
  'two-c-runtimes': ({ subject }) =>
    `${subject}, the default library that an object names, conflicts with another library of the link: compile all objects with the same of /MD, /MDd, /MT and /MTd (same-crt)`,
  'common-twice': ({ subject }, files) =>
    `${subject} is a tentative definition in ${files.length > 0 ? files.join(' and ') : 'two files'}: define it in one file and declare it extern in the others (fcommon)`,
  'resource-twice': ({ subject }, files) =>
    `resource ${subject} is in ${files.length > 0 ? files.join(' and in ') : 'two inputs'}: keep one of them`,
  'adds-nothing': ({ subject }) =>
    `${subject} defines no symbol that an earlier object of the merged library does not define, so links that search the library never load it`,
  'class-in-two-images': ({ subject }, files) =>
    `at run time, class ${subject} is in ${files.join(' and in ')}: link the library that defines it into one of them only`,
  'registered-twice': ({ subject }) =>
    `at run time, ${subject} was registered twice: the program has two copies of the code generated for it, or two .proto files of that path; run ardedup check on its link command`,
};

/** Text of a message that is about neither a duplicate nor an undefined name. */
export const logNoteLine = (note: LogNote): string =>
  printable(NOTES[note.code](note, note.files.map(fileName)));
