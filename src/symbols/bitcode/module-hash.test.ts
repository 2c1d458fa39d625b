import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { readContent } from '../formats.js';
import { SymbolTableBuilder } from '../table.js';
import { moduleHash, readHashes } from './module-hash.js';
import { openBitcode } from './stream.js';

const folder = mkdtempSync(join(tmpdir(), 'ardedup-hash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIXTURES = fileURLToPath(new URL('../../../fixtures/objects/bitcode/', import.meta.url));
const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith('.o'));

/** The hashes, or the message of the error. */
function outcomeOf(read: () => string[]): string[] | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedError) return error.message;
    throw error;
  }
}

const hashesIn = (bytes: Uint8Array): string[] =>
  moduleHash(ByteSource.of('module.bc', bytes), 0, bytes.length);

/** Embedded bitcode of an object. */
function bitcodeOf(object: Uint8Array): Uint8Array {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of('object.o', object), builder);
  const range = content.kind === 'object' ? content.info.bitcode : null;
  if (range === null) throw new Error('no bitcode');
  return object.subarray(range.offset, range.offset + range.size);
}

/** The records of a module for ThinLTO, as LLVM's own tool prints them. */
function analysed(program: string, bytes: Uint8Array): string[] {
  const path = join(folder, 'analysed.bc');
  writeFileSync(path, bytes);
  const listed = execFileSync(program, ['--dump', path], { encoding: 'latin1', maxBuffer: 1 << 28 });
  return [...listed.matchAll(/<HASH op0=(\d+) op1=(\d+) /g)].map(([, first, second]) =>
    ((BigInt(first) << 32n) | BigInt(second)).toString(),
  );
}

/**
 * A private static, and a function that uses it and is small enough for ThinLTO to inline into another crate, but
 * not for rustc to do so before: the static must be promoted, and is named after its module's hash.
 */
const RUNTIME = `
static mut LOG: [u32; 64] = [0; 64];
pub fn record(x: u32) -> u32 { unsafe { for n in 0..x { LOG[(n % 64) as usize] ^= other(n) } LOG[0] } }
#[inline(never)] pub fn other(x: u32) -> u32 { unsafe { LOG[(x % 64) as usize] += x; LOG[1] } }
`;
const PROGRAM = `#[no_mangle] pub extern "C" fn go(x: u32) -> u32 { rt::record(x) + rt::other(x) }`;

function buildRust(rustc: string): { module: Uint8Array; archive: Uint8Array } {
  writeFileSync(join(folder, 'rt.rs'), RUNTIME);
  writeFileSync(join(folder, 'go.rs'), PROGRAM);
  const compile = (...args: string[]) =>
    execFileSync(rustc, ['--edition', '2021', '-O', '-A', 'warnings', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  compile('-C', 'codegen-units=1', '--crate-type=rlib', '-C', 'save-temps', 'rt.rs');
  compile('-C', 'lto=thin', '--crate-type=staticlib', '--extern=rt=librt.rlib', 'go.rs');
  const object = readdirSync(folder).find((name) => /^rt\..*-cgu\.0\.rcgu\.o$/.test(name));
  if (object === undefined) throw new Error('rustc kept no object');
  return {
    module: bitcodeOf(readFileSync(join(folder, object))),
    archive: readFileSync(join(folder, 'libgo.a')),
  };
}

describe('the hash of a module', () => {
  needsTool('rustc', 'llvm-bcanalyzer-22|llvm-bcanalyzer-21|llvm-bcanalyzer-20|llvm-bcanalyzer-19')(
    'is the suffix of what rustc promotes, and what llvm-bcanalyzer prints',
    ([rustc, analyzer]) => {
      const { module, archive } = buildRust(rustc);
      const [hash, ...more] = hashesIn(module);
      expect(more).toEqual([]);
      expect(analysed(analyzer, module)).toEqual([hash]);
      expect(Buffer.from(archive).includes(`.llvm.${hash}`)).toBe(true);

      // Several modules, and padding between and after them.
      const joined = Buffer.concat([module, new Uint8Array(8), module, new Uint8Array(12)]);
      expect(hashesIn(joined)).toEqual([hash, hash]);

      const wrapper = Uint32Array.of(0x0b17c0de, 0, 20, module.length, 0xffffffff);
      expect(hashesIn(Buffer.concat([new Uint8Array(wrapper.buffer), module, new Uint8Array(8)]))).toEqual([
        hash,
      ]);
    },
    120_000,
  );

  needsTool('clang-14|clang-15|clang-16|clang', 'llvm-bcanalyzer-14|llvm-bcanalyzer-15|llvm-bcanalyzer')(
    'is there for ThinLTO only',
    ([clang, analyzer]) => {
      const source = join(folder, 'small.c');
      writeFileSync(source, 'static int state; int f(int x) { return state += x; }');
      const compile = (flag: string): Uint8Array => {
        execFileSync(clang, ['-O1', flag, '-c', source, '-o', join(folder, 'small.bc')]);
        return readFileSync(join(folder, 'small.bc'));
      };
      const thin = compile('-flto=thin');
      expect(hashesIn(thin)).toHaveLength(1);
      expect(hashesIn(thin)).toEqual(analysed(analyzer, thin));
      expect(hashesIn(compile('-emit-llvm'))).toEqual([]);
      readEveryDamage(thin);
    },
    120_000,
  );

  test.each(fixtures)(
    'in %s, and in it with every byte changed, is the same with and without the core',
    (name) => {
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      const damaged = readFileSync(join(FIXTURES, name));
      for (let at = -1; at < damaged.length; at++) {
        if (at >= 0) damaged[at] ^= at % 2 === 0 ? 0xff : 0x01;
        expect(outcomeOf(() => hashesIn(damaged))).toEqual(
          outcomeOf(() => readHashes(openBitcode(ByteSource.of('module.bc', damaged)))),
        );
        if (at >= 0) damaged[at] ^= at % 2 === 0 ? 0xff : 0x01;
      }
      Error.stackTraceLimit = stackTraceLimit;
    },
  );

  test('a file that is not bitcode has no hash', () => {
    expect(hashesIn(new Uint8Array(0))).toEqual([]);
    expect(hashesIn(Buffer.from('BC and then something else'))).toEqual([]);
  });
});

function readEveryDamage(sound: Uint8Array): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const read = (bytes: Uint8Array) =>
    expect(outcomeOf(() => hashesIn(bytes))).toEqual(
      outcomeOf(() => readHashes(ByteSource.of('module.bc', bytes))),
    );
  const damaged = Uint8Array.from(sound);
  for (let at = 0; at < sound.length; at++) {
    read(sound.subarray(0, at));
    damaged[at] ^= 0xff;
    read(damaged);
    damaged[at] = sound[at];
  }
  Error.stackTraceLimit = stackTraceLimit;
}
