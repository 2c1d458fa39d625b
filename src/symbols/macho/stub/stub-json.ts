import type { ByteSource } from '../../../bytes/byte-source.js';
import {
  EXPORTED,
  type NameRow,
  type StubLibrary,
  type StubName,
  type StubSection,
  WANTED,
} from './stub-library.js';

/**
 * The libraries of a text stub of version 5, which is JSON.
 *
 * Source: llvm/lib/TextAPI/TextStubV5.cpp.
 * @throws MalformedError
 */
export function readStubJson(file: ByteSource, text: string): StubLibrary[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw file.error(0, 'text stub: neither YAML nor JSON');
  }
  const version = fieldOf(content, 'tapi_tbd_version');
  if (version !== 5) throw file.error(0, `text stub: version ${JSON.stringify(version)} is not known`);
  return [fieldOf(content, 'main_library'), ...listOf(content, 'libraries')].map(libraryOf);
}

function libraryOf(library: unknown): StubLibrary {
  const all = listOf(library, 'target_info').map((info) => architectureOf(fieldOf(info, 'target')));
  const architecturesOf = (section: unknown) => {
    const own = listOf(section, 'targets').map(architectureOf);
    return own.length > 0 ? own : all;
  };
  const sectionsAt = (key: string, rows: readonly NameRow[]): StubSection[] =>
    listOf(library, key).map((section) => ({
      architectures: architecturesOf(section),
      names: ['data', 'text'].flatMap((kind) => namesIn(fieldOf(section, kind), rows)),
      reexported: [],
    }));
  const reexports = listOf(library, 'reexported_libraries').map((section) => ({
    architectures: architecturesOf(section),
    names: [],
    reexported: textsAt(section, 'names'),
  }));
  const [installName = ''] = listOf(library, 'install_names').map((entry) => fieldOf(entry, 'name'));
  return {
    installName: String(installName),
    architectures: all,
    sections: [
      ...sectionsAt('exported_symbols', EXPORTED),
      ...sectionsAt('reexported_symbols', EXPORTED),
      ...sectionsAt('undefined_symbols', WANTED),
      ...reexports,
    ],
  };
}

/** Keys of this version, and what they are called in the others. */
const KEYS: Readonly<Record<string, string>> = {
  global: 'symbols',
  objc_class: 'objc-classes',
  objc_eh_type: 'objc-eh-types',
  objc_ivar: 'objc-ivars',
  weak: 'weak-symbols',
  thread_local: 'thread-local-symbols',
};

const namesIn = (lists: unknown, rows: readonly NameRow[]): StubName[] =>
  Object.entries(KEYS).flatMap(([key, known]) =>
    rows
      .filter(([name]) => name === known)
      .flatMap(([, flags, prefixes]) =>
        textsAt(lists, key).flatMap((text) => prefixes.map((prefix) => ({ name: prefix + text, flags }))),
      ),
  );

const architectureOf = (target: unknown): string => String(target).replace(/-.*$/s, '');

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const found = fieldOf(value, key);
  return Array.isArray(found) ? found : [];
}

const textsAt = (value: unknown, key: string): string[] =>
  listOf(value, key).filter((item): item is string => typeof item === 'string');
