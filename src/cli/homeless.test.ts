import { describe, expect, test, vi } from 'vitest';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

const { runMain } = await import('../../test/run-main.js');
const { usualCacheFolder } = await import('../wrap/cache.js');

const unknownUser = vi.hoisted(() => (): never => {
  throw new Error('no such user');
});
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  homedir: unknownUser,
  userInfo: unknownUser,
}));

/** Containers run builds under numbers that no list of users has. */
describe('a user without a home folder', () => {
  useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES), { enters: true });

  test('plans, with the configuration of the folders above', async () => {
    vi.stubEnv('HOME', undefined);
    const ran = await runMain(['trim', '-n', '--quiet', ...FOUNDING_FILES]);
    expect(ran).toMatchObject({ exitCode: 0, error: '' });
    vi.unstubAllEnvs();
  });

  test('has no cache unless it is said where', async () => {
    expect(usualCacheFolder({}, 'linux')).toBeNull();
    expect(usualCacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/ardedup');
    vi.stubEnv('HOME', '');
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(await runMain(['cache', 'info'])).toEqual({
      exitCode: 2,
      out: '',
      error: 'ardedup: cache: no home folder; name the folder with --cache-dir\n',
    });
    vi.unstubAllEnvs();
  });
});

test('a cache folder that is another one wherever it is asked for is none', () => {
  expect(usualCacheFolder({ HOME: '/h', XDG_CACHE_HOME: 'relative' }, 'linux')).toBe('/h/.cache/ardedup');
});
