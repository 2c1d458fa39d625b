/** Names by which C and C++ code allocates and frees: a library that replaces one has to replace them all. */
const ALLOCATION =
  /^(?:malloc|free|calloc|realloc|reallocarray|cfree|valloc|pvalloc|memalign|aligned_alloc|posix_memalign|malloc_usable_size|malloc_stats|malloc_trim|mallopt|mallinfo2?|_Zn[wa][mjy]\w*|_Zd[la]Pv\w*)$/;

/** @param name as C spells it */
export const isAllocatorName = (name: string): boolean => ALLOCATION.test(name);
