#ifndef SLUICE_FILE_WRITE_H
#define SLUICE_FILE_WRITE_H

#include <stdint.h>

// Has the system begin to write a stretch of a file to the disk, and does not wait for it. (`sync_file_range` stands
// behind a feature macro, which Swift cannot set.)
//
// Gives 0, or -1 with `errno` where the file has no such thing: nothing is lost then but time.
int file_write_begin(int descriptor, int64_t offset, int64_t count);

#endif
