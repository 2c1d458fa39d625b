/** Numbers of mach-o/loader.h, mach-o/nlist.h and mach-o/reloc.h, under their own names. */

export const MH_MAGIC = 0xfeedface;
export const MH_MAGIC_64 = 0xfeedfacf;
export const MH_OBJECT = 1;
export const MH_DYLIB = 6;
export const MH_DYLIB_STUB = 9;
export const MH_TWOLEVEL = 0x80;
export const MH_SUBSECTIONS_VIA_SYMBOLS = 0x2000;

export const LC_SEGMENT = 0x1;
export const LC_SYMTAB = 0x2;
export const LC_SEGMENT_64 = 0x19;
export const LC_DYSYMTAB = 0xb;
export const LC_UUID = 0x1b;
export const LC_DATA_IN_CODE = 0x29;
export const LC_DYLD_INFO = 0x22;
export const LC_LINKER_OPTION = 0x2d;
export const LC_LINKER_OPTIMIZATION_HINT = 0x2e;
export const LC_REEXPORT_DYLIB = 0x8000001f;
export const LC_DYLD_INFO_ONLY = 0x80000022;
export const LC_DYLD_EXPORTS_TRIE = 0x80000033;

export const SECTION_TYPE = 0xff;
export const S_REGULAR = 0x0;
export const S_ZEROFILL = 0x1;
export const S_MOD_INIT_FUNC_POINTERS = 0x9;
export const S_MOD_TERM_FUNC_POINTERS = 0xa;
export const S_COALESCED = 0xb;
export const S_GB_ZEROFILL = 0xc;
export const S_INTERPOSING = 0xd;
export const S_DTRACE_DOF = 0xf;
export const S_THREAD_LOCAL_REGULAR = 0x11;
export const S_THREAD_LOCAL_ZEROFILL = 0x12;
export const S_THREAD_LOCAL_VARIABLES = 0x13;
export const S_THREAD_LOCAL_INIT_FUNCTION_POINTERS = 0x15;
export const S_INIT_FUNC_OFFSETS = 0x16;

export const S_ATTR_PURE_INSTRUCTIONS = 0x80000000;
export const S_ATTR_NO_TOC = 0x40000000;
export const S_ATTR_DEBUG = 0x02000000;
export const S_ATTR_SOME_INSTRUCTIONS = 0x00000400;

export const N_STAB = 0xe0;
export const N_PEXT = 0x10;
export const N_TYPE = 0x0e;
export const N_EXT = 0x01;
export const N_UNDF = 0x0;
export const N_ABS = 0x2;
export const N_INDR = 0xa;
export const N_PBUD = 0xc;
export const N_SECT = 0xe;

export const N_NO_DEAD_STRIP = 0x20;
export const N_WEAK_REF = 0x40;
export const N_WEAK_DEF = 0x80;
export const N_ALT_ENTRY = 0x200;

export const R_SCATTERED = 0x80000000;

export const CPU_TYPE_MC680X0 = 6;
export const CPU_TYPE_X86 = 7;
export const CPU_TYPE_ARM = 12;
export const CPU_TYPE_POWERPC = 18;
export const CPU_ARCH_ABI64 = 0x01000000;
export const CPU_ARCH_ABI64_32 = 0x02000000;
export const CPU_SUBTYPE_ARM64E = 2;

/** Of an undefined symbol the upper byte of n_desc says whose it is: from here on not that of one library. */
export const DYNAMIC_LOOKUP_ORDINAL = 0xfe;

export const EXPORT_SYMBOL_FLAGS_KIND_MASK = 0x03;
export const EXPORT_SYMBOL_FLAGS_KIND_THREAD_LOCAL = 0x01;
export const EXPORT_SYMBOL_FLAGS_WEAK_DEFINITION = 0x04;

/** Ends the name of the local symbol that a thread-local variable begins as. */
export const FIRST_VALUE = '$tlv$init';
