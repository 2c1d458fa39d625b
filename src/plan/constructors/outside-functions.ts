import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';

/*
 * Effects of functions and variables outside of the inputs that constructors commonly use: of the C library, the C++
 * runtime and the operating system. They decide whether two constructors may be reordered.
 */

/** Reads the environment. */
export const READS_ENVIRONMENT = 1;
/**
 * Has effects outside the program's memory: writes to a stream, or requests more than memory from the kernel. Calls
 * nothing back.
 */
export const ACTS_OUTSIDE = 2;
/** Initialises the C++ standard streams, which counts how often it is done. */
export const INITIALISES_STREAMS = 4;
/** May do anything that it can reach. */
export const UNKNOWN = 8;

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Functions that allocate, lock, register, work only on their arguments, or abort the program. */
const HARMLESS = new Set(
  words(`
  malloc calloc realloc free aligned_alloc posix_memalign memalign valloc pvalloc reallocarray malloc_usable_size
  malloc_size strdup strndup mallocx rallocx dallocx sdallocx nallocx _aligned_malloc _aligned_free _msize
  mmap mmap64 munmap mremap madvise posix_madvise mprotect mlock munlock
  HeapAlloc HeapReAlloc HeapFree GetProcessHeap VirtualAlloc VirtualFree
  memcpy memmove memset memcmp memchr memrchr memmem mempcpy bcmp bzero bcopy explicit_bzero
  strlen strnlen strcmp strncmp strcasecmp strncasecmp strchr strrchr strchrnul strstr strspn strcspn strpbrk
  strcpy strncpy stpcpy strcat strncat strtol strtoul strtoll strtoull strtod strtof atoi atol atoll atof
  isalpha isdigit isspace toupper tolower abs labs
  __memcpy_chk __memmove_chk __memset_chk __strcpy_chk __strncpy_chk __strcat_chk __strlen_chk
  __isoc99_sscanf __isoc23_sscanf sscanf __isoc23_strtol __isoc23_strtoul __isoc23_strtoll __isoc23_strtoull
  abort __stack_chk_fail __stack_chk_guard __assert_fail __assert_rtn __fortify_fail __chk_fail
  _Unwind_Resume _Unwind_RaiseException _Unwind_DeleteException _Unwind_GetIP
  __cxa_atexit __cxa_thread_atexit __cxa_thread_atexit_impl atexit __dso_handle
  __cxa_begin_catch __cxa_end_catch __cxa_throw __cxa_rethrow __cxa_allocate_exception __cxa_free_exception
  __cxa_pure_virtual __cxa_deleted_virtual __cxa_guard_acquire __cxa_guard_release __cxa_guard_abort
  __gxx_personality_v0 __gxx_personality_seh0 __CxxFrameHandler3 _CxxThrowException __std_terminate
  _ZSt9terminatev _ZSt15get_new_handlerv
  sem_init sem_destroy sem_wait sem_trywait sem_post sched_yield
  InitializeCriticalSection InitializeCriticalSectionAndSpinCount DeleteCriticalSection EnterCriticalSection
  LeaveCriticalSection InitializeSRWLock AcquireSRWLockExclusive ReleaseSRWLockExclusive TlsAlloc TlsGetValue TlsSetValue
  _Init_thread_header _Init_thread_footer _Init_thread_abort _Init_thread_epoch
  __errno_location __error _errno ___errno __errno
  clock_gettime gettimeofday time clock nanosleep usleep sleep
  sysconf getpagesize get_nprocs sysinfo getrusage getauxval __getauxval getpid gettid getppid getuid geteuid
  stdin stdout stderr __stdinp __stdoutp __stderrp
  _GLOBAL_OFFSET_TABLE_ _DYNAMIC __tls_get_addr __ehdr_start __executable_start __ImageBase _tls_index _fltused
  __stack_pointer __memory_base __table_base __tls_base __indirect_function_table __linear_memory __heap_base
  __security_cookie __security_check_cookie __chkstk ___chkstk_ms __dyld_private dyld_stub_binder
  `),
);

