import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../test/root.js';
import { npmPackage } from '../shared/corpus.js';

/** Checked fields of a plan in JSON. */
export interface PerryPlan {
  readonly archives: readonly {
    readonly path: string;
    readonly output: string | null;
    readonly members: number;
    readonly dropped: number;
  }[];
  readonly members: readonly {
    readonly archive: number;
    readonly name: string;
    readonly evidence?: string;
  }[];
  readonly links: readonly { readonly duplicatesBefore: number; readonly duplicatesAfter: number }[];
  readonly remedies: readonly { readonly change: string; readonly symbol?: string }[];
  readonly edits: readonly unknown[];
  readonly acceptedSplits: readonly string[];
}

/** Paths of the published libraries. */
export interface PerryArchives {
  readonly runtime: string;
  readonly ui: string;
  readonly stdlib: string;
}

/** Archives of the plan as they are after it. */
export const trimmedPaths = ({ archives }: PerryPlan): string[] =>
  archives.map(({ path, output }) => output ?? path);

/** The published libraries and their compiler, a folder to work in, and what was not as it must be. */
export class Workplace {
  readonly program: string = join(ROOT, 'bin/ardedup.js');
  readonly archives: PerryArchives;
  misses = 0;
  readonly #package = npmPackage('@perryts/perry-linux-x64@0.5.1520');

  constructor(readonly folder: string) {
    const library = (name: string) => join(this.#package, `lib/libperry_${name}.a`);
    this.archives = { runtime: library('runtime'), ui: library('ui_gtk4'), stdlib: library('stdlib') };
  }

  /** Perry's own compiler makes the object; whether its link succeeds is not asked. @returns the object's path */
  compile(name: string, source: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'app.ts'), source);
    spawnSync(join(this.#package, 'bin/perry'), ['compile', 'app.ts', '-o', 'app'], {
      cwd: folder,
      env: { ...process.env, PERRY_RUNTIME_DIR: join(this.#package, 'lib') },
      stdio: 'ignore',
    });
    const objects = join(folder, 'node_modules/.cache/perry/objects/host');
    const object = readdirSync(objects).find((file) => file.endsWith('.o'));
    if (object === undefined) throw new Error(`${objects}: Perry made no object`);
    return join(objects, object);
  }

  /** Runs a command of ardedup, and reads what it prints as JSON. */
  ardedup(command: string, ...args: readonly string[]): unknown {
    const printed = execFileSync(process.execPath, [this.program, command, '--format', 'json', ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    return JSON.parse(printed);
  }

  /** @param out the name of its output folder, and of the saved plan */
  trim(out: string, ...line: readonly string[]): PerryPlan {
    const plan = this.savedPlan(out);
    return this.ardedup('trim', '--out-dir', join(this.folder, out), '--plan', plan, ...line) as PerryPlan;
  }

  savedPlan(out: string): string {
    return join(this.folder, `${out}.json`);
  }

  /** Marks a text that is not as it must be. */
  check(isRight: boolean, text: string): string {
    if (!isRight) this.misses++;
    return isRight ? text : `${text} (!)`;
  }
}
