import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkLine } from '../../src/link/line/link-line.js';
import { refusalOf } from '../../src/link/line/refusals.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import type { Resolution } from '../../src/link/resolve/resolution.js';
import { resolve } from '../../src/link/resolve/resolve.js';
import { nameableElsewhere } from '../../src/plan/conditions/nameable.js';
import { withUnknownUsers } from '../../src/plan/conditions/open-world.js';
import { resolveReference } from '../reference/resolve-reference.js';
import { nameableReference } from '../reference/unknown-users.js';
import type { Dice } from './dice.js';

/** A link whose resolutions are compared. */
export interface ComparedLink {
  readonly graph: LinkGraph;
  readonly line: LinkLine;
}

const COLUMNS = [
  'loaded',
  'repeated',
  'placed',
  'isLoaded',
  'extractedFor',
  'extractedBy',
  'winners',
  'referenceStrength',
  'strongCount',
  'undefinedNames',
  'clashRows',
  'clashes',
] as const satisfies readonly (keyof Resolution)[];

/**
 * Resolves a link in the core and by the reference in TypeScript, without some members, and once more with names that
 * unknown code may reference.
 * @returns the columns that differ, by linker
 */
export function differencesOfResolvers(
  { graph, line }: ComparedLink,
  profiles: readonly LinkerProfile[],
  dice: Dice,
): string[] {
  // Names of the indexes join the table before columns by name are laid out.
  void graph.indexed;
  const nothing = new Uint8Array(graph.inputs.members.length);
  const some = nothing.map(() => (dice.chance(0.2) ? 1 : 0));
  const differences = [true, false]
    .filter(
      (ofObjects) =>
        textOf(nameableElsewhere(graph, ofObjects)) !== textOf(nameableReference(graph, ofObjects)),
    )
    .map((ofObjects) => `names that ${ofObjects ? 'objects' : 'files'} offer to unknown users`);
  const pairs = [line, withUnknownUsers(graph, line)].flatMap((varied) =>
    profiles
      .filter((profile) => refusalOf(profile, varied) === null)
      .flatMap((profile) =>
        [nothing, some].map((dropped) => ({
          profile,
          one: resolve(graph, varied, profile, dropped),
          other: resolveReference(graph, varied, profile, dropped),
        })),
      ),
  );
  // A link keeps what it says when others are simulated.
  const resolved = pairs.flatMap(({ profile, one, other }) =>
    differentColumns(one, other).map((column) => `${profile.id}: ${column}`),
  );
  return [...differences, ...resolved];
}

const differentColumns = (one: Resolution, other: Resolution): string[] =>
  COLUMNS.filter((column) => textOf(one[column]) !== textOf(other[column]));

const textOf = (column: Resolution[(typeof COLUMNS)[number]] | readonly number[]): string =>
  JSON.stringify(ArrayBuffer.isView(column) ? [...column] : column);
