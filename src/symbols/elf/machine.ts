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

/** The machine as a user names it; one name never covers objects that a linker would not mix. */
export function elfMachine({ machine, bits, littleEndian }: ElfHeader): string {
  const is64 = bits === 64;
  switch (machine) {
    case 2:
      return littleEndian ? 'sparcel' : 'sparc';
    case 8:
      return `mips${is64 ? '64' : ''}${littleEndian ? 'el' : ''}`;
    case 15:
      return is64 ? 'hppa64' : 'hppa';
    case 21:
      return littleEndian ? 'ppc64le' : 'ppc64';
    case 22:
      return is64 ? 's390x' : 's390';
    case 40:
      return littleEndian ? 'arm' : 'armeb';
    case 62:
      return is64 ? 'x86-64' : 'x32';
    case 183:
      return `arm64${is64 ? '' : '_32'}${littleEndian ? '' : '_be'}`;
    case 243:
      return is64 ? 'riscv64' : 'riscv32';
    case 258:
      return is64 ? 'loongarch64' : 'loongarch32';
    default:
      return NAMES[machine] ?? `ELF machine ${machine}`;
  }
}
