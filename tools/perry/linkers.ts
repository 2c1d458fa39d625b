import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface PerryLinker {
  /** As ardedup's `--linker` names it. */
  readonly id: string;
  readonly title: string;
  /** The option by which the compiler driver uses it. */
  readonly driver: readonly string[];
  readonly path: string;
}

/** The ELF linkers that are installed. */
export const LINKERS: readonly PerryLinker[] = [
  { id: 'gnu-ld', title: 'GNU ld', driver: ['-fuse-ld=bfd'], path: '/usr/bin/ld.bfd' },
  { id: 'gold', title: 'gold', driver: ['-fuse-ld=gold'], path: '/usr/bin/ld.gold' },
  ...['14', '19', '22'].map((version) => ({
    id: version === '14' ? 'lld-14' : 'lld',
    title: `LLD ${version}`,
    driver: ['-fuse-ld=lld', `-B/usr/lib/llvm-${version}/bin`],
    path: `/usr/lib/llvm-${version}/bin/ld.lld`,
  })),
  { id: 'mold', title: 'mold', driver: ['-fuse-ld=mold'], path: '/usr/bin/mold' },
].filter(({ path }) => existsSync(path));

/** LLD stops after twenty errors. */
export const withoutErrorLimit = ({ title }: PerryLinker): string[] =>
  title.startsWith('LLD') ? ['--error-limit=0'] : [];

export const countDuplicates = (errors: string): number =>
  (errors.match(/multiple definition of|duplicate symbol:/g) ?? []).length;

/** A linker's answer to a line. */
export interface LinkerAnswer {
  readonly duplicates: number;
  readonly undefinedNames: ReadonlySet<string>;
  /** Names by the file that defines them; empty where the linker does not tell (mold). */
  readonly definers: ReadonlyMap<string, string>;
}

/** Links without flags for the duplicates; with them for undefined names, and a table of which file defines what. */
export function askLinker(linker: PerryLinker, line: readonly string[], work: string): LinkerAnswer {
  const output = join(work, 'linked');
  const run = (...flags: readonly string[]) =>
    spawnSync(linker.path, [...flags, ...withoutErrorLimit(linker), '-o', output, ...line], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
  const strict = run('--unresolved-symbols=ignore-all');
  // Names of two builds of one crate read alike when they are demangled.
  const cref = linker.id === 'mold' ? [] : ['--cref', '--no-demangle'];
  // gold reads the debug information for each of 10,000 warnings, which takes minutes: its output lists the same names.
  const isGold = linker.id === 'gold';
  const undefinedOption = isGold ? '--unresolved-symbols=ignore-all' : '--warn-unresolved-symbols';
  const loose = run('--allow-multiple-definition', undefinedOption, ...cref);
  return {
    duplicates: countDuplicates(strict.stderr),
    undefinedNames: isGold ? readUndefined(output) : readWarnings(loose.stderr),
    definers: readCrossReferences(loose.stdout),
  };
}

const readWarnings = (warnings: string): Set<string> =>
  namesIn(warnings, /undefined (?:reference to [`']|(?:hidden )?symbol: )([^'\n]+)/g);

/** Names without a definition, except those of weak references: `U name`. */
const readUndefined = (path: string): Set<string> =>
  namesIn(execFileSync('nm', ['-u', path], { encoding: 'utf8', maxBuffer: 1 << 30 }), /\bU (\S+)/g);

const namesIn = (text: string, pattern: RegExp): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([, name]) => name));

/** `--cref`: a name and the file that defines it, then files that refer to it, each on a line that starts blank. */
function readCrossReferences(text: string): Map<string, string> {
  const definers = new Map<string, string>();
  const start = text.indexOf('Cross Reference Table');
  if (start < 0) return definers;
  for (const line of text.slice(start).split('\n').slice(1)) {
    const match = /^(\S+)\s+(\S.*)$/.exec(line);
    if (match && match[1] !== 'Symbol') definers.set(match[1], basename(match[2]));
  }
  return definers;
}
