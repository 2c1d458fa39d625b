import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Appends texts, and cleans up with a pause of its own. */
function* appending(flags: string, texts: readonly string[], cleaned: string[]): Steps<string> {
  writeFileSync(at('file'), '');
  const descriptor = openSync(at('file'), flags);
  try {
    for (const text of texts) yield { descriptor, bytes: Buffer.from(text) };
    return 'done';
  } finally {
    yield;
    closeSync(descriptor);
    cleaned.push('closed');
  }
}

/** Both ways to do the work. */
const WAYS = [
  ['at once', async (steps: Steps<string>) => atOnce(steps)],
  ['stoppably', stoppably],
] as const;

test.each(WAYS)('%s: appends follow one another', async (_, run) => {
  const cleaned: string[] = [];
  expect(await run(appending('w', ['one', '', ' two', ' three'], cleaned))).toBe('done');
  expect(readFileSync(at('file'), 'utf8')).toBe('one two three');
  expect(cleaned).toEqual(['closed']);
});

test.each(WAYS)('%s: a failed append is thrown, and the work cleans up', async (_, run) => {
  const cleaned: string[] = [];
  await expect(run(appending('r', ['one', 'two'], cleaned))).rejects.toMatchObject({ code: 'EBADF' });
  expect(cleaned).toEqual(['closed']);
});

test('the last append fails: thrown, although nothing follows it', async () => {
  const descriptor = openSync(__filename, 'r');
  const steps = (function* (): Steps<void> {
    yield { descriptor, bytes: Buffer.from('text') };
  })();
  await expect(stoppably(steps)).rejects.toMatchObject({ code: 'EBADF' });
  closeSync(descriptor);
});

test('stopped: the work is told once, and may pause while it cleans up', async () => {
  const cleaned: string[] = [];
  const steps = appending('w', ['one', 'two'], cleaned);
  const stopping = (function* (): Steps<string> {
    yield;
    process.emit('SIGTERM', 'SIGTERM');
    return yield* steps;
  })();
  await expect(stoppably(stopping)).rejects.toThrow(StoppedError);
  expect(cleaned).toEqual(['closed']);
});
