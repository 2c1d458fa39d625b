import { type Circumstances, type Observation, rowsOf } from './observation.js';
import { type Program, refersToUses, type Use } from './program.js';

/** Observes a program's module: its exports, imports and effects. */
export function observeWasm(
  program: Program,
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
  const { status, output } = runModule(module, program);
  seen.set('status', [status]);
  if (status === 'done') seen.set('output', rowsOf(output, circumstances));
  return seen;
}

const rows = (list: readonly string[]): string[] => [...new Set(list)].sort();

/** The names that a use needs. */
export function namesOf({ kind, name }: Use): string[] {
  if (kind === 'registry') return [];
  return kind === 'log' ? [`${name}_log`, `${name}_length`] : [name];
}

function runModule(module: WebAssembly.Module, program: Program): { status: string; output: string[] } {
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
    const used = refersToUses(program) ? usesByPointer(program, exports, memory) : usesByName(exports);
    for (const use of program.uses) output.push(...rowsOfUse(use, used, exports, memory));
    return { status: 'done', output };
  } catch (error) {
    return { status: String(error).split('\n')[0], output };
  }
}

/** How the host reaches what a program uses. */
interface Used {
  functionOf(name: string): (depth: number) => number;
  addressOf(name: string): number;
}

const usesByName = (exports: WebAssembly.Exports): Used => ({
  functionOf: (name) => exports[name] as (depth: number) => number,
  addressOf: (name) => (exports[name] as WebAssembly.Global).value,
});

function usesByPointer({ uses }: Program, exports: WebAssembly.Exports, memory: DataView): Used {
  const names = uses.flatMap(namesOf);
  const start = (exports.uses as () => number)();
  const addressOf = (name: string) => memory.getUint32(start + 4 * names.indexOf(name), true);
  const table = exports.__indirect_function_table as WebAssembly.Table;
  return { addressOf, functionOf: (name) => table.get(addressOf(name)) };
}

function rowsOfUse(
  { kind, name }: Use,
  { functionOf, addressOf }: Used,
  exports: WebAssembly.Exports,
  memory: DataView,
): string[] {
  if (kind === 'call') return [`${name} ${functionOf(name)(3)}`];
  if (kind === 'state') return [`${name} ${memory.getInt32(addressOf(name), true)}`];
  if (kind === 'log') {
    const length = memory.getInt32(addressOf(`${name}_length`), true);
    const start = addressOf(`${name}_log`);
    return Array.from({ length }, (_, at) => `=log.${name}.${memory.getInt32(start + 4 * at, true)}`);
  }
  (exports[name.replace('registry', 'walk')] as () => void)();
  return [];
}
