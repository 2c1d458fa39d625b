import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { runTool, ToolError } from './run-tool.js';

const shell = (script: string) => runTool('/bin/sh', ['-c', script], process.env);

test('each exit code is told as it is', async () => {
  for (let code = 0; code < 256; code++) expect(await shell(`exit ${code}`)).toEqual({ kind: 'exit', code });
});

const DEADLY = Object.keys(constants.signals).filter(
  (name) => !/^SIG(CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|WINCH|IOT|POLL|UNUSED|STKFLT|INFO)$/.test(name),
);

test.each(DEADLY)('death by %s is told as such', async (signal) => {
  expect(await shell(`ulimit -c 0; kill -${signal.slice(3)} $$`)).toEqual({ kind: 'signal', signal });
});

test('a tool that is not there is an error, not a status', async () => {
  await expect(runTool('/no/such/tool', [], process.env)).rejects.toThrow(ToolError);
});

test('no listener is left behind', async () => {
  const before = process.eventNames();
  await shell('exit 0');
  await shell('kill -9 $$');
  expect(process.eventNames()).toEqual(before);
});
