/** A linker whose messages have a shape of their own. */
export type LinkerFamily =
  | 'gnu-ld'
  | 'gold'
  | 'lld'
  | 'ld64'
  | 'mold'
  | 'wild'
  | 'link'
  | 'zig'
  | 'armlink'
  | 'ilink'
  | 'solaris'
  | 'go-link';

/** A file as a linker's message prints it. */
export interface PrintedFile {
  /** Path of the archive; null for an object on its own. */
  readonly archive: string | null;
  /** Name of the member, or path of the object; null where only the archive is named. */
  readonly member: string | null;
  /** The number that Apple's newer linker puts before the member: `lib.a[12](m.o)`. */
  readonly number: number | null;
}

/** One message of a linker about one name. */
export interface Diagnostic {
  readonly kind: 'duplicate' | 'undefined';
  readonly severity: 'error' | 'warning';
  /** As printed, so often demangled. */
  readonly symbol: string;
  /** The mangled name, if the message has it in addition to the readable one. */
  readonly mangled: string | null;
  /**
   * Of a duplicate: the files that define it, the one that the linker read first leading. Else those that refer to it.
   */
  readonly files: readonly PrintedFile[];
  /** Lines of source, `net.h:4`, in the order of `files`; absent unless the message has one for each. */
  readonly sources?: readonly string[];
  /** First line of the message in the log, from 1. */
  readonly line: number;
}

/** Result of a parser for the lines from a given one on. */
export interface Reading {
  /** Empty if the lines only summarize other messages. */
  readonly diagnostics: readonly Diagnostic[];
  /** The first line that is not of this message. */
  readonly next: number;
  /** The linker's name as its messages begin, `ld.lld-14`; null where they begin otherwise. */
  readonly program: string | null;
}

/** A line of a log without what terminals, build tools and CI put around it. */
export interface LogLine {
  readonly text: string;
  /** Blanks before the text. */
  readonly indent: number;
  /** In the log, from 1: one line of a log may hold two messages. */
  readonly number: number;
}

/** A parser for the messages of one family of linkers: one file each, and one line each in diagnostic-parsers.ts. */
export interface DiagnosticParser {
  readonly id: LinkerFamily;
  /** As people call it. */
  readonly title: string;
  /** @returns null when no message of this family begins at `at` */
  read(lines: readonly LogLine[], at: number): Reading | null;
}
