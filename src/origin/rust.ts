import type { Origin, Runtime } from './runtime.js';

const SUFFIX = '.rcgu.o';
/** `tokio-0e75155f874fab56`: a crate and the hash that cargo (or -C extra-filename) gave this build of it. */
const INSTANCE = /^([A-Za-z_][A-Za-z0-9_]*)-([0-9a-f]{16})$/;

/**
 * rustc's codegen units:
 *
 *     [<outer>-<hash>.]<crate>-<hash>.<crate>.<hash>-cgu.N.rcgu.o[.rcgu.o]
 *     <crate>-<hash>.<opaque>.rcgu.o                        allocator shim, and all units of newer compilers
 *
 * A static library built with thin LTO puts itself before every foreign unit and `.rcgu.o` behind it once more. Neither
 * hash is one of content: an edited crate keeps both, so an equal name proves nothing by itself.
 */
function recognise(memberName: string): Origin | null {
  if (!memberName.endsWith(SUFFIX)) return null;
  let stem = memberName.slice(0, -SUFFIX.length);
  const isDoubled = stem.endsWith(SUFFIX);
  if (isDoubled) stem = stem.slice(0, -SUFFIX.length);
  const parts = stem.split('.');
  const first = INSTANCE.exec(parts[0]);
  if (!first || parts.length < 2) return null;
  const second = INSTANCE.exec(parts[1]);
  const hasOuter = second !== null && parts.length > 2;
  const [, crate, build] = hasOuter ? second : first;
  return {
    runtime: 'rust',
    crate,
    build,
    unit: parts.slice(hasOuter ? 2 : 1).join('.'),
    isRewritten: hasOuter || isDoubled,
  };
}

/** v0 names (`_R…`), and legacy ones: `_ZN…17h<16 hex digits>E`, with what LLVM appends. */
function isPrivateName(name: string): boolean {
  return name.startsWith('_R') || (name.startsWith('_ZN') && /17h[0-9a-f]{16}E/.test(name));
}

/** Plain in older compilers, mangled into the compiler's own crate in newer ones: `_RNvCs…_7___rustc12___rust_alloc`. */
const SHIM_NAME =
  /^(_R\w+_7___rustc\d+_)?__rust_(alloc|dealloc|realloc|alloc_zeroed|alloc_error_handler\w*|no_alloc_shim_is_unstable\w*)$/;
/** What the default allocator's entry points are, and, where LTO put them into the shim, what they call. */
const DEFAULT_ALLOCATOR =
  /^(_R\w+_7___rustc\d+_)?__rdl_\w+$|^(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|memcpy|memset|memmove|bzero)$/;

/**
 * rustc puts one allocator shim into each static library: five jumps to the allocator that the library chose. Shims that
 * lead to the default allocator do the same, however LTO wrote them; one that leads to a `#[global_allocator]` does not.
 */
function role(defined: readonly string[], referenced: readonly string[]): string | null {
  const isShim = defined.length > 0 && defined.every((name) => SHIM_NAME.test(name));
  if (!isShim || !referenced.every((name) => DEFAULT_ALLOCATOR.test(name))) return null;
  return `default allocator shim ${[...defined].sort().join(' ')}`;
}

export const rust: Runtime = { id: 'rust', recognise, role, isPrivateName };
