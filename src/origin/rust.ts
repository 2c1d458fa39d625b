import type { Origin, Runtime } from './runtime.js';

const SUFFIX = '.rcgu.o';
/** `3cc3976da558bf9e-cgu`: the crate's identity (name, metadata, compiler), as many hexadecimal digits as it has. */
const IDENTITY = /^([0-9a-f]{1,16})-cgu$/;
/** A unit's name that tells nothing: base 36. */
const OPAQUE = /^[0-9a-z]{16,26}$/;
/**
 * A crate name and the suffix of `-C extra-filename`: a hash of 16 digits (cargo), a decimal hash (Bazel), or nothing.
 */
const STEM = /^([A-Za-z_][A-Za-z0-9_]*)(?:-+([0-9A-Za-z_-]+))?$/;

/**
 * rustc's codegen units:
 *
 *     [<outer>.]<crate>[-<hash>].<crate>.<identity>-cgu.N.rcgu.o[.rcgu.o]
 *     [<outer>.]<crate>[-<hash>].<opaque>.rcgu.o[.rcgu.o]            allocator shim, and all units of newer compilers
 *
 * A static library built with thin LTO prefixes every unit of another crate with its own name and appends a second
 * `.rcgu.o`. Neither hash is a hash of content: an edited crate keeps both, so an equal name alone proves nothing.
 * Members of thin archives are paths.
 */
function recognise(memberName: string): Origin | null {
  const fileName = memberName.slice(Math.max(memberName.lastIndexOf('/'), memberName.lastIndexOf('\\')) + 1);
  if (!fileName.endsWith(SUFFIX)) return null;
  let stem = fileName.slice(0, -SUFFIX.length);
  const isDoubled = stem.endsWith(SUFFIX);
  if (isDoubled) stem = stem.slice(0, -SUFFIX.length);
  const parts = stem.split('.');
  const at = parts.findLastIndex((part) => IDENTITY.test(part));
  const origin = at >= 0 ? ofIdentity(parts, at) : ofHash(parts);
  return origin && { runtime: 'rust', ...origin, isRewritten: origin.isRewritten || isDoubled };
}

type Recognised = Omit<Origin, 'runtime'>;

/** `<crate>[-<hash>].<crate>.<identity>-cgu.N`: the crate is named twice, so that any hash will do. */
function ofIdentity(parts: readonly string[], at: number): Recognised | null {
  const [, identity] = IDENTITY.exec(parts[at]) ?? [];
  const crate = parts[at - 1];
  const named = parts[at - 2];
  if (crate === undefined || named === undefined || !STEM.test(crate)) return null;
  // An own unit bears the name of the output (`-o`), which need not be the crate's.
  const hash = named.startsWith(crate) ? named.slice(crate.length).replace(/^-+/, '') : '';
  return {
    crate,
    build: hash === '' ? identity : hash,
    unit: parts.slice(at - 1).join('.'),
    isRewritten: at > 2,
  };
}

/** `<crate>-<hash>.<anything>`, or without a hash `<crate>.<opaque>`. */
function ofHash(parts: readonly string[]): Recognised | null {
  const first = STEM.exec(parts[0]);
  if (!first || parts.length < 2) return null;
  const second = STEM.exec(parts[1]);
  const hasOuter = second !== null && parts.length > 2 && (isHash(second[2]) || OPAQUE.test(parts[2]));
  const [, crate, build = ''] = hasOuter ? second : first;
  const unit = parts.slice(hasOuter ? 2 : 1).join('.');
  return isHash(build) || OPAQUE.test(unit) ? { crate, build, unit, isRewritten: hasOuter } : null;
}

const isHash = (text: string | undefined): boolean => /^([0-9a-f]{16}|\d{5,20})$/.test(text ?? '');

/** v0 names (`_R…`), and legacy ones: `_ZN…17h<16 hex digits>E`, with what LLVM appends. */
const PRIVATE_NAMES: Runtime['privateNames'] = ['_R*', `_ZN*17h${'#'.repeat(16)}E*`];

/**
 * Plain in older compilers, mangled into the compiler's own crate in newer ones: `_RNvCs…_7___rustc12___rust_alloc`.
 */
const SHIM_NAME =
  /^(_R\w+_7___rustc\d+_)?__rust_(alloc|dealloc|realloc|alloc_zeroed|alloc_error_handler\w*|no_alloc_shim_is_unstable\w*)$/;
/** Entry points of the default allocator, and the functions that they call if LTO inlined them into the shim. */
const DEFAULT_ALLOCATOR =
  /^(_R\w+_7___rustc\d+_)?__rdl_\w+$|^(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|memcpy|memset|memmove|bzero)$/;

/**
 * rustc puts one allocator shim into each static library: five jumps to the allocator that the library chose. Shims
 * that lead to the default allocator do the same, however LTO wrote them; one that leads to a `#[global_allocator]`
 * does not.
 */
function role(defined: readonly string[], referenced: readonly string[]): string | null {
  const isShim = defined.length > 0 && defined.every((name) => SHIM_NAME.test(name));
  if (!isShim || !referenced.every((name) => DEFAULT_ALLOCATOR.test(name))) return null;
  return `default allocator shim ${[...defined].sort().join(' ')}`;
}

export const rust: Runtime = { id: 'rust', recognise, role, privateNames: PRIVATE_NAMES };
