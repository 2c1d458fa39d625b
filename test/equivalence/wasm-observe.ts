import { type Circumstances, type Observation, rowsOf } from './observation.js';
import type { Program, Use } from './program.js';

/** Observes a program's module: its exports, imports and effects. */
export function observeWasm(
  { uses }: Program,
  file: Buffer | null,
  circumstances: Circumstances,
): Observation {
  if (file === null) return new Map([['status', ['not linked']]]);
  const module = new WebAssembly.Module(Uint8Array.from(file));
  const seen = new Map<string, readonly string[]>();
  seen.set('exports', rows(WebAssembly.Module.exports(module).map(({ name, kind }) => `${name}: ${kind}`)));
  const imports = WebAssembly.Module.imports(module).map(
    ({ module: from, name, kind }) => `${from}.${name}: ${kind}`,
  );
  if (!circumstances.isRewritten) seen.set('imports', rows(imports));
  const { status, output } = runModule(module, uses);
  seen.set('status', [status]);
  if (status === 'done') seen.set('output', rowsOf(output, circumstances));
  return seen;
}

const rows = (list: readonly string[]): string[] => [...new Set(list)].sort();

function runModule(module: WebAssembly.Module, uses: readonly Use[]): { status: string; output: string[] } {
  const output: string[] = [];
  const met = new Set<string>();
  let memory = new DataView(new ArrayBuffer(0));
  const text = (at: number): string => {
    let end = at;
    while (memory.getUint8(end) !== 0) end++;
    return Buffer.from(memory.buffer, at, end - at).toString('latin1');
  };
  const env = {
    print: (what: number, value: number) => output.push(`${text(what)} ${value}`),
    entry: (which: number, id: number, value: number) =>
      output.push(`=registry${which}.${text(id)} ${value}`),
    is_new: (which: number, id: number) => {
      const key = `${which} ${text(id)}`;
      return met.has(key) ? 0 : met.add(key) && 1;
    },
  };
  try {
    const { exports } = new WebAssembly.Instance(module, { env });
    memory = new DataView((exports.memory as WebAssembly.Memory).buffer);
    (exports.__wasm_call_ctors as () => void)();
    for (const use of uses) output.push(...rowsOfUse(use, exports, memory));
    return { status: 'done', output };
  } catch (error) {
    return { status: String(error).split('\n')[0], output };
  }
}

function rowsOfUse({ kind, name }: Use, exports: WebAssembly.Exports, memory: DataView): string[] {
  const address = (of: string): number => (exports[of] as WebAssembly.Global).value;
  if (kind === 'call') return [`${name} ${(exports[name] as (depth: number) => number)(3)}`];
  if (kind === 'state') return [`${name} ${memory.getInt32(address(name), true)}`];
  if (kind === 'log') {
    const length = memory.getInt32(address(`${name}_length`), true);
    const start = address(`${name}_log`);
    return Array.from({ length }, (_, at) => `=log.${name}.${memory.getInt32(start + 4 * at, true)}`);
  }
  (exports[name.replace('registry', 'walk')] as () => void)();
  return [];
}
