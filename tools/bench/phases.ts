// @ts-nocheck
import * as srcEmitTrimFiles from '../../src/emit/trim-files.js';
import * as srcLinkInputsLinkGraph from '../../src/link/inputs/link-graph.js';
import * as srcLinkLineOpenLine from '../../src/link/line/open-line.js';
import * as srcLinkLinkersFindProfile from '../../src/link/linkers/find-profile.js';
import * as srcLinkResolveResolve from '../../src/link/resolve/resolve.js';
import * as srcPlanConditionsOpenWorld from '../../src/plan/conditions/open-world.js';
import * as srcPlanPlanTrim from '../../src/plan/plan-trim.js';
import * as srcPlanTwinsTwins from '../../src/plan/twins/twins.js';
import * as srcSymbolsNames from '../../src/symbols/names.js';

const [out, ...line] = process.argv.slice(2);
const lib = {
  ...srcEmitTrimFiles,
  ...srcLinkInputsLinkGraph,
  ...srcLinkLinkersFindProfile,
  ...srcLinkLineOpenLine,
  ...srcLinkResolveResolve,
  ...srcPlanConditionsOpenWorld,
  ...srcPlanPlanTrim,
  ...srcPlanTwinsTwins,
  ...srcSymbolsNames,
};

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
