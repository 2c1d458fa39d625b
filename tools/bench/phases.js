// The phases of one plan and trim, each by itself, in ms: for tools/bench/perry.js, which starts it as often as it
// takes. node tools/bench/phases.js <out folder> <archives…>. Prints JSON.
import { sources } from '../bundle.js';

const [out, ...line] = process.argv.slice(2);
const lib = await sources(
  'src/emit/trim-files',
  'src/link/inputs/link-graph',
  'src/link/linkers/find-profile',
  'src/link/line/open-line',
  'src/link/resolve/resolve',
  'src/plan/conditions/open-world',
  'src/plan/plan-trim',
  'src/plan/twins/twins',
  'src/symbols/names',
);

const times = {};
function timed(phase, run) {
  const start = performance.now();
  const result = run();
  times[phase] = performance.now() - start;
  return result;
}

const linker = lib.findProfile('lld');
const opened = timed('read, with intern', () => lib.openLine(line));
const { inputs } = opened;
timed('intern all rows again', () => {
  const { name, names } = inputs.symbols;
  const again = new lib.NameTable();
  for (const id of name) {
    const bytes = names.bytes(id);
    again.intern(bytes, 0, bytes.length);
  }
});
timed('compare', () => {
  const { alike, relation } = lib.findTwins(inputs);
  alike.forEach((others, member) => {
    for (const other of others) relation(member, other);
  });
});
timed('resolve, one link', () => {
  const graph = lib.buildLinkGraph(inputs, opened.line);
  const nothing = new Uint8Array(inputs.members.length);
  lib.resolve(graph, lib.withUnknownUsers(graph, opened.line), linker, nothing);
});
const plan = timed('plan, with compare and resolve', () =>
  lib.planTrim(inputs, opened.line, { providers: [], linker }),
);
timed('write', () => lib.writeTrimmed(plan, { kind: 'folder', path: out }));
opened.close();
console.log(JSON.stringify(times));
