/**
 * Numbers of the PE/COFF specification (Microsoft's "PE Format": COFF file header, section table, symbol table) and
 * of LLVM's BinaryFormat/COFF.h, under their own names. Only those that a reader of objects needs.
 */

export const IMAGE_FILE_MACHINE_I386 = 0x14c;
export const IMAGE_FILE_MACHINE_ARMNT = 0x1c4;
export const IMAGE_FILE_MACHINE_AMD64 = 0x8664;
export const IMAGE_FILE_MACHINE_ARM64 = 0xaa64;
export const IMAGE_FILE_MACHINE_ARM64EC = 0xa641;
export const IMAGE_FILE_MACHINE_ARM64X = 0xa64e;

export const IMAGE_FILE_EXECUTABLE_IMAGE = 0x2;

export const IMAGE_SCN_CNT_CODE = 0x20;
export const IMAGE_SCN_CNT_UNINITIALIZED_DATA = 0x80;
export const IMAGE_SCN_LNK_INFO = 0x200;
export const IMAGE_SCN_LNK_COMDAT = 0x1000;
export const IMAGE_SCN_LNK_NRELOC_OVFL = 0x01000000;
export const IMAGE_SCN_MEM_DISCARDABLE = 0x02000000;
export const IMAGE_SCN_MEM_EXECUTE = 0x20000000;
export const IMAGE_SCN_MEM_WRITE = 0x80000000;

export const IMAGE_SYM_UNDEFINED = 0;
export const IMAGE_SYM_ABSOLUTE = -1;

export const IMAGE_SYM_CLASS_EXTERNAL = 2;
export const IMAGE_SYM_CLASS_STATIC = 3;
export const IMAGE_SYM_CLASS_FUNCTION = 101;
export const IMAGE_SYM_CLASS_FILE = 103;
export const IMAGE_SYM_CLASS_WEAK_EXTERNAL = 105;

/** The derived type, in the high half of Type's low byte. */
export const IMAGE_SYM_DTYPE_FUNCTION = 2;

export const IMAGE_WEAK_EXTERN_SEARCH_ALIAS = 3;
export const IMAGE_WEAK_EXTERN_ANTI_DEPENDENCY = 4;

export const IMAGE_COMDAT_SELECT_ASSOCIATIVE = 5;

/** Relocations that fill eight bytes; all others fill four or fewer. */
export const IMAGE_REL_AMD64_ADDR64 = 0x1;
export const IMAGE_REL_ARM64_ADDR64 = 0xe;
