import { UnreadableError } from '../object-format.js';
import type { BitcodeGlobal, BitcodeModule } from './module.js';

/** The target by the triple and the data layout of a module. */
export interface BitcodeTarget {
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** The data layout's `m:` — e ELF, o Mach-O, w COFF, x COFF of x86, l GOFF, a XCOFF. */
  readonly mangling: string;
}

/** Architectures of LLVM's triples whose name is not the one that our other formats give. */
const MACHINES: readonly (readonly [RegExp, string])[] = [
  [/^i[3-9]86$/, 'i386'],
  [/^(x86_64|amd64)/, 'x86-64'],
  [/^(arm64ec|aarch64ec)$/, 'arm64ec'],
  [/^arm64_32$/, 'arm64_32'],
  [/^aarch64_be$/, 'arm64_be'],
  [/^(arm64|aarch64)/, 'arm64'],
  [/^(armeb|thumbeb)/, 'armeb'],
  [/^(arm|thumb|xscale)/, 'arm'],
  [/^powerpc64le$|^ppc64le$/, 'ppc64le'],
  [/^powerpc64$|^ppc64$/, 'ppc64'],
  [/^powerpc$|^ppc$|^ppc32$/, 'ppc'],
  [/^sparcv9$|^sparc64$/, 'sparc64'],
  [/^mipsisa32r6$/, 'mips'],
  [/^mipsisa32r6el$/, 'mipsel'],
  [/^mipsisa64r6$/, 'mips64'],
  [/^mipsisa64r6el$/, 'mips64el'],
];

export function targetOf({ triple, dataLayout }: BitcodeModule): BitcodeTarget {
  const [architecture, ...rest] = triple.split('-');
  const known = MACHINES.find(([pattern]) => pattern.test(architecture))?.[1] ?? architecture;
  const fields = dataLayout.split('-');
  const isNarrow = fields.some((field) => field.startsWith('p:32'));
  const bits =
    fields.some((field) => field.startsWith('p:64')) || (!isNarrow && /64|s390x/.test(architecture))
      ? 64
      : 32;
  const isX32 = known === 'x86-64' && (rest.at(-1)?.endsWith('x32') ?? false);
  return {
    machine: isX32 ? 'x32' : known,
    bits,
    littleEndian: fields[0] !== 'E',
    mangling: fields.find((field) => field.startsWith('m:'))?.slice(2) ?? '',
  };
}

const X86_STDCALL = 64;
const X86_FASTCALL = 65;
const X86_VECTORCALL = 80;

/** The name that native code would have (llvm::Mangler). */
export function mangledName({ mangling }: BitcodeTarget, { name, callingConvention }: BitcodeGlobal): string {
  if (name.startsWith('\x01')) return name.slice(1);
  if (mangling === 'x' || mangling === 'w') {
    const isSuffixed =
      callingConvention === X86_VECTORCALL ||
      (mangling === 'x' && [X86_STDCALL, X86_FASTCALL].includes(callingConvention));
    // The suffix counts the bytes of the arguments, which only the types tell.
    if (isSuffixed && !name.startsWith('?'))
      throw new UnreadableError(`bitcode without a symbol table, and a name (${name}) that depends on types`);
    return mangling === 'x' && !name.startsWith('?') ? `_${name}` : name;
  }
  return mangling === 'o' ? `_${name}` : name;
}
