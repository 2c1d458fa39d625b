import type { ByteSource } from '../../../bytes/byte-source.js';
import { type PlainYaml, readPlainYaml } from './plain-yaml.js';
import { readStubJson } from './stub-json.js';
import {
  EXPORTED,
  type NameRow,
  type StubLibrary,
  type StubName,
  type StubSection,
  WANTED,
} from './stub-library.js';

/**
 * The libraries of a text stub: version 1 to 4 in YAML, which differ in their keys, and 5 in JSON.
 *
 * Source: llvm/lib/TextAPI/TextStub.cpp and TextStubV5.cpp.
 * @param text a character for each byte
 * @throws MalformedError
 */
export function readStubText(file: ByteSource, text: string): StubLibrary[] {
  const libraries = text.startsWith('{') ? readStubJson(file, text) : readYaml(file, text);
  if (libraries.length === 0) throw file.error(0, 'text stub: no library in it');
  return libraries;
}

function readYaml(file: ByteSource, text: string): StubLibrary[] {
  return readPlainYaml(file, text).map(({ tag, content }) => {
    const version = versionOf(tag, content);
    if (version === null) throw file.error(0, `text stub: '${tag}' is of no version that is known`);
    return libraryOf(content, version);
  });
}

function versionOf(tag: string, content: PlainYaml): number | null {
  const named = /^!tapi-tbd-v([123])$/.exec(tag)?.[1];
  if (named !== undefined) return Number(named);
  if (tag === '') return 1;
  return tag === '!tapi-tbd' && textAt(content, 'tbd-version') === '4' ? 4 : null;
}

function libraryOf(content: PlainYaml, version: number): StubLibrary {
  const scope = version >= 4 ? 'targets' : 'archs';
  const sectionsAt = (key: string, rows: readonly NameRow[]): StubSection[] =>
    listAt(content, key).map((section) => ({
      architectures: architecturesAt(section, scope),
      names: rows.flatMap((row) => namesAt(section, row, version)),
      reexported: key === 'exports' && version < 4 ? textsAt(section, 're-exports') : [],
    }));
  const reexports = listAt(content, 'reexported-libraries').map((section) => ({
    architectures: architecturesAt(section, scope),
    names: [],
    reexported: textsAt(section, 'libraries'),
  }));
  return {
    installName: textAt(content, 'install-name'),
    architectures: architecturesAt(content, scope),
    sections: [
      ...sectionsAt('exports', EXPORTED),
      ...sectionsAt('reexports', EXPORTED),
      ...sectionsAt('undefineds', WANTED),
      ...reexports,
    ],
  };
}

/** Up to version 2 classes and fields have the underscore of C in their names. */
function namesAt(section: PlainYaml, [key, flags, prefixes]: NameRow, version: number): StubName[] {
  const hasUnderscore = version < 3 && key.startsWith('objc-');
  return textsAt(section, key).flatMap((text) =>
    prefixes.map((prefix) => ({ name: prefix + (hasUnderscore ? text.replace(/^_/, '') : text), flags })),
  );
}

const at = (value: PlainYaml | undefined, key: string): PlainYaml | undefined =>
  value instanceof Map ? value.get(key) : undefined;

function textAt(value: PlainYaml, key: string): string {
  const found = at(value, key);
  return typeof found === 'string' ? found : '';
}

function listAt(value: PlainYaml, key: string): readonly PlainYaml[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}

const textsAt = (value: PlainYaml, key: string): string[] =>
  listAt(value, key).flatMap((item) => (typeof item === 'string' ? [item] : []));

/** `arm64-macos` is a target, `arm64` its architecture. */
const architecturesAt = (value: PlainYaml, key: string): string[] =>
  textsAt(value, key).map((target) => target.replace(/-.*$/s, ''));
