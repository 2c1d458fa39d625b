import { inputText } from '../describe-cure.js';
import type { Diagnosis } from '../search-cures.js';
import type { Advice } from './context.js';

/** What the build file has to say for a cure of the command to last. */
export function adviceOfCures({ cures }: Diagnosis): Advice[] {
  const advice: Advice[] = [];
  const change = (kind: string) =>
    cures.find(({ state }) => state.parts.some((part) => part === kind))?.state.changes ?? [];
  const plain = change('plain-archive').find(({ kind }) => kind === 'on-demand');
  if (plain !== undefined) {
    const archive = inputText(plain.input);
    advice.push({
      code: 'plain-archive',
      text: `${archive} need not be loaded whole: take it out of --whole-archive (CMake: out of $<LINK_LIBRARY:WHOLE_ARCHIVE,…>; Meson: link_with in place of link_whole; cargo: without +whole-archive)`,
    });
  }
  const moved = change('order').find(({ kind }) => kind !== 'on-demand');
  if (moved !== undefined && moved.kind !== 'on-demand') {
    const [one, other] = [inputText(moved.input), inputText(moved.target)];
    advice.push({
      code: 'order',
      text: `put ${one} ${moved.kind === 'move-before' ? 'before' : 'after'} ${other} in the build file (Makefile: the order of LDLIBS; CMake: the order in target_link_libraries)`,
    });
  }
  const loses = cures.find(
    ({ state, reasons }) => state.parts.includes('plain-archive') && reasons.includes('lost-effects'),
  );
  const lost = loses?.assessment.changes.flatMap((one) => one.lost)[0];
  if (loses !== undefined && lost !== undefined) {
    const { inputs } = loses.state.links[0].subject.opened;
    const { archive, name } = inputs.members[lost.member];
    advice.push({
      code: 'load-whole',
      text: `${name} of ${archive < 0 ? name : inputs.archives[archive].path} acts by being loaded (${lost.effect.section}: ${lost.effect.entries.slice(0, 2).join(', ')}): keep its library loaded whole if the program needs that, and drop duplicates from the other one`,
    });
  }
  return advice;
}
