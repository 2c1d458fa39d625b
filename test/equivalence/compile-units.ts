import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A compiler for the sources of a format. */
export interface Compiler {
  readonly path: string;
  /** Arguments; `-c` if there is no `action`, the source and the output follow. */
  readonly flags: readonly string[];
  /** Arguments that ask for an object. */
  readonly action?: readonly string[];
  /** Of the source, with its dot. */
  readonly extension: string;
  /** A command that gets the object's path as its last argument. */
  readonly after?: readonly string[];
}

/** Compiles sources, each once: objects are kept in a folder under the digest of all that they depend on. */
export class ObjectPool {
  readonly #objects = new Map<string, Promise<Buffer>>();

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** @throws Error with the compiler's messages */
  compile(compiler: Compiler, source: string): Promise<Buffer> {
    const { path, flags, action = [], after = [] } = compiler;
    const key = createHash('sha256')
      .update([path, ...flags, ...action, ...after, source].join('\0'))
      .digest('hex')
      .slice(0, 24);
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const made = this.#make(key, compiler, source);
    this.#objects.set(key, made);
    return made;
  }

  async #make(
    key: string,
    { path, flags, action = ['-c'], extension, after = [] }: Compiler,
    source: string,
  ): Promise<Buffer> {
    const object = join(this.folder, `${key}.o`);
    if (!existsSync(object)) {
      // One name for all, which debug information has: the same source is the same object.
      const input = join(this.folder, `${key}${extension}`);
      const output = join(this.folder, `${key}.${process.pid}.tmp`);
      writeFileSync(input, source);
      await runTool(path, [...flags, ...action, input, '-o', output]);
      const [tool, ...words] = after;
      if (tool !== undefined) await runTool(tool, [...words, output]);
      renameSync(output, object);
    }
    return readFileSync(object);
  }
}

function runTool(path: string, args: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    execFile(path, args, { env: { ...process.env, LC_ALL: 'C' } }, (error, _stdout, stderr) =>
      error ? failed(new Error(`${path} ${args.join(' ')}\n${stderr || error.message}`)) : done(),
    );
  });
}
