import { llvmTool } from '../shared/llvm.js';

/** A linker that makes a whole output of what a few roots pull in, whatever is undefined. */
export interface SampleLinker {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly root: (name: string) => readonly string[];
  readonly out: (path: string) => readonly string[];
}

export interface LinkSample {
  readonly title: string;
  /** Part of the name of the package. */
  readonly package: string;
  /** The end of the path of the archive in it. */
  readonly file: string;
  /** The architecture, of a universal file. */
  readonly slice?: string;
  /** Roots are defined by members of this format alone. */
  readonly rootsIn?: string;
  readonly linkers: readonly SampleLinker[];
}

const VERSIONS = ['14', '15', '16', '19', '22'];

const UNIX = {
  root: (name: string) => ['-u', name],
  out: (path: string) => ['-o', path],
};

const ofLlvm = (tool: string, args: readonly string[]): SampleLinker[] =>
  VERSIONS.map((version) => ({ name: `${tool} ${version}`, path: llvmTool(version, tool), args, ...UNIX }));

const elfArgs = (emulation: string): string[] => [
  '--defsym=__stack_chk_fail_local=0',
  ...['-m', emulation],
  ...['-z', 'execstack'],
  '--unresolved-symbols=ignore-all',
];

const mold = (emulation: string): SampleLinker => ({
  name: 'mold',
  path: '/usr/bin/mold',
  args: elfArgs(emulation),
  ...UNIX,
});

const elfLinkers = (emulation: string): SampleLinker[] => [
  ...ofLlvm('ld.lld', elfArgs(emulation)),
  mold(emulation),
];

/** Linkers that read the objects of this machine: GNU's too. */
const nativeLinkers = (emulation: string): SampleLinker[] => [
  ...['bfd', 'gold'].map((name) => ({
    name: `ld.${name}`,
    path: `/usr/bin/ld.${name}`,
    args: elfArgs(emulation),
    ...UNIX,
  })),
  ...elfLinkers(emulation),
];

const appleLinkers = (architecture: string, platform: string): SampleLinker[] =>
  ofLlvm('ld64.lld', [
    ...['-arch', architecture],
    ...['-platform_version', platform, '13.0', '13.0'],
    ...['-S', '-dylib', '-flat_namespace'],
    ...['-undefined', 'suppress'],
  ]);

const lldLink = (...more: readonly string[]): SampleLinker[] =>
  VERSIONS.map((version) => ({
    name: `lld-link ${version}`,
    path: llvmTool(version, 'lld-link'),
    args: ['/dll', '/noentry', '/force:unresolved', '/machine:x64', '/Brepro', ...more],
    root: (name) => [`/include:${name}`],
    out: (path) => [`/out:${path}`],
  }));

/** Of each kind of archive one. */
export const SAMPLES: readonly LinkSample[] = [
  {
    title: 'GNU, ELF x86-64',
    package: 'libssl-dev',
    file: 'libcrypto.a',
    linkers: nativeLinkers('elf_x86_64'),
  },
  {
    title: 'GNU, Rust ELF x86-64',
    package: 'perry',
    file: 'libperry_runtime.a',
    linkers: nativeLinkers('elf_x86_64'),
  },
  {
    title: 'GNU, ELF i386',
    package: 'libc6-dev-i386-cross',
    file: 'libm.a',
    linkers: nativeLinkers('elf_i386'),
  },
  {
    title: 'GNU, ELF arm64',
    package: 'libc6-dev-arm64-cross',
    file: 'libm.a',
    linkers: elfLinkers('aarch64linux'),
  },
  {
    title: 'GNU, ELF riscv64',
    package: 'libc6-dev-riscv64-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf64lriscv'),
  },
  {
    title: 'GNU, ELF ppc64le',
    package: 'libc6-dev-ppc64el-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf64lppc'),
  },
  {
    title: 'GNU, ELF s390x',
    package: 'libc6-dev-s390x-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf64_s390'),
  },
  {
    title: 'GNU, ELF mips',
    package: 'libc6-dev-mips-cross',
    file: 'libm.a',
    linkers: ofLlvm('ld.lld', elfArgs('elf32btsmip')),
  },
  {
    title: 'Darwin, Mach-O arm64',
    package: 'skia-apple',
    file: 'libskottie.a',
    slice: 'arm64',
    linkers: appleLinkers('arm64', 'macos'),
  },
  {
    title: 'Darwin, Rust Mach-O x86-64',
    package: 'pairing-crypto',
    file: 'libpairing_crypto_c.a',
    slice: 'x86_64',
    linkers: appleLinkers('x86_64', 'ios'),
  },
  {
    title: 'COFF, import library',
    package: 'sharp-libvips',
    file: 'libvips.lib',
    rootsIn: 'coff-import',
    linkers: lldLink(),
  },
  {
    title: 'GNU, COFF x86-64',
    package: 'libz-mingw',
    file: 'x86_64-w64-mingw32/lib/libz.a',
    linkers: [
      { name: 'mingw ld', path: '/usr/bin/x86_64-w64-mingw32-ld', args: ['-r'], ...UNIX },
      ...lldLink('/lldmingw'),
    ],
  },
  {
    title: 'GNU, WebAssembly',
    package: 'wasi-libc',
    file: 'wasm32-wasi/libc.a',
    linkers: ofLlvm('wasm-ld', ['--no-entry', '--allow-undefined']),
  },
];
