import { isDefined } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import type { LineInput, ParsedLine } from '../command/parsed-line.js';
import type { Skipped } from '../command/skipped.js';
import type { FoundScript } from '../inputs/find-inputs.js';
import type { InputPlace, Inputs } from '../inputs/inputs.js';
import { entangledNames } from '../inputs/wrapped-names.js';

type Places = ReadonlyMap<LineInput, InputPlace>;

/** Features of a line that are not simulated and that show only after its files are read. */
export const notSimulated = (
  inputs: Inputs,
  parsed: ParsedLine,
  scripts: readonly FoundScript[],
  placeOf: Places,
): Skipped[] => [
  ...wholeInLibraries(parsed, placeOf),
  ...librariesForOthers(inputs),
  ...entangled(parsed),
  ...[...scripts, ...aliasesOf(parsed, inputs)].flatMap((by) => notSimulatedOf(by, inputs)),
];

/**
 * LLD loads a whole archive between --start-lib and --end-lib, mold searches it, and gold rejects the line.
 */
const wholeInLibraries = ({ inputs }: ParsedLine, placeOf: Places): Skipped[] =>
  inputs.flatMap((input) =>
    input.whole && input.library !== NONE && placeOf.get(input)?.kind === 'archive'
      ? [{ what: input.text, reason: 'linkers differ on a whole archive within --start-lib' }]
      : [],
  );

const entangled = ({ symbols: { wrapped, definitions } }: ParsedLine): Skipped[] =>
  entangledNames(wrapped, definitions).map((name) => ({
    what: `--wrap=${name}`,
    reason: 'a second --wrap or --defsym uses the same names, which is not simulated',
  }));

/** Of Apple's linkers another name is a definition like a file's, and a duplicate of one. */
const aliasesOf = ({ symbols: { definitions } }: ParsedLine, { format }: Inputs): Definer[] =>
  format === 'macho' ? definitions.map(({ name }) => ({ path: '-alias', assigned: [name] })) : [];

type Definer = Pick<FoundScript, 'path' | 'assigned'>;

/** A script's own definitions replace those in files: reported where there are such. */
function notSimulatedOf({ path, assigned }: Definer, { symbols, contents }: Inputs): Skipped[] {
  const names = new Set(assigned.map((text) => symbols.names.find(text)));
  const defined = new Set<number>();
  for (let symbol = 0; names.size > 0 && symbol < symbols.length; symbol++)
    if (isDefined(symbols.flags[symbol]) && contents[symbols.member[symbol]].kind === 'object')
      defined.add(symbols.name[symbol]);
  const both = [...names].filter((name) => defined.has(name)).map((name) => symbols.names.text(name));
  return both.map((name) => ({ what: path, reason: `its definition of ${name} is not simulated` }));
}

/** Shared libraries whose own header names a different target. */
const librariesForOthers = ({ contents, members }: Inputs): Skipped[] =>
  contents.flatMap((content, member) => {
    const problem = content.kind === 'shared-library' ? content.info.problem : null;
    return problem === null ? [] : [{ what: members[member].name, reason: problem }];
  });
