import { describe, expect, test } from 'vitest';
import { originOf, unitKey } from './origin.js';

const keyOf = (name: string): string | null => {
  const origin = originOf(name);
  return origin && unitKey(origin);
};

describe('one unit has one key, whatever bundles it', () => {
  const unit = 'queue.3cc3976da558bf9e-cgu.0.rcgu.o';
  test.each([
    ['cargo', 'queue-708e620f714cc61e'],
    ['Bazel', 'queue-1430586473'],
    ['rustc alone', 'queue'],
  ])('as %s names it', (_, stem) => {
    const plain = keyOf(`${stem}.${unit}`);
    expect(plain).not.toBeNull();
    expect(keyOf(`ext-0e75155f874fab56.${stem}.${unit}.rcgu.o`)).toBe(plain);
    expect(keyOf(`main_loop.${stem}.${unit}.rcgu.o`)).toBe(plain);
    expect(keyOf(`out/obj/${stem}.${unit}`)).toBe(plain);
    expect(originOf(`${stem}.${unit}`)).toMatchObject({ crate: 'queue', isRewritten: false });
    expect(originOf(`main_loop.${stem}.${unit}.rcgu.o`)).toMatchObject({ crate: 'queue', isRewritten: true });
  });
});

test('an identity has as many digits as it needs', () => {
  const origin = originOf('main_loop.main_loop.4b275745f717c36-cgu.0.rcgu.o');
  expect(origin).toMatchObject({ crate: 'main_loop', build: '4b275745f717c36', isRewritten: false });
});

test('two builds have two keys', () => {
  const [one, other] = ['708e620f714cc61e', 'fde12e2d81680697'].map((hash) =>
    keyOf(`queue-${hash}.queue.3cc3976da558bf9e-cgu.0.rcgu.o`),
  );
  expect(one).not.toBe(other);
  expect(keyOf('queue.queue.1111111111111111-cgu.0.rcgu.o')).not.toBe(
    keyOf('queue.queue.2222222222222222-cgu.0.rcgu.o'),
  );
});

test('units with names that tell nothing', () => {
  const unit = 'dne1lqa31v1ofss85m8z1e001.rcgu.o';
  expect(keyOf(`ext.rt-708e620f714cc61e.${unit}.rcgu.o`)).toBe(keyOf(`rt-708e620f714cc61e.${unit}`));
  expect(originOf(`rt.${unit}`)).toMatchObject({ crate: 'rt', build: '' });
});

test.each(['foo.o', 'util.rcgu.o', '45c91108d938afe8-aes.o', 'a.b.rcgu.o', 'main.rs.rcgu.o'])(
  '%s is not a unit',
  (name) => expect(originOf(name)).toBeNull(),
);
