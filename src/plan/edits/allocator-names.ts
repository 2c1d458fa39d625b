/**
 * Families of functions that must come from one side: only a function of the same side can free memory that one of them
 * allocated.
 */
const FAMILIES: readonly { readonly family: string; readonly names: RegExp }[] = [
  {
    family: 'C allocator',
    names:
      /^(malloc|calloc|realloc|free|cfree|memalign|aligned_alloc|posix_memalign|valloc|pvalloc|reallocarray|malloc_usable_size|malloc_size|strdup|strndup|__libc_(malloc|calloc|realloc|free|memalign))$/,
  },
  { family: 'C++ allocator', names: /^(_Zn[aw][jmy]|_Zd[al]Pv|\?\?[23_][@UV]?)/ },
  {
    family: 'Rust allocator',
    names: /^(_R\w+_7___rustc\d+_)?__(rust|rg)_(alloc|dealloc|realloc|alloc_zeroed)$/,
  },
  { family: 'mimalloc', names: /^mi_/ },
  { family: 'jemalloc', names: /^(je_|_rjem_)/ },
  { family: 'tcmalloc', names: /^tc_(malloc|free|calloc|realloc|new|delete|memalign|posix_memalign)/ },
];

/** The family of allocator functions that a name, as C spells it, belongs to; null for most. */
export const allocatorFamily = (name: string): string | null =>
  isOtherMangled(name) ? null : (FAMILIES.find(({ names }) => names.test(name))?.family ?? null);

/** Whether a mangled name is not one of the names above; most names of an object are not. */
function isOtherMangled(name: string): boolean {
  if (name.startsWith('_R')) return !name.includes('___rustc');
  return name.startsWith('_Z') && name[2] !== 'n' && name[2] !== 'd';
}
