import { expect } from 'vitest';
import { needsTool } from '../oracles/tools.js';
import { useFolder } from '../use-folder.js';
import { type EditedFormat, EditedObjects } from './edited-objects.js';

/* `npm run edited-objects` edits many. */

const at = useFolder();

const FORMATS: readonly (readonly [EditedFormat, readonly string[]])[] = [
  ['elf', ['readelf', 'ld.bfd', 'ld.gold', 'ld.lld-19']],
  ['macho', ['ld64.lld-14', 'ld64.lld-19', 'ld64.lld-22']],
  ['coff', ['lld-link-14', 'lld-link-19', 'lld-link-22']],
  ['wasm', ['wasm-ld-14', 'wasm-ld-19', 'wasm-ld-22']],
];
for (const [format, linkers] of FORMATS)
  needsTool('llvm-readobj-19', 'llvm-nm-19|llvm-nm', ...linkers)(
    `other tools read ${format} objects as they were edited`,
    () => {
      const objects = new EditedObjects(format, at());
      for (let seed = 1; seed <= 5; seed++) objects.try(seed);
      const { failures, edited, links } = objects.tally;
      expect(failures).toEqual([]);
      expect(edited).toBeGreaterThan(0);
      expect(links).toBeGreaterThan(edited);
    },
    60_000,
  );
