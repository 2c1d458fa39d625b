// @ts-nocheck The UI line of the published Perry libraries, cured by edits: refused without a rule of the user; with it
// no duplicate, on each linker, and a program with timers, promises and state that runs under a virtual X server where
// GTK 4 is installed.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A window, a timer, promises and a map: wrong or silent where the two runtimes have a state each. */
export const PROGRAM = `
import { App, VStack, Text } from "perry/ui";
let ticks = 0;
let promised = 0;
const map = new Map<string, number>();
const timer = setInterval(() => {
  ticks++;
  map.set("tick", ticks);
  Promise.resolve(ticks).then((n) => { promised += n; });
  console.log("tick", ticks, "map", map.get("tick"), "promised", promised);
}, 100);
App({ title: "hi", width: 300, height: 200, body: VStack(8, [Text("hello")]) });
`;
const TICK = 'tick 5 map 5 promised 10';

/**
 * Edits: C names of the UI library's own runtime build yield to the standard library's; what still clashes is isolated.
 */
const editsOf = ({ ui, stdlib }) => ['--yield', `*=${stdlib}`, '--isolate', ui];

/** State of Rust's std, of memchr and of core that the isolated copies keep for themselves. */
const ACCEPTED = ['*3std*', '*6memchr*', '*4core*error*'].flatMap((pattern) => ['--accept-split', pattern]);

/**
 * @param archives paths: runtime, ui, stdlib
 * @param askLinker duplicates and undefined names of a strict link, by the linker itself
 */
export function cureUiLine({ program, object, archives, linkers, work, askLinker, check, print }) {
  const { runtime, ui, stdlib } = archives;
  const line = (list) => [object, '--start-group', list[0], '--end-group', list[1], list[2]];
  const given = line([runtime, ui, stdlib]);
  const trim = (...args) => {
    const start = process.hrtime.bigint();
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'trim', ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    return { status, stdout, stderr, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
  };
  const plain = trim('-n', '-q', '--linker', linkers[0].id, ...given);
  const refused = trim('-n', '-q', '--linker', linkers[0].id, ...editsOf(archives), ...given);
  const isRefused = refused.status === 2 && refused.stderr.includes('[edit-splits-state]');
  console.log(`without acceptance: ${check(isRefused, isRefused ? 'refused' : 'not refused')}`);
  console.log(
    `  ${refused.stderr
      .trim()
      .replaceAll(/\/\S*\//g, '')
      .slice(0, 400)}\n`,
  );
  const rows = [
    ['linker', 'duplicates', 'newly undefined', 'edits', 'globals in two copies', 'seconds', 'program'],
  ];
  let splits = [];
  for (const linker of linkers) {
    const out = join(work, `cure-${linker.id}`);
    const args = [
      '--linker',
      linker.id,
      '--format',
      'json',
      '--out-dir',
      out,
      ...editsOf(archives),
      ...ACCEPTED,
    ];
    const { status, stdout, stderr, seconds } = trim(...args, ...given);
    if (status !== 0) {
      rows.push([linker.title, check(false, stderr.trim().slice(0, 200)), '', '', '', '', '']);
      continue;
    }
    const plan = JSON.parse(stdout);
    const written = plan.archives.map(({ path, output }) => output ?? path);
    const [before, after] = [askLinker(linker, given), askLinker(linker, line(written))];
    const lost = [...after.undefinedNames].filter((name) => !before.undefinedNames.has(name));
    splits = plan.acceptedSplits;
    rows.push([
      linker.title,
      `${before.duplicates} → ${check(after.duplicates === 0, String(after.duplicates))}`,
      check(lost.length === 0, String(lost.length)),
      String(plan.edits.length),
      String(splits.length),
      seconds.toFixed(1),
      runStrictly(linker, object, written, work, check),
    ]);
    rmSync(out, { recursive: true, force: true });
  }
  console.log(
    `UI line with yield and isolate accepted (a plan of drops takes ${plain.seconds.toFixed(1)} s)\n`,
  );
  print(rows);
  console.log(`\nglobals in two copies: ${splits.length}`);
  for (const name of splits) console.log(`  ${name}`);
}

/** Links with GTK, strictly, and runs under Xvfb until five ticks were printed. */
function runStrictly(linker, object, [runtime, ui, stdlib], work, check) {
  const gtk = spawnSync('pkg-config', ['--libs', 'gtk4'], { encoding: 'utf8' });
  if (gtk.status !== 0) return 'GTK 4 is not installed';
  const output = join(work, `window-${linker.id}`);
  const group = [runtime, '-Wl,--end-group', ui, stdlib];
  const libraries = [...gtk.stdout.trim().split(' '), '-lssl', '-lcrypto', '-lm', '-lpthread', '-ldl', '-lc'];
  const args = [...linker.driver, '-o', output, object, '-Wl,--gc-sections', '-Wl,--start-group', ...group];
  const linked = spawnSync('cc', [...args, ...libraries], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (linked.status !== 0)
    return check(false, `no link: ${linked.stderr.trim().split('\n')[0].slice(0, 160)}`);
  const { stdout, error } = spawnSync('xvfb-run', ['-a', 'timeout', '20', output], { encoding: 'utf8' });
  rmSync(output, { force: true });
  if (error) return `${basename(error.path ?? 'xvfb-run')} is not installed`;
  const isRight = stdout.split('\n').includes(TICK);
  return check(isRight, isRight ? 'timers, promises and state right' : `printed ${stdout.slice(0, 80)}`);
}
