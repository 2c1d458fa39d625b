import { sectionGraphs } from '../../../plan/edits/section-graph.js';
import { isFunction } from '../../../symbols/flags.js';
import { type MemberId, NONE } from '../../../symbols/table.js';
import { isCompilerHelper } from '../../assess/compiler-helpers.js';
import { type AdviceContext, membersOf, namesText, type Pair } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { definedNames, isMain } from '../member-names.js';
import { isOneBody, isOneVariable } from './inline-header.js';

/** Two libraries define one name for different things. */
export const renameUpstream: AdviceDetector = {
  code: 'rename-upstream',
  detect(context) {
    const { problems, label, memberOf, state } = context;
    const { symbols } = state.links[0].subject.opened.inputs;
    const [foreign] = problems.collisions.filter(({ kind }) => kind === 'foreign-definition');
    if (foreign !== undefined) {
      const { bound, meant, user, name } = foreign;
      return {
        code: this.code,
        text: `${label(user)} uses \`${symbols.names.text(name)}\` of ${label(memberOf(bound))}, though its own library has a different one in ${label(memberOf(meant))}, and no linker reports it: rename one of the two where it is defined, or make it \`static\``,
      };
    }
    const own = context.unexplained().filter((pair) => isOfRivals(context, pair));
    if (own.length === 0) return null;
    return {
      code: this.code,
      text: textOf(context, own),
      explains: own.map(({ name }) => name),
    };
  },
};

function textOf(context: AdviceContext, own: readonly Pair[]): string {
  const { label, state, archiveOf } = context;
  const { flags } = state.links[0].subject.opened.inputs.symbols;
  const [one, other] = membersOf(context, own[0]);
  const names = namesText(own.map(({ text }) => text));
  const both = `${label(one)} and ${label(other)} both define ${names}`;
  const areObjects = archiveOf(one) === NONE && archiveOf(other) === NONE;
  if (areObjects && own.some(({ text }) => text === 'main'))
    return `${both}, and a program has one: remove one of the two files from the command`;
  if (own.every((pair) => isOneVariable(context, pair)))
    return `${both}, with one initial value, as files do that include a header which defines it: declare it \`extern\` in the header and define it in one file (in C++17: \`inline\`), or, if they are two variables, rename one`;
  const areBodies =
    areObjects && own.every((pair) => isOneBody(context, pair) && !usesOwnState(context, pair));
  const [part, whole] = definesAllOf(context, one, other) ? [other, one] : [one, other];
  if (areObjects && definesAllOf(context, whole, part) && haveOneSize(context, own))
    return `${both}, and ${label(whole)} defines all that ${label(part)} does, as a file does that includes the other's source: remove ${label(part)} from the command, or the \`#include\` of its source`;
  if (areBodies) return `${both}, ${headerText(own.length === 1)}`;
  const what = isFunction(flags[own[0].winner]) ? 'function' : 'name';
  const replaced = uncalledReplacement(context, own);
  if (replaced !== null)
    return `${both}, and no code of ${label(replaced.library)} calls ${namesText(replaced.texts)} by name: the compiler has inlined it there, or nothing uses it, so that of ${label(replaced.object)} is not called either. To replace it, declare it \`__attribute__((weak))\` in the library, which also keeps it from being inlined; otherwise rename one`;
  return `${both}, in files that are not copies of each other: rename the ${what} in one of them, or make it \`static\` or hidden there`;
}

function headerText(isOne: boolean): string {
  const [pronoun, unlike] = isOne
    ? ['it', 'they are two functions']
    : ['them', 'the functions differ in meaning'];
  return `with the same code, as files do that include a header which defines ${pronoun}: make ${pronoun} \`inline\` in the header (in C: \`static inline\`), or, if ${unlike}, rename one`;
}

/** Whether a section with code of a function's file refers to variables of that file: the two may count apart. */
function usesOwnState(context: AdviceContext, pair: Pair): boolean {
  const { names, name } = context.state.links[0].subject.opened.inputs.symbols;
  const image = context.image(membersOf(context, pair)[0]);
  const linkageName = names.text(name[pair.winner]);
  const code = image?.symbols.find((one) => one.name === linkageName)?.section ?? NONE;
  if (image === null || code < 0) return true;
  return image.sections[code].relocations.some(({ symbol, section }) => {
    const target = section >= 0 ? section : symbol >= 0 ? image.symbols[symbol].section : NONE;
    return target >= 0 && image.sections[target].isWritable;
  });
}

/** Functions of an object that replace those of a library, although no file refers to them. */
function uncalledReplacement(
  context: AdviceContext,
  pairs: readonly Pair[],
): { readonly texts: string[]; readonly object: MemberId; readonly library: MemberId } | null {
  const [{ subject, resolutions }] = context.state.links;
  const { inputs } = subject.prepared.graph;
  const images = sectionGraphs(inputs);
  const [resolution] = resolutions;
  const own = pairs.filter(({ name, text, winner, loser }) => {
    if (isMain(text)) return false;
    const isReplaced = context.archiveOf(context.memberOf(winner)) === NONE;
    if (!isReplaced || context.archiveOf(context.memberOf(loser)) === NONE) return false;
    if (!isFunction(inputs.symbols.flags[winner])) return false;
    return !resolution.loaded.some((member) => images(member)?.allNameIds.has(name) ?? false);
  });
  if (own.length === 0) return null;
  const [object, library] = membersOf(context, own[0]);
  return { texts: own.map(({ text }) => text), object, library };
}

function haveOneSize({ state }: AdviceContext, pairs: readonly Pair[]): boolean {
  const { size } = state.links[0].subject.opened.inputs.symbols;
  return pairs.every(({ winner, loser }) => size[winner] === size[loser]);
}

/** Whether one file defines every name that another defines. */
function definesAllOf(context: AdviceContext, whole: MemberId, part: MemberId): boolean {
  const names = new Set(definedNames(context, whole));
  return definedNames(context, part).every((name) => names.has(name));
}

/** Files of the user that are no copies, nor two builds of one file. */
function isOfRivals(context: AdviceContext, pair: Pair): boolean {
  const [one, other] = membersOf(context, pair);
  if (isCompilerHelper(pair.text) || context.isBrought(one) || context.isBrought(other)) return false;
  const relation = context.state.links[0].subject.prepared.twins.relation(one, other);
  const isCopy = relation !== null && relation.kind !== 'other-content';
  return !isCopy && one !== other;
}
