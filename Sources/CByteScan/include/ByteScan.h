// Finds the ends of fields and records in a stretch of delimited text.
//
// One pass, any split: the state carries over from call to call, so that a file gives the same tokens however
// it is cut. The safe twin of this pass is `SafeIndex` in the target CSV; a test holds the two equal.

#ifndef SLUICE_BYTE_SCAN_H
#define SLUICE_BYTE_SCAN_H

#include <stddef.h>
#include <stdint.h>

// A token is one field end: its position in the low 26 bits (the delimiter, CR or LF that ends the field, or
// the end of input), and these flags.
#define BYTE_SCAN_POSITION 0x03FFFFFFu
// A quoted field holds a line break.
#define BYTE_SCAN_BREAK 0x04000000u
// The field began with a quote.
#define BYTE_SCAN_QUOTED 0x08000000u
// Doubled quotes or escaped bytes lie within.
#define BYTE_SCAN_ESCAPED 0x10000000u
// A byte is 0 or above 127.
#define BYTE_SCAN_NOT_PLAIN 0x20000000u
// Bytes follow the closing quote.
#define BYTE_SCAN_TEXT_AFTER_QUOTE 0x40000000u
// The field is the last of its record.
#define BYTE_SCAN_RECORD_END 0x80000000u

// In `byte_scan_record.breaks`: some field of the record has text after its closing quote.
#define BYTE_SCAN_FAULT 0x80000000u

// Tokens that may be written behind the last one, meaning nothing.
#define BYTE_SCAN_SLACK 8

// One whole record.
struct byte_scan_record {
    // Index of its last token.
    uint32_t last_token;
    // Line breaks within its quoted fields, and BYTE_SCAN_FAULT.
    uint32_t breaks;
};

enum byte_scan_mode {
    BYTE_SCAN_OUTSIDE = 0,
    BYTE_SCAN_INSIDE = 1,
    // The last byte was a quote within quotes: the next one says whether it closed the field.
    BYTE_SCAN_AFTER_QUOTE = 2,
    // Behind a closing quote and a byte that may not follow one: literal up to the field's end.
    BYTE_SCAN_LITERAL = 3
};

// What the pass remembers between two calls. Zero is the start of a record, but for delimiter, quote and escape.
struct byte_scan_state {
    uint8_t delimiter;
    uint8_t quote;
    // 0 where quotes are plain data.
    uint8_t has_quote;
    // The byte before a byte that is data whatever it is; `byte_scan_index_escaped` alone looks at it.
    uint8_t escape;
    // Whether the last byte was such an escape.
    uint8_t after_escape;
    // One of `byte_scan_mode`.
    uint8_t mode;
    // Whether the last byte was a CR: a LF that follows belongs to it.
    uint8_t after_cr;
    // Whether the last byte was no line end.
    uint8_t in_line;
    // Position of the first byte of the field in hand; compared for equality alone, so it may wrap.
    uint32_t field_start;
    // Flags of the field in hand.
    uint32_t flags;
    // Line breaks within quotes so far in the record in hand, and BYTE_SCAN_FAULT.
    uint32_t breaks;
    // The same when the quoted field in hand was opened.
    uint32_t breaks_before_field;
};

// What a pass comes to that only counts.
struct byte_scan_counts {
    // Records that ended.
    uint32_t records;
    // Those of them without a byte.
    uint32_t blank;
    // Line breaks within quoted fields of records that ended.
    uint32_t breaks;
    // Fields that ended in the record in hand.
    uint32_t fields;
    // Where the line end begins that ended the last record; meaningless where none ended.
    uint32_t last_end;
};

// Ways to look at 64 bytes at once; each needs what its name says, and all give the same tokens.
enum byte_scan_level { BYTE_SCAN_PORTABLE = 0, BYTE_SCAN_SSE2 = 1, BYTE_SCAN_AVX2 = 2 };

// The best level this processor has.
int byte_scan_best_level(void);

// Indexes `count` bytes, the first of which has the given position.
//
// Tokens and records are added at `*token_count` and `*record_count`, which move on. Room is needed for `count`
// more of each, and for BYTE_SCAN_SLACK tokens behind them. A CR and a LF that follow each other end one record, with one token at the CR.
void byte_scan_index(
    struct byte_scan_state *state, int level, const uint8_t *bytes, size_t count, uint32_t position,
    uint32_t *tokens, uint32_t *token_count, struct byte_scan_record *records, uint32_t *record_count);

// Counts instead: the same records, several times as fast. `counts` are added to, and `last_end` is where the last one
// ended.
void byte_scan_count(
    struct byte_scan_state *state, int level, const uint8_t *bytes, size_t count, uint32_t position,
    struct byte_scan_counts *counts);

// Indexes files whose bytes may be escaped, byte by byte at any level. A CR and a LF behind one escape are
// both data.
void byte_scan_index_escaped(
    struct byte_scan_state *state, const uint8_t *bytes, size_t count, uint32_t position, uint32_t *tokens,
    uint32_t *token_count, struct byte_scan_record *records, uint32_t *record_count);

// Fetches bytes into the cache that will be read soon; any address will do.
static inline void byte_scan_prefetch(const void *bytes) { __builtin_prefetch(bytes); }

// Ends the record in hand at `position`, the end of input, which must not lie inside quotes or behind an escape.
void byte_scan_end_record(
    struct byte_scan_state *state, uint32_t position, uint32_t *tokens, uint32_t *token_count,
    struct byte_scan_record *records, uint32_t *record_count);

// The way back, from fields to text, is in `FieldCopy.h`.

#endif
