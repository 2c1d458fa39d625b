import { expect, test } from 'vitest';
import { ByteSource } from '../bytes/byte-source.js';
import { describeObject } from './describe-object.js';

const describeBytes = (...bytes: number[]): string => {
  const padded = new Uint8Array(128);
  padded.set(bytes);
  return describeObject(ByteSource.of('member', padded));
};

test('what a linker would read and we cannot is unreadable, not "no object"', () => {
  expect(describeBytes(0x42, 0x43, 0xc0, 0xde)).toBe(
    'unreadable: bitcode without a string table (LLVM 4 or older)\n',
  );
  expect(describeBytes(0x01, 0xdf)).toBe('unreadable: an XCOFF object\n');
  const itanium = [0x00, 0x02];
  expect(describeBytes(...itanium)).toBe('unreadable: a COFF object\n');
  const linkTimeCode = '0000ffff0100648600000000' + '38feb30ca5d9ab4dac9bd6b6222653c2';
  expect(describeBytes(...Buffer.from(linkTimeCode, 'hex'))).toBe(
    'unreadable: link-time code of MSVC (/GL) without native code\n',
  );
  const unknownClass = '0000ffff0100648600000000' + '00112233445566778899aabbccddeeff';
  expect(describeBytes(...Buffer.from(unknownClass, 'hex'))).toBe(
    'unreadable: an anonymous COFF object of unknown class 00112233445566778899aabbccddeeff\n',
  );
});

test('text, nothing, and a few bytes are no objects', () => {
  expect(
    describeObject(ByteSource.of('README', Buffer.from('Not an object at all, but a text of some length.'))),
  ).toBe('not an object\n');
  for (let length = 0; length < 8; length++) {
    expect(describeObject(ByteSource.of('short', Buffer.from('!<arch>\n').subarray(0, length)))).toBe(
      'not an object\n',
    );
  }
});
