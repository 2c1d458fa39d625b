/** A CPU as Mach-O files name it: `cputype` and `cpusubtype`. */
export interface Cpu {
  readonly type: number;
  readonly subtype: number;
}

/** The high byte of a subtype holds capabilities: 64-bit libraries, the version of arm64e's ABI. */
const SUBTYPE = 0x00ff_ffff;

/** Names as `lipo -archs` prints and `-arch` takes them (cctools/libstuff/arch.c), with mach/machine.h's numbers. */
const ARCHITECTURES: readonly (readonly [name: string, type: number, subtype: number])[] = [
  ['i386', 7, 3],
  ['x86_64', 0x0100_0007, 3],
  ['x86_64h', 0x0100_0007, 8],
  ['arm', 12, 0],
  ['armv4t', 12, 5],
  ['armv6', 12, 6],
  ['armv5', 12, 7],
  ['xscale', 12, 8],
  ['armv7', 12, 9],
  ['armv7f', 12, 10],
  ['armv7s', 12, 11],
  ['armv7k', 12, 12],
  ['armv8', 12, 13],
  ['armv6m', 12, 14],
  ['armv7m', 12, 15],
  ['armv7em', 12, 16],
  ['arm64', 0x0100_000c, 0],
  ['arm64v8', 0x0100_000c, 1],
  ['arm64e', 0x0100_000c, 2],
  ['arm64_32', 0x0200_000c, 1],
  ['ppc', 18, 0],
  ['ppc750', 18, 9],
  ['ppc7400', 18, 10],
  ['ppc7450', 18, 11],
  ['ppc970', 18, 100],
  ['ppc64', 0x0100_0012, 0],
  ['ppc970-64', 0x0100_0012, 100],
  ['m68k', 6, 1],
];

/** The usual name of a CPU: `arm64`, `x86_64h`; `cpu 0x12/0x3` for an unknown one. */
export function architectureName(cpuType: number, cpuSubtype: number): string {
  const subtype = cpuSubtype & SUBTYPE;
  const known = ARCHITECTURES.find(([, type, sub]) => type === cpuType && sub === subtype);
  return known?.[0] ?? `cpu 0x${cpuType.toString(16)}/0x${subtype.toString(16)}`;
}

/** The CPU of that name; undefined for an unknown name. */
export function cpuOf(architecture: string): Cpu | undefined {
  const known = ARCHITECTURES.find(([name]) => name === architecture);
  return known && { type: known[1], subtype: known[2] };
}
