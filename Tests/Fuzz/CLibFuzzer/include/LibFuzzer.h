// The one entry of LLVM's libFuzzer, for a program with a `main` of its own.

#ifndef SLUICE_LIB_FUZZER_H
#define SLUICE_LIB_FUZZER_H

#include <stddef.h>
#include <stdint.h>

// Calls `target` with one input after another, as the arguments say; gives the exit code.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *bytes, size_t count));

#endif
