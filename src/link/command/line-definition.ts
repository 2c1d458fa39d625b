/** A name that the line itself defines: `--defsym a=b`. */
export interface LineDefinition {
  readonly name: string;
  /** The names in its expression. */
  readonly references: readonly string[];
  /** Whether the expression is a single name, so that both names have one address. */
  readonly isAlias: boolean;
  /** How many inputs of the line come before it. */
  readonly at: number;
  /** The group that it is in; NONE outside. */
  readonly group: number;
}

const NAME = /^[A-Za-z_.$][\w.$@]*$/;

/** @returns null for a definition that cannot be followed: functions of linker scripts, the location counter */
export function readDefinition(
  text: string,
  { at, group }: Pick<LineDefinition, 'at' | 'group'>,
): LineDefinition | null {
  const sign = text.indexOf('=');
  const [name, expression] = [text.slice(0, sign).trim(), text.slice(sign + 1).trim()];
  if (sign < 0 || !NAME.test(name) || !/^[\w.$@\s+*/&|^~-]+$/.test(expression)) return null;
  const words = expression.split(/[\s+*/&|^~-]+/).filter((word) => word !== '');
  const references = words.filter((word) => !/^\d/.test(word));
  if (!references.every((word) => NAME.test(word) && word !== '.')) return null;
  return { name, references, isAlias: references.length === 1 && expression === references[0], at, group };
}

/**
 * Resolves the definitions of the line: for each name the symbol that it is an alias of, through other aliases, or null
 * for a number. The last of several definitions of a name counts, wherever the name is used.
 */
export function finalTargets<Name>(
  definitions: readonly {
    readonly name: Name;
    readonly references: readonly Name[];
    readonly isAlias: boolean;
  }[],
): Map<Name, Name | null> {
  const own = new Map(
    definitions.map(({ name, references, isAlias }) => [name, isAlias ? references[0] : null]),
  );
  const follow = (name: Name): Name | null => {
    let target: Name | null = name;
    // A chain is at most as long as the number of names, but may be cyclic.
    for (let step = 0; step < own.size && target !== null; step++) {
      const next: Name | null | undefined = own.get(target);
      if (next === undefined) break;
      target = next;
    }
    return target;
  };
  return new Map([...own.keys()].map((name) => [name, follow(name)]));
}
