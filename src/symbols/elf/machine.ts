import type { ElfHeader } from './header.js';

/** e_machine → the name people use, where class and byte order do not change it. */
const NAMES: Record<number, string> = {
  3: 'i386',
  4: 'm68k',
  18: 'sparc32plus',
  20: 'ppc',
  42: 'sh4',
  43: 'sparc64',
  50: 'ia64',
  83: 'avr',
  92: 'or1k',
  94: 'xtensa',
  105: 'msp430',
  113: 'nios2',
  164: 'hexagon',
  189: 'microblaze',
  224: 'amdgpu',
  247: 'bpf',
  251: 've',
  252: 'csky',
  36902: 'alpha',
};

/** Machines of which one number means several, by class and byte order. */
const FAMILIES: Readonly<Partial<Record<number, (is64: boolean, littleEndian: boolean) => string>>> = {
  2: (_, littleEndian) => (littleEndian ? 'sparcel' : 'sparc'),
  8: (is64, littleEndian) => `mips${is64 ? '64' : ''}${littleEndian ? 'el' : ''}`,
  15: (is64) => (is64 ? 'hppa64' : 'hppa'),
  21: (_, littleEndian) => (littleEndian ? 'ppc64le' : 'ppc64'),
  22: (is64) => (is64 ? 's390x' : 's390'),
  40: (_, littleEndian) => (littleEndian ? 'arm' : 'armeb'),
  62: (is64) => (is64 ? 'x86-64' : 'x32'),
  183: (is64, littleEndian) => `arm64${is64 ? '' : '_32'}${littleEndian ? '' : '_be'}`,
  243: (is64) => (is64 ? 'riscv64' : 'riscv32'),
  258: (is64) => (is64 ? 'loongarch64' : 'loongarch32'),
};

/** The user-visible name of the machine; objects with one name can always be linked together. */
export const elfMachine = ({
  machine,
  bits,
  littleEndian,
}: Pick<ElfHeader, 'machine' | 'bits' | 'littleEndian'>): string =>
  FAMILIES[machine]?.(bits === 64, littleEndian) ?? NAMES[machine] ?? `ELF machine ${machine}`;
