import type { Cure } from '../cure.js';
import { fileLabel, inputText } from '../describe/file-label.js';
import type { Advice } from './found-advice.js';

/** Changes of the build file that make a cure of the command permanent. */
export function adviceOfCure({ state, assessment }: Cure): Advice[] {
  const advice: Advice[] = [];
  const plain = state.changes.find((change) => change.kind === 'on-demand');
  if (plain !== undefined) {
    const archive = inputText(plain.input);
    advice.push({
      code: 'plain-archive',
      text: `${archive} need not be loaded whole: take it out of --whole-archive (CMake: out of $<LINK_LIBRARY:WHOLE_ARCHIVE,…>; Meson: link_with in place of link_whole; cargo: without +whole-archive)`,
    });
  }
  const moved = state.changes.find((change) => change.kind === 'move-before' || change.kind === 'move-after');
  if (moved !== undefined) {
    const [one, other] = [inputText(moved.input), inputText(moved.target)];
    advice.push({
      code: 'order',
      text: `put ${one} ${moved.kind === 'move-before' ? 'before' : 'after'} ${other} in the build file (Makefile: the order of LDLIBS; CMake: the order in target_link_libraries)`,
    });
  }
  const [lost] = plain === undefined ? [] : assessment.changes.flatMap((one) => one.lost);
  if (lost !== undefined) {
    const label = fileLabel(state.links[0].subject.opened.inputs, lost.member);
    const { section, entries } = lost.effect;
    advice.push({
      code: 'load-whole',
      text: `${label} acts by being loaded (${section}: ${entries.slice(0, 2).join(', ')}): keep its library loaded whole if the program needs that`,
    });
  }
  return advice;
}
