import type { ByteSource } from '../../../bytes/byte-source.js';
import type { LibraryTarget, SharedLibraryFormat, SharedLibraryInfo } from '../../object-format.js';
import { NONE, type SymbolSink } from '../../table.js';
import type { StubLibrary } from './stub-library.js';
import { readStubText } from './stub-text.js';

/**
 * Text stubs of Mach-O shared libraries (`.tbd`). A file may have several: the first is the library that is linked; the
 * symbols of the others count only if the first re-exports them, directly or through others.
 *
 * Source: llvm/lib/TextAPI; lld/MachO/InputFiles.cpp `DylibFile`.
 */
export const machoStub: SharedLibraryFormat = {
  matches: (head) =>
    /^(?:---(?: !tapi-tbd|\s*\n\s*archs:)|\{\s*"|(?:[ \t]*#[^\n]*\n)+--- !tapi)/.test(
      Buffer.from(head).toString('latin1'),
    ),
  read: readStub,
};

function readStub(file: ByteSource, out: SymbolSink, target: LibraryTarget | null): SharedLibraryInfo | null {
  if (target === null) return null;
  const text = Buffer.from(file.bytes('text stub')).toString('latin1');
  const libraries = readStubText(file, text);
  const { architecture, systemVersion, machine, bits, littleEndian } = target;
  const [first] = libraries;
  const isForTarget = first.architectures.includes(architecture);
  const offered = isForTarget ? offeredBy(libraries, architecture) : { libraries: [], outside: [] };
  for (const library of offered.libraries) addNames(library, architecture, systemVersion, out);
  const problem = isForTarget
    ? null
    : `is for ${[...new Set(first.architectures)].join(', ')}, not ${architecture}`;
  return { format: 'macho', machine, bits, littleEndian, reexported: offered.outside, problem };
}

/** The first library, the libraries that it re-exports from the same file, and names of those in other files. */
function offeredBy(
  libraries: readonly StubLibrary[],
  architecture: string,
): { libraries: readonly StubLibrary[]; outside: readonly string[] } {
  const found = [libraries[0]];
  const outside = new Set<string>();
  for (const library of found)
    for (const name of reexportedBy(library, architecture)) {
      const inside = libraries.find(({ installName }) => installName === name);
      if (inside === undefined) outside.add(name);
      else if (!found.includes(inside)) found.push(inside);
    }
  return { libraries: found, outside: [...outside] };
}

const reexportedBy = ({ sections }: StubLibrary, architecture: string): string[] =>
  sections.flatMap(({ architectures, reexported }) =>
    architectures.includes(architecture) ? reexported : [],
  );

/** `$ld$hide$os11.0$_f`: not there for programs that run on that system; `add`: only there. */
const LINKER_WORD = /^\$ld\$(hide|add)\$os(\d+\.\d+)\$(.+)$/;

function addNames(
  { sections }: StubLibrary,
  architecture: string,
  systemVersion: string | null,
  out: SymbolSink,
): void {
  const names = sections
    .filter(({ architectures }) => architectures.includes(architecture))
    .flatMap((section) => section.names);
  const hidden = new Set<string>();
  const add = (name: string, flags: number) => {
    const bytes = Buffer.from(name, 'latin1');
    if (bytes.length > 0) out.symbol(out.intern(bytes, 0, bytes.length), flags, NONE, 0, NONE, 0);
  };
  for (const { name, flags } of names) {
    const [, action, version, what] = LINKER_WORD.exec(name) ?? [];
    if (version === undefined || version !== systemVersion) continue;
    if (action === 'hide') hidden.add(what);
    else add(what, flags);
  }
  for (const { name, flags } of names) if (!name.startsWith('$ld$') && !hidden.has(name)) add(name, flags);
}
