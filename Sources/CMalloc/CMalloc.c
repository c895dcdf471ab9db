#include "CMalloc.h"

#if defined(__linux__)
#include <malloc.h>
#endif

#if defined(__GLIBC__)
static int is_kept;
#endif

void keep_freed_memory(int block_bytes, int kept_bytes) {
#if defined(__GLIBC__)
    is_kept = 1;
    // With a memory for each thread, what one lane allocates and another frees piles up: 100 MB in an import.
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, block_bytes);
    mallopt(M_TRIM_THRESHOLD, kept_bytes);
#else
    (void)block_bytes;
    (void)kept_bytes;
#endif
}

void give_back_freed_memory(void) {
#if defined(__GLIBC__)
    if (is_kept) malloc_trim(0);
#endif
}
