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

/** A language runtime of which a process has one, however many libraries bring it. */
export interface SoleRuntime {
  readonly language: string;
  /** How the libraries are built so that they share one. */
  readonly remedy: string;
  /** Symbols of the runtime, or of the code that a compiler adds to each complete program. */
  readonly names: RegExp;
}

/** Source: cmd/link and runtime of Go, OCaml's startup.ml, GHC's RtsAPI.h, Kotlin/Native's Runtime.cpp, ILCompiler. */
export const SOLE_RUNTIMES: readonly SoleRuntime[] = [
  {
    language: 'Go',
    remedy: 'build one archive from a main package that imports both, with go build -buildmode=c-archive',
    names: /^_?(runtime\.rt0_go|_cgo_init|x_cgo_init|_rt0_\w+_lib)$/,
  },
  {
    language: 'OCaml',
    remedy: 'build one complete object from the modules of both, with ocamlopt -output-complete-obj',
    names: /^_?(caml_startup|caml_program)$/,
  },
  {
    language: 'Haskell',
    remedy: 'build one library from a package that depends on both',
    names: /^_?hs_init$/,
  },
  {
    language: 'Kotlin/Native',
    remedy: 'build one framework or static library from a module that exports both',
    names: /^_?(Kotlin_initRuntimeIfNeeded|kclass:kotlin\.Any)$/,
  },
  {
    language: '.NET',
    remedy: 'build one library from a project that references both, with PublishAot',
    names: /^_?(RhInitialize|__managed__Startup|S_P_CoreLib_System_Object__\w+)$/,
  },
];

/** The runtime that a symbol belongs to, such as Go's; null for most names. */
export const soleRuntimeOf = (name: string): SoleRuntime | null =>
  SOLE_RUNTIMES.find(({ names }) => names.test(name)) ?? null;
