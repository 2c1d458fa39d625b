import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PerryLinker } from './linkers.js';
import type { Workplace } from './workplace.js';

const TICK = 'tick 5 map 5 promised 10';

/**
 * Links with GTK, strictly, and runs under Xvfb until five ticks were printed.
 *
 * @param inputs for the compiler driver
 */
export function runStrictly(linker: PerryLinker, inputs: readonly string[], place: Workplace): string {
  const gtk = spawnSync('pkg-config', ['--libs', 'gtk4'], { encoding: 'utf8' });
  if (gtk.status !== 0) return 'GTK 4 is not installed';
  const output = join(place.folder, `window-${linker.id}`);
  const libraries = [...gtk.stdout.trim().split(' '), '-lssl', '-lcrypto', '-lm', '-lpthread', '-ldl', '-lc'];
  const args = [...linker.driver, '-o', output, '-Wl,--gc-sections', ...inputs];
  const linked = spawnSync('cc', [...args, ...libraries], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (linked.status !== 0)
    return place.check(false, `no link: ${linked.stderr.trim().split('\n')[0].slice(0, 160)}`);
  const { stdout, error } = spawnSync('xvfb-run', ['-a', 'timeout', '20', output], { encoding: 'utf8' });
  rmSync(output, { force: true });
  if (error) return 'xvfb-run is not installed';
  const isRight = stdout.split('\n').includes(TICK);
  return place.check(
    isRight,
    isRight ? 'timers, promises and state right' : `printed ${stdout.slice(0, 80)}`,
  );
}
