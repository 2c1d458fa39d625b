import type { Inputs } from '../../link/inputs/inputs.js';
import type { EditCode, EditProblem } from '../../plan/edits/edit-plan.js';
import { NONE } from '../../symbols/table.js';
import { printable } from '../place.js';

/** Texts of violated edit conditions, to follow the name or file concerned. */
export const EDIT_WORDS: Record<EditCode, string> = {
  'edit-recompiled': 'contains code that LTO compiles again, or cannot be read',
  'edit-not-editable': 'cannot be edited without changing more than symbols',
  'edit-unresolved': 'would be undefined',
  'edit-binding': 'would bind to a definition with different content',
  'edit-weak-reference': 'would change what a weak reference binds to',
  'edit-effect': 'would lose or repeat a constructor or registry entry, or lose a needed library',
  'edit-new-clash': 'would have more definitions than before',
  'edit-export': 'would be exported by its new name: this output has no hidden symbols',
  'edit-splits-state': 'would be two globals where one is used now',
  'edit-named-elsewhere': 'is named by an option, a directive, a section or a symbol version',
  'edit-open-closure': 'is shared with code that uses renamed symbols',
  'edit-protected-name':
    'must keep its name: it is found by other means than a reference, or is a COMMON symbol',
  'edit-registry': 'belongs to a registry or runtime of which a program has one',
  'edit-allocator': 'belongs to an allocator of which only a part would change',
  'edit-other-content': 'has no copy whose content is proved equal',
  'edit-kept-state': 'is state that code which stays would no longer share',
  'edit-half-crate': 'has copies for only some of its units',
  'edit-owner': 'is not defined strongly by the archive or file that should replace it',
  'edit-size': 'differs in kind or size from the definition that should replace it',
  'edit-linkers-differ': 'binds to different definitions on different linkers; choose one with --linker',
  'edit-no-effect': 'nothing is left for the edit to change',
};

const noYieldText = (pattern: string): string =>
  `--yield ${printable(pattern)}: no matching name has strong definitions both in the archive and in another one${pattern.includes('*') ? ' (* does not match mangled names, nor names with a dot; give those in full)' : ''}`;

/** `libb.a(one.o): 'counter' would be two globals …`. */
export function describeProblem(
  inputs: Inputs,
  { code, name, member, linker, pattern }: EditProblem,
): string {
  if (pattern !== undefined) return `${noYieldText(pattern)} [${code}]`;
  const where = member === NONE ? '' : `${inputs.members[member]?.source.label ?? ''}: `;
  const what = name === NONE ? '' : `'${inputs.symbols.names.text(name)}' `;
  const on = linker === null ? '' : ` (${linker})`;
  return `${where}${what}${EDIT_WORDS[code]}${on} [${code}]`;
}

/** The first of several problems, and how many more there are. */
export function describeRefusal(inputs: Inputs, problems: readonly EditProblem[]): string {
  const [first] = problems;
  const others = new Set(problems.map(({ code, name, member }) => `${code} ${name} ${member}`)).size - 1;
  const more = others > 0 ? `, and ${others} more` : '';
  const splits = problems.some(({ code }) => code === 'edit-splits-state');
  const hint = splits ? '; --accept-split <name> accepts a global by name' : '';
  return `edits refused: ${describeProblem(inputs, first)}${more}${hint}`;
}
