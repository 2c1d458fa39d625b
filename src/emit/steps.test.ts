import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useFolder } from '../../test/use-folder.js';
import { ByteSource } from '../bytes/byte-source.js';
import { atOnce, type Steps, StoppedError, stoppably } from './steps.js';
import { writingSteps } from './write-file.js';

const at = useFolder();
const MEBIBYTE = 1 << 20;

/** Writes so many mebibytes, and is told to stop when it has come to this one. */
function writing(mebibytes: number, stopAt: number): Steps<void> {
  const source = new ByteSource(
    'made-up',
    (position, length, target) => {
      if (position === stopAt * MEBIBYTE) process.emit('SIGTERM', 'SIGTERM');
      return target?.fill(0) ?? new Uint8Array(length);
    },
    0,
    mebibytes * MEBIBYTE,
  );
  return writingSteps(at('out'), [{ kind: 'copy', offset: 0, length: source.size }], source);
}

test.each([0, 1, 3])(
  'stopped at mebibyte %d of 4: the old file stays, and nothing else is there',
  async (stopAt) => {
    writeFileSync(at('out'), 'old');
    await expect(stoppably(writing(4, stopAt))).rejects.toMatchObject({ signal: 'SIGTERM' });
    expect(readdirSync(at())).toEqual(['out']);
    expect(['old', '\0'.repeat(4 * MEBIBYTE)]).toContain(readFileSync(at('out'), 'utf8'));
  },
);

test('not stopped: the new file is there, and no listener is left', async () => {
  const before = process.listenerCount('SIGTERM');
  await stoppably(writing(3, 99));
  atOnce(writing(2, 99));
  expect(readFileSync(at('out')).length).toBe(2 * MEBIBYTE);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

test('what is done when the signal comes is reported as stopped', async () => {
  const steps = (function* (): Steps<void> {
    yield;
    process.emit('SIGINT', 'SIGINT');
  })();
  await expect(stoppably(steps)).rejects.toThrow(StoppedError);
});
