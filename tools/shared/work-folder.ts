import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder in the temporary folder of the tool, which tools/run.js removes when the tool has ended. */
export const workFolder = (name: string): string => mkdtempSync(join(tmpdir(), `ardedup-${name}-`));
