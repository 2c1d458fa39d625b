import { isAbsolute, isCommon } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { LineDefinition } from '../command/line-definition.js';
import { hasUnderscores } from './c-names.js';
import type { Inputs } from './inputs.js';

/** A name of --wrap: references to `name` bind to `wrap`, and references to `real` bind to `name`. */
export interface WrappedName {
  readonly name: NameId;
  readonly wrap: NameId;
  readonly real: NameId;
  /** Whether it is COMMON or absolute in some object: gold then renames the definition as well. */
  readonly isUnplaced: boolean;
}

/** Each name of --wrap once, in the order of the line, as objects spell it. */
export function wrappedNames(inputs: Inputs, texts: readonly string[]): WrappedName[] {
  const { names, name, flags } = inputs.symbols;
  const underscore = hasUnderscores(inputs) ? '_' : '';
  const idOf = (text: string) => names.internText(underscore + text);
  const wrapped = [...new Set(texts)].map((text) => ({
    name: idOf(text),
    wrap: idOf(`__wrap_${text}`),
    real: idOf(`__real_${text}`),
  }));
  const all = new Set(wrapped.map((one) => one.name));
  const unplaced = new Set(
    all.size === 0 ? [] : name.filter((own, symbol) => all.has(own) && isUnplaced(flags[symbol])),
  );
  return wrapped.map((one) => ({ ...one, isUnplaced: unplaced.has(one.name) }));
}

const isUnplaced = (flags: number): boolean => isCommon(flags) || isAbsolute(flags);

/** The name that references to each name bind to, where that is another. */
export function redirections(wrapped: readonly WrappedName[]): ReadonlyMap<NameId, NameId> {
  const targets = new Map<NameId, NameId>();
  for (const { name, real } of wrapped) targets.set(real, name);
  for (const { name, wrap } of wrapped) targets.set(name, wrap);
  return targets;
}

/**
 * Names of --wrap that further options of the line affect: linkers apply these in different orders, which is not
 * simulated.
 */
export function entangledNames(texts: readonly string[], definitions: readonly LineDefinition[]): string[] {
  const named = new Set(definitions.flatMap(({ name, references }) => [name, ...references]));
  const wrapped = new Set(texts);
  const isOther = (text: string) => wrapped.has(text) || named.has(text);
  return [...wrapped].filter(
    (text) => named.has(text) || isOther(`__wrap_${text}`) || isOther(`__real_${text}`),
  );
}
