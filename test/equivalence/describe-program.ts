import type { Program } from './program.js';
import { editOptions } from './program-edits.js';

/** Describes a program so that a reader can reproduce it by hand. */
export function describeProgram(program: Program): string {
  const { seed, world, archives, line, group, uses, output, options, linker, providers, objects, exported } =
    program;
  const rows = [
    `program ${seed} of world ${world.seed} (${world.format}): ${output}; ${linker ?? 'any linker'}${providers.map((name) => `; provider ${name}`).join('')}`,
    ...archives.map(
      ({ name, members }) =>
        `  ${name}: ${members.map(({ unit, variant, name: member }) => `${member}=u${unit}/${variant}`).join(' ')}`,
    ),
    ...objects.map(({ unit, variant }) => `  object u${unit}/${variant}`),
    `  line: ${line.map(({ archive, isWhole }, at) => `${group?.[0] === at ? '( ' : ''}${isWhole ? `whole ${archive}` : archive}${group?.[1] === at ? ' )' : ''}`).join(' ')}`,
    `  uses: ${uses.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
    ...(program.edits ?? []).map((edits) => `  edits: ${editOptions(edits, (name) => name).join(' ')}`),
    `  exported: ${exported.join(' ')}; options: ${options.join(' ') || 'none'}`,
  ];
  return `${rows.join('\n')}\n`;
}
