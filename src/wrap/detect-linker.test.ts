import { describe, expect, test } from 'vitest';
import { linkerOf } from './detect-linker.js';

describe('the linker that answers to --version', () => {
  test.each([
    ['/usr/bin/ld.lld', 'Debian LLD 14.0.6 (compatible with GNU linkers)', 'lld-14'],
    ['/usr/bin/ld.lld-19', 'Debian LLD 19.1.7 (compatible with GNU linkers)', 'lld'],
    [
      '/usr/bin/ld',
      'LLD 19.1.7 (FreeBSD llvmorg-19.1.7-0-gcd708029e0b2) (compatible with GNU linkers)',
      'lld',
    ],
    ['/usr/bin/ld64.lld', 'Debian LLD 16.0.6', 'ld64.lld-16'],
    ['/usr/bin/ld64.lld-22', 'Debian LLD 22.1.0', 'ld64.lld'],
    ['lld-macho', 'LLD 14.0.0', 'ld64.lld-16'],
    ['C:\\llvm\\lld-link.exe', 'LLD 18.1.8', 'lld-link-19'],
    ['wasm-ld-14', 'Debian LLD 14.0.6', 'wasm-ld-16'],
    ['wasm-ld', 'LLD 20.1.0', 'wasm-ld'],
    ['ld', 'GNU ld (GNU Binutils for Debian) 2.40', 'gnu-ld'],
    ['x86_64-w64-mingw32-ld', 'GNU ld (GNU Binutils) 2.40', 'mingw-ld'],
    ['ld.gold', 'GNU gold (GNU Binutils for Debian 2.40) 1.16', 'gold'],
    ['ld', 'mold 2.30.0 (compatible with GNU ld)', 'mold'],
    ['ld', '@(#)PROGRAM:ld PROJECT:ld64-951.9', 'ld64'],
    ['ld', '@(#)PROGRAM:ld  PROJECT:ld-1015.7', 'ld-prime'],
    ['/opt/wild', 'Wild 0.8.0 (compatible with GNU linkers)', 'wild'],
    ['link.exe', 'Microsoft (R) Incremental Linker Version 14.40.33811.0', 'link.exe'],
    ['ld', 'Another linker', null],
    ['mold', '', 'mold'],
  ])('%s: %s', (path, version, linker) => expect(linkerOf(path, version)).toBe(linker));
});
