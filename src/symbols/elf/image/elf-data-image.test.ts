import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../../../test/oracles/tools.js';
import { useFolder } from '../../../../test/use-folder.js';
import { ByteSource } from '../../../bytes/byte-source.js';
import { MalformedError } from '../../../bytes/malformed-error.js';
import { STT_FUNC, STT_GNU_IFUNC } from '../../../core/elf/constants.js';
import { CODE, type DataContent, type DataPlace, type ObjectData } from '../../image/data-content.js';
import { dataImageOf } from '../../image/data-image.js';
import { dataOf } from '../../image/image-data.js';
import type { ImageSymbol } from '../../image/object-image.js';
import { readImage } from '../../image/read-image.js';
import { UnreadableError } from '../../object-format.js';
import { readElfDataImage } from './elf-data-image.js';
import { readElfImage } from './elf-image.js';

/** Data that is read on demand against that of whole images. */

const folder = fileURLToPath(new URL('../../../../fixtures/objects/elf/', import.meta.url));
const objects = readdirSync(folder).filter((name) => name.endsWith('.o'));
const sourceOf = (name: string): ByteSource => ByteSource.of(name, readFileSync(join(folder, name)));

/** Content as it is compared: places are replaced by what is there, up to a few pointers away. */
function described(data: ObjectData, content: DataContent | undefined, depth = 3): unknown {
  if (content === undefined || content === CODE) return content;
  const at = (place: DataPlace): unknown => {
    const { content: there, names, isSized, isWritable } = data.at(place);
    return { ...{ names, isSized, isWritable }, content: described(data, there, depth - 1) };
  };
  const slots = content.slots.map((slot) => ({
    ...slot,
    place: slot.place && depth > 0 ? at(slot.place) : null,
  }));
  return { ...content, bytes: Buffer.from(content.bytes).toString('hex'), slots };
}

function expectEqualData(source: ByteSource): void {
  const image = readImage(source, 'elf');
  const [whole, read] = [dataOf(dataImageOf(image, 'elf')), dataOf(readElfDataImage(source))];
  const isFunction = ({ type }: ImageSymbol) => type === STT_FUNC || type === STT_GNU_IFUNC;
  const functions = new Set(image.symbols.filter(isFunction).map((symbol) => symbol.name));
  const all = new Set([...image.symbols.map((symbol) => symbol.name), 'of no object']);
  for (const each of [...all].filter((name) => !functions.has(name)))
    expect([each, described(read, read.of(each))]).toEqual([each, described(whole, whole.of(each))]);
}

describe('data of each name', () => {
  test.each(objects)('%s', (name) => expectEqualData(sourceOf(name)));
});

const POINTERS = `
static int one[4] = {1, 2, 3, 4};
static const char *const words[] = {"first", "second", "first"};
static int twice(int n) { return 2 * n; }
int (*const function)(int) = twice;
int *middle = &one[2], *end = one + 4, nothing;
struct list { struct list *next; const char *const *words; int *number; };
extern struct list tail;
static struct list head = {&tail, words + 1, &nothing};
struct list tail = {&head, words, one};
extern int elsewhere[];
int *outside = elsewhere + 3;
__thread int counter = 5;
const double numbers[] = {0.5, 0.25};
const double *number = numbers + 1;
`;

const folderOf = useFolder();
for (const flags of [[], ['-fdata-sections', '-ffunction-sections'], ['-fcommon', '-fPIC', '-g']])
  needsTool('cc')(`pointers, ${flags.join(' ') || 'plain'}`, ([cc]) => {
    const object = join(folderOf(), 'pointers.o');
    execFileSync(cc, ['-x', 'c', '-c', ...flags, '-o', object, '-'], { input: POINTERS });
    const source = ByteSource.of('pointers.o', readFileSync(object));
    const slots = dataOf(readElfDataImage(source)).of('tail')?.slots ?? [];
    expect(slots.map(({ place }) => place !== null)).toEqual([true, true, true]);
    expectEqualData(source);
  });

describe('a damaged object is read or refused', () => {
  for (const name of ['acting.o', 'constructors-i386.o'])
    test(name, () => {
      const sound = readFileSync(join(folder, name));
      const names = readImage(sourceOf(name), 'elf').symbols.map((symbol) => symbol.name);
      Error.stackTraceLimit = 0;
      for (let at = 0; at < sound.length; at++) {
        const damaged = Uint8Array.from(sound);
        damaged[at] ^= 0xff;
        readDamaged(damaged, names);
        readDamaged(sound.subarray(0, at), names);
      }
    });
});

function readDamaged(bytes: Uint8Array, names: readonly string[]): void {
  try {
    const data = dataOf(readElfDataImage(ByteSource.of('damaged.o', bytes)));
    for (const name of names)
      for (const { place } of data.of(name)?.slots ?? []) if (place !== null) data.at(place);
  } catch (error) {
    if (!(error instanceof MalformedError) && !(error instanceof UnreadableError)) throw error;
  }
}

needsTool('cc')('a damaged relocation of code is found, too', ([cc]) => {
  const object = join(folderOf(), 'pointers.o');
  execFileSync(cc, ['-x', 'c', '-c', '-o', object, '-'], {
    input: `${POINTERS}int get(void) { return *outside; }`,
  });
  const bytes = Uint8Array.from(readFileSync(object));
  const image = readImage(ByteSource.of('sound.o', bytes), 'elf');
  const text = image.sections.find(({ name }) => name === '.text');
  expect(dataOf(readElfDataImage(ByteSource.of('sound.o', bytes))).of('tail')?.slots).toHaveLength(3);
  const [{ offset, type }] = text?.relocations ?? [];
  const entry = Buffer.from(bytes).indexOf(Uint8Array.of(offset, 0, 0, 0, 0, 0, 0, 0, type, 0, 0, 0));
  bytes.set([0xff, 0xff], entry + 12);
  for (const read of [readElfDataImage, readElfImage])
    expect(() => read(ByteSource.of('damaged.o', bytes))).toThrow(MalformedError);
});