const HARMLESS_PATTERNS: readonly RegExp[] = [
  // Threads, their locks and their data; not what ends or interrupts a thread.
  /^pthread_(?!exit$|kill$|cancel$|sigqueue$)\w+$/,
  // Arithmetic that the machine lacks, atomics, helpers of calls and stacks.
  /^__[a-z]+?(qi|hi|si|di|ti|hf|bf|sf|df|xf|tf|kf|sc|dc|xc|tc)+\d?$/,
  /^__(atomic|sync|aarch64|aeabi|gnu_[hf]2|x86_indirect_thunk|x86_return_thunk|x86\.get_pc_thunk|cpu_model|cpu_indicator)\w*/,
  // Of C++: new and delete; tables of types; strings, trees and hashes, which work on their arguments alone.
  /^_Z(n[wa][jmy]|d[la]P)/,
  /^_ZT[VIS]/,
  /^_ZNK?(St7__cxx1112basic_stringI[cw]|Ss\d|Ss[CD])/,
  /^_ZSt\d+(_Rb_tree_|__throw_|_Hash_bytes|_Fnv_hash_bytes)/,
  /^_ZNKSt8__detail20_Prime_rehash_policy/,
  /^_ZNSt8__detail15_List_node_base/,
];

const OF_THE_ENVIRONMENT = new Set(words('getenv secure_getenv __secure_getenv environ __environ _environ'));

const ACTING = new Set(
  words(`
  printf fprintf dprintf vprintf vfprintf vdprintf puts putchar putc _IO_putc fputs fputc fwrite fflush perror
  puts_unlocked putchar_unlocked putc_unlocked fputs_unlocked fputc_unlocked fwrite_unlocked
  __printf_chk __fprintf_chk __vprintf_chk __vfprintf_chk __dprintf_chk __mingw_printf __mingw_fprintf
  write writev pwrite syscall prctl
  `),
);

/** libstdc++'s and libc++'s, whose only state is a count. */
const STREAMS = /^_Z(NSt(3__1)?8ios_base4Init[CD]\dEv|St21ios_base_library_initv)$/;

/** @param name as C spells it */
export function outsideEffect(name: string): number {
  if (HARMLESS.has(name)) return 0;
  if (OF_THE_ENVIRONMENT.has(name)) return READS_ENVIRONMENT;
  if (ACTING.has(name)) return ACTS_OUTSIDE;
  if (STREAMS.test(name)) return INITIALISES_STREAMS;
  return HARMLESS_PATTERNS.some((pattern) => pattern.test(name)) ? 0 : UNKNOWN;
}

/** Whether the order of two sets of effects can be seen. */
export function doEffectsInteract(one: number, other: number): boolean {
  return isSeenBy(one, other) || isSeenBy(other, one);
}

function isSeenBy(one: number, other: number): boolean {
  if (one & UNKNOWN) return other !== 0;
  return (one & ACTS_OUTSIDE) !== 0 && (other & (ACTS_OUTSIDE | INITIALISES_STREAMS)) !== 0;
}

/** Functions that libraries outside of the inputs call by name, so that they use the program's own definition. */
export const REPLACEABLE: readonly string[] = words(`
  malloc calloc realloc free aligned_alloc posix_memalign memalign valloc pvalloc malloc_usable_size
  _Znwm _Znam _ZdlPv _ZdaPv _ZdlPvm _ZdaPvm _ZnwmSt11align_val_t _ZdlPvSt11align_val_t
`);

/** Names that linkers define around all sections of a name: code that uses them may access sections of every file. */
const ENCLOSING =
  /^(__(start|stop)_|__(preinit|init|fini)_array_(start|end)$|__(CTOR|DTOR)_(LIST|END)__|(section|segment)\$(start|end)\$)/;

export const isEnclosing = (name: string): boolean => ENCLOSING.test(name);

/**
 * Whether no library outside of the line defines a name that has only weak references. A closed line names all
 * libraries except those that drivers add; on ELF those define no name with a capital letter that does not begin with
 * an underscore.
 */
export function isNeverOutside(
  { graph, line }: { readonly graph: LinkGraph; readonly line: LinkLine },
  name: string,
): boolean {
  const isClosed =
    line.missingLibraries.length === 0 &&
    !line.exportsSymbols &&
    line.roots.every(({ reason }) => reason !== 'open-world');
  return isClosed && graph.inputs.format === 'elf' && /^[A-Za-z]\w*[A-Z]|^[A-Z]/.test(name);
}
