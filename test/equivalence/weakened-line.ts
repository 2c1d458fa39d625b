import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inputs } from '../../src/link/inputs/inputs.js';
import type { Resolution } from '../../src/link/resolve/resolution.js';
import { NONE } from '../../src/symbols/table.js';
import { archiveOf } from './archive-of.js';
import type { EquivalenceFormat } from './format.js';
import type { Program, ProgramMember } from './program.js';

/** Names to weaken, by file of the program: `liba.a 3`, or `object0.o`. */
type Losers = ReadonlyMap<string, ReadonlySet<string>>;

/** The definitions of duplicate names that a linker which allows duplicates would not use. */
function losersOf({ members, archives, symbols }: Inputs, { clashes, winners }: Resolution): Losers {
  const { member: memberOf, names } = symbols;
  const losers = new Map<string, Set<string>>();
  for (const { name, definitions } of clashes) {
    const winner = definitions.includes(winners[name]) ? winners[name] : definitions[0];
    for (const symbol of definitions) {
      if (symbol === winner) continue;
      const { archive, ordinal, name: file } = members[memberOf[symbol]];
      const key =
        archive === NONE
          ? (file.split('/').at(-1) ?? file)
          : `${archives[archive].path.split('/').at(-1)} ${ordinal}`;
      losers.set(key, (losers.get(key) ?? new Set()).add(names.text(name)));
    }
  }
  return losers;
}

/**
 * The line of a program with its duplicates resolved as by a linker that allows them: the first definition of a name
 * stays, and others are weak.
 */
export async function weakenedLine(
  program: Program,
  { format, folder }: { readonly format: EquivalenceFormat; readonly folder: string },
  words: readonly string[],
  given: { readonly inputs: Inputs; readonly resolution: Resolution },
): Promise<readonly string[]> {
  const { weaken } = format;
  if (weaken === null) return words;
  const losers = losersOf(given.inputs, given.resolution);
  const own = join(folder, 'weakened');
  mkdirSync(own, { recursive: true });
  const bytesOf = async ({ unit, variant }: ProgramMember, key: string): Promise<Buffer> => {
    const object = await format.compile(program.world.units[unit], variant);
    const names = losers.get(key);
    return names === undefined ? object : weaken(object, names);
  };
  for (const { name, members } of program.archives) {
    const made: { name: string; data: Buffer }[] = [];
    for (const [ordinal, member] of members.entries())
      made.push({ name: member.name, data: await bytesOf(member, `${name} ${ordinal}`) });
    writeFileSync(join(own, name), archiveOf(format.objects, made));
  }
  for (const [at, object] of program.objects.entries())
    writeFileSync(join(own, `object${at}.o`), await bytesOf(object, `object${at}.o`));
  const files = [
    ...program.archives.map(({ name }) => name),
    ...program.objects.map((_, at) => `object${at}.o`),
  ];
  return words.map((word) =>
    files.reduce((text, file) => text.replace(join(folder, file), join(own, file)), word),
  );
}
