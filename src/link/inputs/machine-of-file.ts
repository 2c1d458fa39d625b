import { isArchive, readArchive } from '../../archive/read-archive.js';
import { isUniversal } from '../../archive/universal.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { readContent } from '../../symbols/formats.js';
import { readSharedLibrary } from '../../symbols/shared-libraries.js';
import { SymbolTableBuilder } from '../../symbols/table.js';
import type { InputFile } from './input-file.js';
import { linkKind } from './inputs.js';

/**
 * The machine of the first object that can be read in a file, or of the file itself; null if it is unknown: for a
 * linker script, or an archive without objects. A universal file has several machines.
 * @throws MalformedError
 */
export function machineOfFile(file: InputFile): string | null {
  const head = file.source.viewUpTo(0, 8, 'file magic').bytes;
  if (isUniversal(head)) return null;
  if (!isArchive(head)) return machineOf(file.source);
  for (const object of objectsOf(file)) {
    const machine = machineOf(object);
    if (machine !== null) return machine;
  }
  return null;
}

function machineOf(source: ByteSource): string | null {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readSharedLibrary(source, builder) ?? readContent(source, builder);
  if (content.kind === 'shared-library') return linkKind(content.info);
  if (content.kind !== 'object' || content.info.format === 'bitcode') return null;
  return linkKind(content.info);
}

function* objectsOf(file: InputFile): Generator<ByteSource> {
  const { isThin, members } = readArchive(file.source);
  for (const { name, dataOffset, size } of members) {
    const label = `${file.path}(${name})`;
    if (!isThin) yield file.source.slice(dataOffset, size, label);
    else if (file.openSibling) yield file.openSibling(name);
  }
}
