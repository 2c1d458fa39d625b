// Edits symbols of the fixtures' objects at random, and asks other tools what they read.
import { type EditedFormat, EditedObjects } from '../test/fuzz/edited-objects.js';
import { badUse, readOptions } from './shared/options.js';
import { printTable } from './shared/table.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Edits symbols of objects at random: renames and hides, undefines, weakens.

npm run edited-objects -- [--objects 300] [--seed 1] [--format elf,macho,coff,wasm]

Each edited object is read by readelf, llvm-readobj and llvm-nm, and linked by every linker that links it as it is. Only
bytes of symbols, strings and relocations of twins may differ. Exits 1 on any failure.`;

const { values } = readOptions(USAGE, {
  objects: { type: 'number', default: '300' },
  seed: { type: 'number', default: '1' },
  format: { type: 'string', default: 'elf,macho,coff,wasm' },
});
const FORMATS: readonly EditedFormat[] = ['elf', 'macho', 'coff', 'wasm'];
const formats = values.format.split(',').map((name) => {
  const known = FORMATS.find((one) => one === name);
  return known ?? badUse(`no format ${name}: there are ${FORMATS.join(', ')}`);
});
const rows = formats.map((format) => {
  const objects = new EditedObjects(format, workFolder('edited-objects'));
  for (let seed = values.seed; seed < values.seed + values.objects; seed++) objects.try(seed);
  return { format, ...objects.tally };
});
printTable([
  ['format', 'edited', 'refused', 'symbols', 'read back', 'links', 'failures'],
  ...rows.map(({ format, edited, refused, symbols, readBack, links, failures }) => [
    format,
    ...[edited, refused, symbols, readBack, links, failures.length].map(String),
  ]),
]);
const failures = rows.flatMap(({ failures: own }) => own);
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
