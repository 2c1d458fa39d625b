import { ByteSource } from '../../src/bytes/byte-source.js';
import { isDefined, isLocalState } from '../../src/symbols/flags.js';
import { readContent } from '../../src/symbols/formats.js';
import { SymbolTableBuilder } from '../../src/symbols/table.js';
import { writeDarwinArchive, writeGnuArchive } from '../builders/write-archive.js';

const known = new WeakMap<Uint8Array, readonly string[]>();

/** Names of an object that an archive's index lists. */
function definitionsOf(object: Uint8Array): readonly string[] {
  const names = known.get(object) ?? readDefinitions(object);
  known.set(object, names);
  return names;
}

function readDefinitions(object: Uint8Array): string[] {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of('unit', object), builder);
  if (content.kind !== 'object') throw new Error('a unit is not an object');
  const { flags, name, names, length } = builder.finish();
  const defined = new Set<string>();
  for (let row = 0; row < length; row++)
    if (isDefined(flags[row]) && !isLocalState(flags[row])) defined.add(names.text(name[row]));
  return [...defined];
}

/** An archive with its index. */
export function archiveOf(
  format: string,
  members: readonly { readonly name: string; readonly data: Uint8Array }[],
): Uint8Array {
  const index = members.flatMap(({ data }, ordinal) =>
    definitionsOf(data).map((name) => ({ name, ordinal })),
  );
  return format === 'macho' ? writeDarwinArchive(members, index) : writeGnuArchive(members, index);
}
