import { ByteSource } from '../src/bytes/byte-source.js';
import type { Inputs, Member } from '../src/link/inputs/inputs.js';
import { buildLinkGraph } from '../src/link/inputs/link-graph.js';
import type { LinkLine } from '../src/link/line/link-line.js';
import type { LinkerProfile } from '../src/link/linkers/linker-profile.js';
import { parseNotation } from '../src/link/notation/notation.js';
import { readNotation } from '../src/link/notation/notation-text.js';
import type { EditCode } from '../src/plan/edits/edit-plan.js';
import type { EditRequest } from '../src/plan/edits/edit-request.js';
import { type EditedPlan, EditsRefusedError, planWithEdits } from '../src/plan/edits/plan-with-edits.js';
import { type Prepared, prepare } from '../src/plan/plan-trim.js';
import { isLocalState } from '../src/symbols/flags.js';
import { readImage } from '../src/symbols/image/read-image.js';
import { NONE, type SymbolTable } from '../src/symbols/table.js';
import { writeElf } from './builders/write-elf.js';

/*
 * A link in the notation whose members are real objects, so that their symbols can be edited. Twins are those of the
 * notation: `content=` decides what is equal.
 */

export interface EditScenario {
  readonly inputs: Inputs;
  readonly line: LinkLine;
  readonly prepared: Prepared;
}

export function readEditScenario(notation: string): EditScenario {
  const { inputs: noted, line } = parseNotation(notation);
  const blocks = readNotation(notation).members;
  const members = noted.members.map((member) => {
    const path = member.archive === NONE ? null : noted.archives[member.archive].path;
    const own = blocks.filter(({ archive }) => archive === path)[
      member.archive === NONE ? 0 : member.ordinal
    ];
    const block =
      path === null ? blocks.find(({ archive, name }) => archive === null && name === member.name) : own;
    if (block === undefined) throw new Error(`no block for ${member.name}`);
    const ids = { member: member.id, firstSymbol: 1000 * member.id };
    const bytes = writeElf(block, ids, { isCodeReferring: true });
    return { ...member, size: bytes.length, source: ByteSource.of(member.source.label, bytes) };
  });
  const inputs = { ...noted, members, symbols: withPlaces(noted.symbols, members) };
  const { twins, state } = prepare(noted, line);
  return { inputs, line, prepared: { graph: buildLinkGraph(inputs, line), twins, state } };
}

/** The symbols with the sections that definitions have in the objects. */
function withPlaces(symbols: SymbolTable, members: readonly Member[]): SymbolTable {
  const section = symbols.section.slice();
  for (const { id, source } of members) {
    const { symbols: own, sections } = readImage(source, 'elf');
    for (let row = symbols.firstSymbol[id]; row < symbols.firstSymbol[id + 1]; row++) {
      const text = symbols.names.text(symbols.name[row]);
      const found = own.find(
        ({ name, binding, section: home }) => name === text && binding !== 'local' && home >= 0,
      );
      if (found && !isLocalState(symbols.flags[row])) section[row] = sections[found.section].number;
    }
  }
  return { ...symbols, section };
}

/** The edits that `trim` requests with these options. */
export function requestOf({ archives }: Inputs, options: string): EditRequest {
  const words = options.split(/\s+/);
  const valuesOf = (option: string) => words.filter((_, at) => words[at - 1] === option);
  const archiveOf = (path: string) => {
    const found = archives.find((archive) => archive.path === path);
    if (found === undefined) throw new Error(`${path} is not on the line`);
    return found.id;
  };
  return {
    redirect: words.includes('--redirect'),
    yields: valuesOf('--yield').map((rule) => {
      const [pattern, path] = rule.split('=');
      return { pattern, owner: archiveOf(path) };
    }),
    isolate: valuesOf('--isolate').map(archiveOf),
    firstWins: words.includes('--first-wins'),
    acceptedSplits: valuesOf('--accept-split'),
  };
}

/** The plan, or the codes of the conditions that do not hold. */
export function planOrCodes(
  { inputs, line, prepared }: EditScenario,
  options: string,
  linker: LinkerProfile | null = null,
): EditedPlan | EditCode[] {
  try {
    return planWithEdits(inputs, line, { providers: [], linker }, requestOf(inputs, options), prepared);
  } catch (error) {
    if (error instanceof EditsRefusedError) return [...new Set(error.problems.map(({ code }) => code))];
    throw error;
  }
}

/** `--yield f=libs.a` loads a copy that has a registry entry, which the link did not have. */
export const LARGER_COPY = `
link: main.o libw.a libs.a
main.o:
  T main
  U f g
libw.a(f.o): [content=w]
  T f g
libs.a(f.o): [content=s]
  T f
  D e [registry=plugins]
`;

/** `--yield f=libs.a` loads a copy whose constructor then runs after another one. */
export const REORDERED_COPIES = `
link: main.o libw.a libs.a
main.o:
  T main
  U f g h
libw.a(f.o): [content=f]
  T f [init]
  U state
libw.a(g.o): [content=g]
  T g [init]
  U state
libs.a(f.o): [content=f]
  T f [init]
  U state
libs.a(h.o):
  T h
  U f
libs.a(state.o):
  D state
`;
