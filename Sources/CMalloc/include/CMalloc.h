// How the process keeps memory that was freed; Swift does not see these settings of the C library.

#ifndef SLUICE_CMALLOC_H
#define SLUICE_CMALLOC_H

// Has blocks of up to `block_bytes` come from one memory for all threads, which the process keeps but for what is free
// at its end beyond `kept_bytes`. Call it before there are other threads.
void keep_freed_memory(int block_bytes, int kept_bytes);

// Gives all of it back to the system that is free now, where it has been kept: behind a stage that needed more than the
// next one will, or other memory.
void give_back_freed_memory(void);

#endif
