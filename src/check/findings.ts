import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { documentationUrl } from './documentation.js';

/** How bad a finding is: wrong, or does not link as it is; worth a change; worth knowing. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Texts for all findings of a kind. */
export interface FindingText {
  readonly title: string;
  readonly severity: Severity;
  /** One or two sentences: what it is, and why it matters. */
  readonly help: string;
  /** Unit of `count`, in the singular. */
  readonly counts: string;
}

/** Every kind of finding there is, by its code: worst first. Each has a page, docs/findings/<code>.md. */
export const findingKinds = {
  'split-state': {
    title: 'Mutable state in more than one copy',
    severity: 'error',
    help: 'The link has two copies of a mutable global. One part of the program may write the first copy while another part reads the second: the program links, runs, and waits forever or loses what was stored.',
    counts: 'mutable global',
  },
  'duplicate-definition': {
    title: 'One definition, bundled twice',
    severity: 'error',
    help: 'The link loads two copies of one object, and both define the same names. A linker refuses such a link; one that is told to allow multiple definitions uses the first definition without a message.',
    counts: 'duplicate definition',
  },
  'name-collision': {
    title: 'One name, different definitions',
    severity: 'error',
    help: 'Files that are not copies of each other define the same name. A linker refuses such a link; where multiple definitions are allowed, the order of the link line decides which definition the program gets.',
    counts: 'duplicate definition',
  },
  'undefined-reference': {
    title: 'A reference without a definition',
    severity: 'error',
    help: 'A file in the link refers to a name that nothing in the link defines.',
    counts: 'undefined name',
  },
  'same-crate-other-build': {
    title: 'Two builds of one crate',
    severity: 'warning',
    help: 'The link line has two compilations of one crate. Their mangled names differ, so no linker reports them, and each has its own state.',
    counts: 'member',
  },
  'shadowed-definition': {
    title: "A provider's definition that the program does not get",
    severity: 'warning',
    help: 'The archive that --provider or --owner names defines a symbol, and the program gets a different definition from another archive: a stub, a shim, or an older copy. Only one of them is in the link, so no linker reports a duplicate.',
    counts: 'name',
  },
  'silent-collision': {
    title: 'A reference that binds to another library',
    severity: 'warning',
    help: 'An archive defines a name that its own code uses, and that code gets the different definition of another archive. Only one of the two is in the link, so no linker reports a duplicate.',
    counts: 'name',
  },
  'latent-duplicate': {
    title: 'Defined in more than one archive',
    severity: 'warning',
    help: 'Archives that may be linked together define the same names in files that are not copies of each other. A program that loads both files does not link; a program that loads one gets the definition that comes first on its link line.',
    counts: 'name',
  },
  'stale-symbol-index': {
    title: 'A symbol index that does not match the members',
    severity: 'warning',
    help: 'Linkers that trust the index load other members than linkers that read the members themselves, so they link different programs.',
    counts: 'member',
  },
  'missing-symbol-index': {
    title: 'An archive without a symbol index',
    severity: 'warning',
    help: 'Some linkers refuse an archive without an index, some find nothing in it, and some read its members instead.',
    counts: 'archive',
  },
  'unreadable-member': {
    title: 'A member that cannot be read',
    severity: 'warning',
    help: 'A linker loads this member and ardedup cannot read its symbols, so every member that it may refer to is kept.',
    counts: 'member',
  },
  'droppable-copy': {
    title: 'A copy that can be dropped',
    severity: 'note',
    help: 'An archive bundles members of which another archive has a copy, and the link stays right without them. It is a warning where such a member is a part of a duplicate definition or of split state.',
    counts: 'member',
  },
  'comdat-mismatch': {
    title: 'Merged definitions that differ in size',
    severity: 'note',
    help: 'Files of the link have weak or COMDAT definitions of one name, and their sizes differ: they were compiled from different sources or with different options. The linker keeps one without a message. It is a warning for data: where the smaller is kept, code that was compiled for the larger one may read and write past its end.',
    counts: 'name',
  },
  'blocked-copy': {
    title: 'A copy that has to stay',
    severity: 'note',
    help: 'An archive bundles members of which another archive has a copy, and dropping them would change the program.',
    counts: 'member',
  },
  'not-simulated': {
    title: 'Not taken into account',
    severity: 'note',
    help: 'An option, a library or a linker of the link line is not simulated, so its effect is not in the findings.',
    counts: 'input',
  },
} as const satisfies Readonly<Record<string, FindingText>>;

export type FindingKind = keyof typeof findingKinds;

/** All codes, worst first. */
export const findingCodes = Object.keys(findingKinds) as readonly FindingKind[];

export const isFindingKind = (code: string): code is FindingKind => Object.hasOwn(findingKinds, code);

/** Where a kind of finding is explained, from the top folder of this package. */
export const findingPage = (kind: FindingKind): string => `docs/findings/${kind}.md`;

/** The published page of a kind; null where none is published. */
export const findingUrl = (kind: FindingKind): string | null =>
  documentationUrl === null ? null : `${documentationUrl}/${findingPage(kind)}`;

/** The command that prints that page, wherever ardedup is installed. */
export const explainHint = (kind: FindingKind): string => `ardedup explain ${kind}`;

/** A file that a finding is about. */
export interface Place {
  /** Path of the archive or object, as on the line. */
  readonly file: string;
  /** Null for the archive as a whole, and for an object on its own. */
  readonly member: { readonly ordinal: number; readonly name: string } | null;
}

/** One thing that is wrong, or worth knowing: what `check` and `explain` report. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** One sentence, without the names of folders. */
  readonly message: string;
  readonly places: readonly Place[];
  /** The names it turns on, as bytes in the files; the first of many. */
  readonly symbols: readonly string[];
  /** How many of what the kind counts. */
  readonly count: number;
  /** The remedy: a command or a sentence; null without a simple one. */
  readonly remedy: string | null;
  /** The same for the same finding in another folder, on another day, with other counts. */
  readonly fingerprint: string;
}

/** A finding as it is made: severity and fingerprint follow from the rest. */
export interface FindingDraft extends Omit<Finding, 'severity' | 'fingerprint'> {
  /** Distinguishes it from other findings of its kind in the same files: a crate, a symbol, an option. */
  readonly subject: string;
  /** Where it differs from that of the kind. */
  readonly severity?: Severity;
}

export function makeFinding({ subject, severity, ...rest }: FindingDraft): Finding {
  const files = [...new Set(rest.places.map(({ file }) => basename(file)))].sort();
  const key = [rest.kind, subject, ...files].join('\0');
  return {
    ...rest,
    severity: severity ?? findingKinds[rest.kind].severity,
    fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 16),
  };
}

/** Worst first, then by kind, then the largest count; the sort is stable. */
export function bySeverity(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    findingCodes.indexOf(a.kind) - findingCodes.indexOf(b.kind) ||
    b.count - a.count
  );
}

/** Gives findings that share a fingerprint one each, by their order. */
export function withDistinctFingerprints(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const before = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, before + 1);
    return before === 0 ? finding : { ...finding, fingerprint: `${finding.fingerprint}-${before + 1}` };
  });
}
