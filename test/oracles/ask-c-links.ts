import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { LinkerId } from '../../src/link/linkers/linker-profile.js';
import { type CLink, type Said, simulateCLink, writeCLink } from '../builders/c-link.js';
import type { LinkAnswer } from '../link-answer.js';
import { needsTool } from './tools.js';

/** Any clang: it has all targets' assemblers. */
export const CLANG = 'clang-19|clang-14|clang';

/** Links for versions of a linker, by the names of the programs. */
export interface CLinkQuestions {
  /** Each with the profile that it has. */
  readonly versions: readonly (readonly [program: string, id: LinkerId])[];
  readonly linksOf: (program: string, id: LinkerId) => Iterable<readonly [title: string, link: CLink]>;
  /** clang's `-target`. */
  readonly target: string;
  /** The linker that makes shared libraries, where links have some. */
  readonly maker?: string;
  readonly ask: (program: string, link: CLink, folder: string, id: LinkerId) => Said;
  readonly compare: (ours: LinkAnswer, said: Said, id: LinkerId) => void;
}

/** A test for each link on each version: the simulation and the linker read the same files. */
export function askCLinks(
  folder: string,
  { versions, linksOf, target, maker, ask, compare }: CLinkQuestions,
): void {
  describe.each(versions)('%s', (program, id) => {
    for (const [title, link] of linksOf(program, id))
      needsTool(
        program,
        CLANG,
        'llvm-ar',
        ...(maker === undefined ? [] : [maker]),
      )(title, ([path, clang, ar, linker]) => {
        const here = join(folder, title.replace(/\W/g, '_'));
        if (!existsSync(here)) writeCLink(link, here, { clang, ar, target, linker });
        compare(simulateCLink(link, here, id), ask(path, link, here, id), id);
      });
  });
}

const extractedIn = ({ members }: LinkAnswer): string[] => members.filter((member) => member.includes('('));

/** Members in the order in which they were extracted, and duplicates. */
export function expectExtracted(ours: LinkAnswer, said: Said): void {
  expect({ extracted: extractedIn(ours), clashes: ours.clashes }, said.text).toEqual({
    extracted: said.extracted,
    clashes: said.clashes,
  });
}

/**
 * As LLD for Mach-O tells it: of a file when all that it extracts was read, once more if it is loaded again, and of
 * undefined names too.
 */
export function expectTold(ours: LinkAnswer, said: Said): void {
  const { clashes, undefined: missing } = ours;
  expect({ extracted: extractedIn(ours).sort(), clashes, undefined: missing }, said.text).toEqual({
    extracted: [...new Set(said.extracted)].sort(),
    clashes: said.clashes,
    undefined: said.undefined,
  });
}
