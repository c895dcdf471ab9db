#define _GNU_SOURCE
#include "FileWrite.h"

#include <fcntl.h>

int file_write_begin(int descriptor, int64_t offset, int64_t count) {
    return sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
