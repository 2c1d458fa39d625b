/** Functions that rustc adds to each static library, which call the library's allocator; mangled or demangled. */
const ALLOCATOR_SHIM =
  /(?:^|[_:\d])__(?:rust|rg|rdl)_(?:alloc|dealloc|realloc|alloc_zeroed|alloc_error_handler\w*|no_alloc_shim_is_unstable\w*)(?:v2)?$/;

export const isAllocatorShim = (name: string): boolean => ALLOCATOR_SHIM.test(name);

/** Symbols of the Go runtime, which each C archive defines. */
export const GO_RUNTIME: readonly string[] = [
  '_cgo_topofstack',
  '_cgo_panic',
  'crosscall2',
  'x_cgo_init',
  '_cgo_wait_runtime_init_done',
];

/** Crates that come with the compiler: who has two builds of one of them usually has two compilers. */
export const TOOLCHAIN_CRATES: ReadonlySet<string> = new Set([
  'alloc',
  'compiler_builtins',
  'core',
  'panic_abort',
  'panic_unwind',
  'std',
  'std_detect',
  'unwind',
]);

/** Crates that std depends on, compiled with it. Programs may have builds of their own. */
const DEPENDENCIES_OF_STD: ReadonlySet<string> = new Set([
  'addr2line',
  'adler2',
  'cfg_if',
  'gimli',
  'hashbrown',
  'libc',
  'memchr',
  'miniz_oxide',
  'object',
  'rustc_demangle',
]);

/**
 * Whether the toolchain brings the crate compiled. A dependency of std is the toolchain's if only the toolchain's
 * crates use it.
 *
 * @param users crates that use it
 */
export const comesWithToolchain = (crate: string, users: readonly (string | undefined)[]): boolean =>
  TOOLCHAIN_CRATES.has(crate) ||
  (DEPENDENCIES_OF_STD.has(crate) &&
    users.length > 0 &&
    users.every(
      (user) => user !== undefined && (TOOLCHAIN_CRATES.has(user) || DEPENDENCIES_OF_STD.has(user)),
    ));
