// The phases of one plan and trim, each by itself, in ms: for bench/perry.ts, which starts it as often as it takes.
// node tools/run.js bench/phases <out folder> <archives…>. Prints JSON.
import { writeTrimmed } from '../../src/emit/write-trimmed.js';
import { buildLinkGraph } from '../../src/link/inputs/link-graph.js';
import { openLine } from '../../src/link/line/open-lines.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import { resolve } from '../../src/link/resolve/resolve.js';
import { withUnknownUsers } from '../../src/plan/conditions/open-world.js';
import { planTrim } from '../../src/plan/plan-trim.js';
import { findTwins } from '../../src/plan/twins/twins.js';
import { NameTable } from '../../src/symbols/names.js';

const [out, ...line] = process.argv.slice(2);

const times: Record<string, number> = {};
function timed<Result>(phase: string, run: () => Result): Result {
  const start = performance.now();
  const result = run();
  times[phase] = performance.now() - start;
  return result;
}

const linker = findProfile('lld')!;
const opened = timed('read, with intern', () => openLine(line));
const { inputs } = opened;
timed('intern all rows again', () => {
  const { name, names } = inputs.symbols;
  const again = new NameTable();
  for (const id of name) {
    const bytes = names.bytes(id);
    again.intern(bytes, 0, bytes.length);
  }
});
timed('compare', () => {
  const twins = findTwins(inputs);
  for (const { id } of inputs.members) for (const other of twins.alikeOf(id)) twins.relation(id, other);
});
timed('resolve, one link', () => {
  const graph = buildLinkGraph(inputs, opened.line);
  const nothing = new Uint8Array(inputs.members.length);
  resolve(graph, withUnknownUsers(graph, opened.line), linker, nothing);
});
const plan = timed('plan, with compare and resolve', () =>
  planTrim(inputs, opened.line, { providers: [], linker }),
);
timed('write', () => writeTrimmed(plan, { kind: 'folder', path: out }));
opened.close();
console.log(JSON.stringify(times));
