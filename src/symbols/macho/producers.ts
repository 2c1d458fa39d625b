import { append } from '../../bytes/append.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { readMachoHeader } from './header.js';

const LC_VERSION_MIN: Record<number, string> = {
  36: 'macos',
  37: 'ios',
  47: 'tvos',
  48: 'watchos',
};
const LC_BUILD_VERSION = 0x32;
/** PLATFORM_* of mach-o/loader.h, from 1. */
const PLATFORMS = [
  'macos',
  'ios',
  'tvos',
  'watchos',
  'bridgeos',
  'mac catalyst',
  'ios simulator',
  'tvos simulator',
  'watchos simulator',
  'driverkit',
  'visionos',
  'visionos simulator',
];
/** TOOL_*, from 1. */
const TOOLS = ['clang', 'swift', 'ld', 'lld'];

/**
 * The platform that an object was built for, with its least version and SDK, and the tools' versions where they say.
 *
 *     LC_VERSION_MIN_*   version 8   sdk 12
 *     LC_BUILD_VERSION   platform 8   minos 12   sdk 16   ntools 20   then { tool, version } each
 */
export function machoProducers(object: ByteSource): readonly string[] {
  const { commands, commandCount } = readMachoHeader(object);
  const producers: string[] = [];
  for (let index = 0, at = 0; index < commandCount; index++) {
    const kind = commands.u32(at);
    const size = commands.u32(at + 4);
    if (size < 8) throw commands.error(at, `load command ${index} of ${size} bytes`);
    const command = commands.slice(at, size, `load command ${index}`);
    if (kind in LC_VERSION_MIN) producers.push(platformText(LC_VERSION_MIN[kind], command, 8));
    else if (kind === LC_BUILD_VERSION) append(producers, buildVersion(command));
    at += size;
  }
  return producers;
}

function buildVersion(command: ByteView): string[] {
  const number = command.u32(8);
  const platform = PLATFORMS[number - 1] ?? `platform ${number}`;
  const texts = [platformText(platform, command, 12)];
  for (let tool = 0, at = 24; tool < command.u32(20); tool++, at += 8) {
    const id = command.u32(at);
    texts.push(`${TOOLS[id - 1] ?? `tool ${id}`} ${versionText(command.u32(at + 4))}`);
  }
  return texts;
}

function platformText(platform: string, command: ByteView, at: number): string {
  const sdk = command.u32(at + 4);
  return `a compiler for ${platform} ${versionText(command.u32(at))}${sdk === 0 ? '' : ` (SDK ${versionText(sdk)})`}`;
}

/** `xxxx.yy.zz`, in nibbles of hexadecimal. */
function versionText(version: number): string {
  const parts = [version >>> 16, (version >>> 8) & 0xff, version & 0xff];
  return (parts[2] === 0 ? parts.slice(0, 2) : parts).join('.');
}
