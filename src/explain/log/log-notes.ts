/** Messages about other faults of a link than duplicates and undefined names. */
export type LogNoteCode =
  /**
   * An inline function was compiled differently in two objects, and a reference leads to the discarded copy.
   */
  | 'discarded-section'
  /** Objects name two C runtimes as their default library. */
  | 'two-c-runtimes'
  /** One name is COMMON in two objects, which old linkers merge. */
  | 'common-twice'
  /** Two Windows resources have one type, name and language. */
  | 'resource-twice'
  /** lib.exe: an object of a library defines nothing that an earlier object does not define. */
  | 'adds-nothing'
  /** At run time: one class of the Objective-C runtime is in two images of the process. */
  | 'class-in-two-images'
  /** At run time: one .proto file registers itself twice. */
  | 'registered-twice';

export interface LogNote {
  readonly code: LogNoteCode;
  /** In the log, from 1. */
  readonly line: number;
  /** The symbol, class, file or library that it is about, as printed. */
  readonly subject: string;
  /** Files that the message names, as printed. */
  readonly files: readonly string[];
}

interface NotePattern {
  readonly code: LogNoteCode;
  readonly pattern: RegExp;
}

/** Named groups: `subject`, `one` and `other`. */
const PATTERNS: readonly NotePattern[] = [
  {
    code: 'discarded-section',
    pattern:
      /^(?:\S*ld(?:\.bfd)?: )?[`'](?<subject>.+)' referenced in section [`'].+' of (?<one>.+?): defined in discarded section [`'].+' of (?<other>.+)$/,
  },
  {
    code: 'discarded-section',
    pattern: /relocation refers to a (?:symbol in a )?discarded section: (?<subject>.+)$/,
  },
  {
    code: 'discarded-section',
    pattern:
      /relocation refers to (?:local|global) symbol "(?<subject>.+?)" \[\d+\], which is defined in a discarded section$/,
  },
  { code: 'two-c-runtimes', pattern: /\bLNK4098 ?[:：].*?["'„“«](?<subject>[\w.]+)["'”“»]/ },
  { code: 'common-twice', pattern: /^(?<one>.+): warning: multiple common of [`'](?<subject>.+)'$/ },
  {
    code: 'common-twice',
    pattern:
      /^(?<one>.+): warning: common of [`'](?<subject>.+)' overridden by (?:larger|smaller) common(?: from (?<other>.+))?$/,
  },
  {
    code: 'resource-twice',
    pattern:
      /\.rsrc merge failure: duplicate leaf: (?<subject>.+?)(?:, in (?<one>.+?) and in (?<other>.+))?$/,
  },
  {
    code: 'resource-twice',
    pattern:
      /\.rsrc merge failure: (?:duplicate (?<subject>string resource: \d+)|multiple non-default manifests)$/,
  },
  {
    code: 'resource-twice',
    pattern: /duplicate resource: (?<subject>.+?), in (?<one>.+?) and in (?<other>.+)$/,
  },
  { code: 'adds-nothing', pattern: /^(?<subject>.+?) ?: warning LNK4221\b/ },
  {
    code: 'class-in-two-images',
    pattern:
      /^objc\[\d+\]: Class (?<subject>\S+) is implemented in both (?<one>.+?) \(0x[0-9a-f]+\) and (?<other>.+?) \(0x[0-9a-f]+\)/,
  },
  { code: 'registered-twice', pattern: /File already exists in database: (?<subject>\S+)$/ },
];

/** Messages that only follow from others, or have no consequence for the link. */
const CONSEQUENCES = [
  /: warning: previous common is here$/,
  /\bLNK4099\b/,
  /CHECK failed: GeneratedDatabase\(\)->Add/,
  /^terminate called after throwing an instance of 'google::protobuf::FatalException'$/,
];

/** The note that a line is; null for any other line. @param line number in the log, from 1 */
export function noteIn(text: string, line: number): LogNote | null {
  for (const { code, pattern } of PATTERNS) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    const files = [groups.one, groups.other].filter((file) => file !== undefined);
    return { code, line, subject: groups.subject ?? 'manifest', files: [...new Set(files)] };
  }
  return null;
}

export const isConsequence = (text: string): boolean => CONSEQUENCES.some((pattern) => pattern.test(text));
