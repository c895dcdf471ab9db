// Copies a field's bytes to where a file is put together, and sees on the way whether they need quotes.
//
// The safe twin is `RecordFormatter` in the target CSV, which looks byte by byte; a test holds the two equal.

#ifndef SLUICE_FIELD_COPY_H
#define SLUICE_FIELD_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Bytes behind a field's room that may be written, meaning nothing.
#define FIELD_COPY_SLACK 16

typedef uint8_t field_copy_bytes __attribute__((vector_size(16)));
typedef uint64_t field_copy_words __attribute__((vector_size(16)));

#define FIELD_COPY_INLINE static inline __attribute__((always_inline))

// 0xFF where one of 16 bytes is the delimiter, the quote, a CR or a LF.
FIELD_COPY_INLINE field_copy_bytes field_copy_marked(field_copy_bytes bytes, uint8_t delimiter, uint8_t quote) {
    return (field_copy_bytes)(bytes == delimiter) | (field_copy_bytes)(bytes == quote)
        | (field_copy_bytes)(bytes == (uint8_t)'\n') | (field_copy_bytes)(bytes == (uint8_t)'\r');
}

FIELD_COPY_INLINE _Bool field_copy_any(field_copy_bytes marked) {
    field_copy_words words = (field_copy_words)marked;
    return (words[0] | words[1]) != 0;
}

// 16 bytes from `from` on, of which `count` are the field's; those behind are whatever lies in memory there, or 0.
//
// Memory is had by pages, so that what lies in the page of a field's byte can be read; where the 16 bytes would go
// on into the next, the field's own alone are.
__attribute__((no_sanitize("address", "thread"))) FIELD_COPY_INLINE field_copy_bytes field_copy_short(
    const uint8_t *from, size_t count
) {
    field_copy_bytes bytes = {0};
    if (((uintptr_t)from & 4095) <= 4096 - 16) {
        __builtin_memcpy(&bytes, from, 16);
    } else {
        for (size_t at = 0; at < count; at++) bytes[at] = from[at];
    }
    return bytes;
}

// Copies `count` bytes, and gives whether a delimiter, a quote, a CR or a LF is among them.
//
// FIELD_COPY_SLACK bytes behind the last may be written as well. Up to 16 bytes are one step whatever their number:
// fields of one column differ in length, and a processor cannot guess which comes next.
FIELD_COPY_INLINE _Bool field_copy(
    uint8_t *to, const uint8_t *from, size_t count, uint8_t delimiter, uint8_t quote
) {
    if (count <= 16) {
        static const uint8_t within[32] = {
            255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        };
        field_copy_bytes bytes = field_copy_short(from, count), mask;
        memcpy(to, &bytes, 16);
        memcpy(&mask, within + 16 - count, 16);
        return field_copy_any(field_copy_marked(bytes, delimiter, quote) & mask);
    }
    field_copy_bytes marked = {0}, bytes;
    size_t last = count - 16;
    for (size_t at = 0; at < last; at += 16) {
        memcpy(&bytes, from + at, 16);
        memcpy(to + at, &bytes, 16);
        marked |= field_copy_marked(bytes, delimiter, quote);
    }
    memcpy(&bytes, from + last, 16);
    memcpy(to + last, &bytes, 16);
    return field_copy_any(marked | field_copy_marked(bytes, delimiter, quote));
}

#endif
