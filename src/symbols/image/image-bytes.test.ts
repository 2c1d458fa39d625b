import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { type ObjectFormatId, UnreadableError } from '../object-format.js';
import { imageDigest } from './image-parts.js';
import { readImage } from './read-image.js';

/*
 * Every byte of an object is changed, one after the other: it is another image, or no readable object, unless the byte
 * is in one of the ranges listed here. Each list was compared with the object's own headers when it was written. What
 * they hold: magic numbers, time stamps and file offsets of headers; addresses and virtual sizes; names and values of
 * local symbols; section definitions of COFF but for their selection; bytes after the NUL of a name; slots that a
 * relocation fills.
 */

function fateOf(format: ObjectFormatId, bytes: Uint8Array): string {
  try {
    return imageDigest(readImage(ByteSource.of('changed.o', bytes), format));
  } catch (error) {
    if (error instanceof MalformedError || error instanceof UnreadableError) return error.name;
    throw error;
  }
}

function unseenRanges(format: ObjectFormatId, name: string): string {
  const path = fileURLToPath(new URL(`../../../fixtures/objects/${format}/${name}`, import.meta.url));
  const bytes = Uint8Array.from(readFileSync(path));
  const sound = fateOf(format, bytes);
  expect(sound).not.toMatch(/Error/);
  const isSeen = (at: number): boolean => {
    const original = bytes[at];
    const isChanged = [0x01, 0x80, 0xff].some((change) => {
      bytes[at] = original ^ change;
      return fateOf(format, bytes) !== sound;
    });
    bytes[at] = original;
    return isChanged;
  };
  // Many changes end in an error: without their traces, this takes a fraction of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const unseen = [...bytes.keys()].filter((at) => !isSeen(at));
  Error.stackTraceLimit = stackTraceLimit;
  const starts = unseen.filter((at, row) => unseen[row - 1] !== at - 1);
  const ends = unseen.filter((at, row) => unseen[row + 1] !== at + 1);
  return starts.map((start, row) => (start === ends[row] ? `${start}` : `${start}-${ends[row]}`)).join(' ');
}

test('ELF', () =>
  expect(unseenRanges('elf', 'gnu.o')).toMatchInlineSnapshot(
    `"0-3 6 9-15 20-39 52-57 86-87 108-135 141 144-159 376 433-439 526-541 563-635 637-655 672-695 712-719 736-743 776-783 800-807 840-847 864-871 896-911 928-931 936-951 968-975 992-999 1032-1039 1056-1063 1088-1103 1120-1123 1128-1143 1160-1167 1184-1191 1208 1216-1231 1252-1271"`,
  ));
test('Mach-O for arm64', () =>
  expect(unseenRanges('macho', 'acting-arm64.o')).toMatchInlineSnapshot(
    `"20 28-31 56-87 111-119 127-135 160-163 172-175 180-183 207-223 252-255 260-263 287-303 332-335 340-343 359 367-383 412-415 420-423 437-439 447-455 480-483 492-495 500-503 527-535 552 572-575 580-583 597-599 607-623 652-655 660-663 677-679 687-695 712-715 720-727 732-735 740-743 758-759 767-775 812-815 820-823 835-839 847-863 872 880-883 892-895 900-903 960-1031 1256 1264-1271 1288 1296-1304 1312-1320 1328-1335 1352 1360-1368 1384 1392-1400 1408-1415 1432 1440-1447 1456-1463 1517 1533 1544-1566 1618-1662 1671-1735"`,
  ));
test('COFF', () =>
  expect(unseenRanges('coff', 'acting-x86_64.o')).toMatchInlineSnapshot(
    `"4-7 16-17 26-35 44-51 54-55 66-75 80 84-91 94-95 105-115 120-135 148-155 168-171 174-175 188-195 208-211 214-215 228-235 240 248-251 254-255 268-275 288-291 294-295 307-315 328-331 334-335 344-355 368-371 374-375 387-395 408-411 414-415 424-435 448-451 454-455 467-475 484-491 494-495 504-515 524-531 534-535 544-555 564-571 574-575 583-595 604-611 614-615 628-635 644-651 654-655 668-675 684-691 694-695 1028-1039 1042-1043 1046-1075 1078-1079 1082-1111 1114-1115 1118-1147 1150-1151 1154-1183 1186-1187 1190-1219 1222-1223 1226-1255 1258-1259 1262-1291 1294-1295 1298-1319 1324-1327 1330-1331 1334-1363 1366-1367 1370-1391 1396-1399 1402-1403 1406-1431 1442-1463 1468-1471 1474-1475 1478-1499 1504-1507 1510-1511 1514-1535 1540-1543 1546-1547 1550-1579 1582-1583 1586-1615 1618-1619 1622-1647 1681-1683 1693"`,
  ));
test('WebAssembly', () =>
  expect(unseenRanges('wasm', 'everything-wasm32.o')).toMatchInlineSnapshot(
    `"0-3 136-138 156-157 268-272 275-279 281-285 287-291 354-357 390-397 522-526 615-629 647-653 841-844 872-875"`,
  ));
