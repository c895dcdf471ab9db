// How the process keeps memory that was freed; Swift does not see these settings of the C library.

#ifndef SLUICE_CMALLOC_H
#define SLUICE_CMALLOC_H

// Has blocks of up to `block_bytes` come from memory that the process keeps, and up to `kept_bytes` of what is free at
// its end be kept.
void keep_freed_memory(int block_bytes, int kept_bytes);

#endif
