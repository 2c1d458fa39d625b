import { cureUiLine } from './perry/cure.js';
import { fetchProgram } from './perry/fetch-program.js';
import { uiLine } from './perry/ui-line.js';
import { Workplace } from './perry/workplace.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `The founding case, alive: the published Perry 0.5.1520 libraries, planned, trimmed, linked and run with every ELF
linker here. Prints two tables; exits 1 when a goal is missed. Needs npm, zstd, cc and Debian's OpenSSL (libssl-dev).

npm run perry -- [--ui]

  --ui  the UI line alone, cured by edits of symbols; runs its program where libgtk-4-dev and xvfb are installed`;

const { values } = readOptions(USAGE, { ui: { type: 'boolean' } });
const place = new Workplace(workFolder('perry'));
if (values.ui) cureUiLine(place);
else {
  fetchProgram(place);
  uiLine(place);
}
process.exitCode = place.misses > 0 ? 1 : 0;
