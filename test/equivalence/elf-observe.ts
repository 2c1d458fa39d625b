import { existsSync, readFileSync } from 'node:fs';
import type { Server } from '../oracles/linker-server.js';
import {
  definedVersions,
  type ElfRow,
  type ElfSection,
  elfSections,
  elfSymbols,
  neededLibraries,
} from './elf-file.js';
import { type Circumstances, type Observation, rowsOf } from './observation.js';

interface ElfQuestion extends Circumstances {
  readonly output: string;
  /** The program to run: a relocatable output is linked again first. */
  readonly image: string;
  readonly command: readonly string[];
  readonly form: string;
  readonly ask: Server['ask'];
  readonly folder: string;
}

const STT_OBJECT = 1;
const STT_TLS = 6;
/** Sections that units name, in whose stead a linker makes none. */
const OWN_SECTION = /^(?:registry\d|\.table$|\.init_array|\.fini_array)/;

/** All that can be seen of an output, and of its run. */
export async function observeElf(question: ElfQuestion): Promise<Observation> {
  const { output, image, command, form, ask, folder } = question;
  const sections = elfSections(readFileSync(output));
  const seen = new Map<string, readonly string[]>();
  seen.set('sections', [...new Set(sections.filter(isOwn).map(({ name }) => name))].sort());
  if (form === 'relocatable')
    seen.set('symbols', symbolRows(elfSymbols(sections, '.symtab'), question, true));
  else {
    seen.set('dynamic symbols', dynamicRows(sections, question));
    seen.set('needed', neededLibraries(sections));
  }
  if (!existsSync(image)) {
    seen.set('status', ['not linked']);
    return seen;
  }
  const { status, text } = await ask(command, folder);
  seen.set('status', [String(status)]);
  // Output before a crash is lost in the program's buffer.
  if (status === 0) seen.set('output', outputRows(text, question));
  return seen;
}

const isOwn = ({ name, isAllocated }: ElfSection): boolean => isAllocated && OWN_SECTION.test(name);

/** With copies, a destructor of the second may have run before another one looked. */
function outputRows(text: string, circumstances: Circumstances): string[] {
  const rows = rowsOf(text.split('\n').filter(Boolean), circumstances);
  return rows.map((row) => (circumstances.hasCopies && row.startsWith('-') ? row.split(' ')[0] : row));
}

function dynamicRows(sections: readonly ElfSection[], circumstances: Circumstances): string[] {
  const version = definedVersions(sections);
  return symbolRows(elfSymbols(sections, '.dynsym'), circumstances, false, version);
}

/** Global symbols by name, with all that a user of the file sees of them. */
function symbolRows(
  symbols: readonly ElfRow[],
  { isRewritten }: Circumstances,
  isRelocatable: boolean,
  version: (row: number) => string = () => '',
): string[] {
  const rows = symbols
    .filter(({ binding, name }) => binding !== 0 && name !== '')
    // A rewritten copy may need less of others, and so does a program without a unit that it does not use.
    .filter(({ isDefined }) => isDefined || (isRelocatable && !isRewritten))
    .map((symbol) => {
      const { name, binding, type, visibility, isDefined, isCommon, size, row } = symbol;
      const isData = type === STT_OBJECT || type === STT_TLS;
      const kind = isDefined ? `defined type ${type}${isCommon ? ' common' : ''}` : 'undefined';
      const measure = isDefined && isData ? ` size ${size}` : '';
      return `${name}${isDefined ? version(row) && `@${version(row)}` : ''}: ${kind} binding ${binding} visibility ${visibility}${measure}`;
    });
  return [...new Set(rows)].sort();
}
