// node fix-warnings.mjs <ardedup…> link [options] -- <command…>
// Prints what `ardedup fix` finds for the command as a warning, and then runs the wrapper with all arguments. The exit
// code is the wrapper's, whatever fix finds.
import { spawnSync } from 'node:child_process';

const args = process.argv.slice(2);
const link = args.indexOf('link');
const end = args.indexOf('--', link);
if (link < 1 || end < 0) {
  console.error('fix-warnings: expected <ardedup> link [options] -- <command>');
  process.exit(2);
}
const [program, ...own] = args.slice(0, link);
const command = args.slice(end + 1);
if (process.env.ARDEDUP !== 'off') {
  const { stdout, stderr, error } = spawnSync(program, [...own, 'fix', '--', ...command], {
    encoding: 'utf8',
  });
  const found = error === undefined ? `${stdout}${stderr}`.trim() : error.message;
  if (found !== '' && !found.startsWith('nothing to fix'))
    console.error(`warning: ardedup fix\n${found.replace(/^/gm, '  ')}`);
}
const { status, signal, error } = spawnSync(program, args.slice(1), { stdio: 'inherit' });
if (error !== undefined) console.error(`fix-warnings: ${error.message}`);
if (signal !== null && signal !== undefined) process.kill(process.pid, signal);
process.exit(status ?? 2);
