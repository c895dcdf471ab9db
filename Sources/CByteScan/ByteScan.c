#include "ByteScan.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

// Tokens written at a time.
#define AT_ONCE 8
_Static_assert(AT_ONCE <= BYTE_SCAN_SLACK, "tokens are written into the slack");

// Where the special bytes are among 64: bit i stands for byte i. Bit i of `inside` is the parity of the quotes up to
// byte i.
struct masks {
    uint64_t delimiter, quote, cr, lf, not_plain, inside;
};

// Where the pass writes; its counts stay in registers during a call. A pass that only counts has no tokens and no
// records: `counting` is a constant wherever it is asked.
struct output {
    uint32_t *tokens;
    uint32_t token_count;
    struct byte_scan_record *records;
    uint32_t record_count;
    struct byte_scan_counts counts;
};

// Bits below `i`, for i in 0...63.
INLINE uint64_t below(unsigned i) { return ((uint64_t)1 << i) - 1; }

// Bits from `i` up, for i in 0...64.
INLINE uint64_t from(unsigned i) { return i < 64 ? ~(uint64_t)0 << i : 0; }

INLINE uint64_t bit(uint64_t mask, unsigned i) { return mask >> i & 1; }

// Bit i of the answer is the parity of bits 0...i.
INLINE uint64_t running_parity(uint64_t mask) {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    return mask ^ mask << 32;
}

// Counts records and what lies behind the last of them; `ends` and `line_ends` as for tokens. `blank` marks where a
// line end would end a record without a byte.
INLINE void count_records(
    struct byte_scan_state *s, struct output *out, uint32_t position, uint64_t ends, uint64_t line_ends,
    uint64_t blank
) {
    struct byte_scan_counts *counts = &out->counts;
    if (!line_ends) {
        counts->fields += (uint32_t)__builtin_popcountll(ends);
        return;
    }
    unsigned last = 63 - (unsigned)__builtin_clzll(line_ends);
    counts->records += (uint32_t)__builtin_popcountll(line_ends);
    counts->blank += (uint32_t)__builtin_popcountll(line_ends & blank);
    counts->breaks += s->breaks & ~BYTE_SCAN_FAULT;
    counts->fields = (uint32_t)__builtin_popcountll(ends & from(last + 1));
    counts->last_end = position + last;
    s->breaks = 0;
}

// Marks the tokens of `ends` that end a record, and adds the records. `ends` were written at `first_token`.
INLINE void add_records(
    struct byte_scan_state *s, struct output *out, uint32_t first_token, uint64_t ends, uint64_t line_ends
) {
    while (line_ends) {
        unsigned i = (unsigned)__builtin_ctzll(line_ends);
        uint32_t token = first_token + (uint32_t)__builtin_popcountll(ends & below(i));
        out->tokens[token] |= BYTE_SCAN_RECORD_END;
        out->records[out->record_count++] = (struct byte_scan_record){token, s->breaks};
        s->breaks = 0;
        line_ends &= line_ends - 1;
    }
}

// Writes the tokens of `ends`, none of which lies inside quotes. `after_closing` marks the byte behind each
// closing quote, `doubled` the second of each pair of quotes. What is left open stays in `s->flags`.
INLINE void add_tokens(
    struct byte_scan_state *s, struct output *out, uint32_t position, uint64_t ends, uint64_t after_closing,
    uint64_t doubled, uint64_t not_plain
) {
    uint32_t *token = out->tokens + out->token_count;
    uint32_t carried = s->flags;
    uint64_t left = ends;
    out->token_count += (uint32_t)__builtin_popcountll(ends);
    if (__builtin_expect((not_plain | doubled) == 0, 1)) {
        if (!ends) return;
        // Eight at a time whether there are as many or not: guessing how many costs more than writing them.
        do {
            for (unsigned n = 0; n < AT_ONCE; n++) {
                unsigned i = (unsigned)__builtin_ctzll(left | (uint64_t)1 << 63);
                token[n] = (position + i) | (uint32_t)bit(after_closing, i) * BYTE_SCAN_QUOTED;
                left &= left - 1;
            }
            token[0] |= carried;
            carried = 0;
            token += AT_ONCE;
        } while (left);
        s->flags = 0;
        return;
    }
    while (left) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        *token++ = carried | (position + i) | (uint32_t)bit(after_closing, i) * BYTE_SCAN_QUOTED
            | (not_plain & below(i) ? BYTE_SCAN_NOT_PLAIN : 0) | (doubled & below(i) ? BYTE_SCAN_ESCAPED : 0);
        carried = 0;
        not_plain &= from(i + 1);
        doubled &= from(i + 1);
        left &= left - 1;
    }
    s->flags = carried | (not_plain ? BYTE_SCAN_NOT_PLAIN : 0) | (doubled ? BYTE_SCAN_ESCAPED : 0);
}

// A block without quotes, outside quotes: what most files are made of.
INLINE void plain_block(
    struct byte_scan_state *s, struct output *out, uint32_t position, uint64_t ends, uint64_t line_ends,
    uint64_t swallowed, uint64_t not_plain, uint64_t blank, int counting
) {
    if (counting) {
        count_records(s, out, position, ends, line_ends, blank);
    } else {
        uint32_t first_token = out->token_count;
        add_tokens(s, out, position, ends, 0, 0, not_plain);
        add_records(s, out, first_token, ends, line_ends);
    }
    uint64_t edges = ends | swallowed;
    if (edges) {
        s->field_start = position + 64 - (uint32_t)__builtin_clzll(edges);
        s->mode = BYTE_SCAN_OUTSIDE;
    }
}

// A block whose quotes all stand where a writer puts them: at the edges of fields, or doubled within. Gives 0,
// having changed nothing, where that is not so or a quoted line break needs counting.
INLINE int tidy_block(
    struct byte_scan_state *s, struct output *out, uint32_t position, unsigned count, struct masks m,
    uint64_t line_ends, uint64_t blank, int counting
) {
    if (s->mode == BYTE_SCAN_LITERAL) return 0;
    uint64_t inside = m.inside ^ (s->mode == BYTE_SCAN_INSIDE ? ~(uint64_t)0 : 0);
    uint64_t opening = m.quote & inside;
    uint64_t closing = m.quote & ~inside;
    uint64_t edges = (m.delimiter | m.cr | m.lf) & ~inside;
    uint64_t field_starts = edges << 1 | (s->field_start == position);
    uint64_t last = (uint64_t)1 << (count - 1);
    uint64_t doubled = opening & closing << 1;
    uint64_t stray = opening & ~(field_starts | doubled);
    stray |= closing & ~(edges >> 1 | opening >> 1 | last);
    if (stray | (line_ends & inside)) return 0;

    uint64_t ends = (m.delimiter | line_ends) & ~inside;
    if (counting) {
        count_records(s, out, position, ends, line_ends, blank);
    } else {
        uint32_t first_token = out->token_count;
        add_tokens(s, out, position, ends, closing << 1, doubled, m.not_plain);
        add_records(s, out, first_token, ends, line_ends);
    }
    if (edges) s->field_start = position + 64 - (uint32_t)__builtin_clzll(edges);
    s->mode = inside & last ? BYTE_SCAN_INSIDE
        : closing & last    ? BYTE_SCAN_AFTER_QUOTE
                            : BYTE_SCAN_OUTSIDE;
    if (s->mode != BYTE_SCAN_OUTSIDE) {
        s->flags |= BYTE_SCAN_QUOTED;
        if (s->field_start - position < 64) s->breaks_before_field = s->breaks;
    }
    return 1;
}

INLINE void count_breaks(struct byte_scan_state *s, uint64_t line_ends) {
    if (!line_ends) return;
    s->breaks += (uint32_t)__builtin_popcountll(line_ends);
    s->flags |= BYTE_SCAN_BREAK;
}

// Any other block with quotes: from one special byte to the next through the small state machine, from byte
// `at` on.
INLINE void untidy_block(
    struct byte_scan_state *s, struct output *out, uint32_t position, unsigned count, struct masks m,
    uint64_t line_ends, uint64_t swallowed, unsigned at, uint64_t blank, int counting
) {
    uint64_t not_plain = m.not_plain;
    uint64_t edges = m.delimiter | line_ends | swallowed;
    while (at < count) {
        if (s->mode == BYTE_SCAN_INSIDE) {
            uint64_t quotes = m.quote & from(at);
            if (!quotes) {
                count_breaks(s, line_ends & from(at));
                break;
            }
            unsigned i = (unsigned)__builtin_ctzll(quotes);
            count_breaks(s, line_ends & from(at) & below(i));
            at = i + 1;
            if (at == count) {
                s->mode = BYTE_SCAN_AFTER_QUOTE;
            } else if (bit(m.quote, at)) {
                s->flags |= BYTE_SCAN_ESCAPED;
                at += 1;
            } else if (bit(edges, at)) {
                s->mode = BYTE_SCAN_OUTSIDE;
            } else {
                s->mode = BYTE_SCAN_LITERAL;
                s->flags |= BYTE_SCAN_TEXT_AFTER_QUOTE;
                s->breaks |= BYTE_SCAN_FAULT;
            }
            continue;
        }
        if (s->field_start == position + at && bit(m.quote, at)) {
            s->mode = BYTE_SCAN_INSIDE;
            s->flags |= BYTE_SCAN_QUOTED;
            s->breaks_before_field = s->breaks;
            at += 1;
            continue;
        }
        uint64_t next = edges & from(at);
        if (!next) break;
        unsigned i = (unsigned)__builtin_ctzll(next);
        at = i + 1;
        s->field_start = position + at;
        if (bit(swallowed, i)) continue;
        s->mode = BYTE_SCAN_OUTSIDE;
        if (counting) {
            uint64_t end = (uint64_t)1 << i;
            count_records(s, out, position, end, end & line_ends, blank);
            s->flags = 0;
            continue;
        }
        uint32_t token = out->token_count++;
        out->tokens[token] =
            (position + i) | s->flags | (not_plain & below(i) ? BYTE_SCAN_NOT_PLAIN : 0);
        not_plain &= from(at);
        s->flags = 0;
        if (bit(line_ends, i)) {
            out->tokens[token] |= BYTE_SCAN_RECORD_END;
            out->records[out->record_count++] = (struct byte_scan_record){token, s->breaks};
            s->breaks = 0;
        }
    }
    if (not_plain) s->flags |= BYTE_SCAN_NOT_PLAIN;
}

INLINE void scan_block(
    struct byte_scan_state *s, struct output *out, uint32_t position, unsigned count, struct masks m,
    int counting
) {
    uint64_t swallowed = m.lf & (m.cr << 1 | s->after_cr);
    uint64_t line_ends = m.cr | (m.lf & ~swallowed);
    // Behind a line end a record begins, unless it lies within quotes: the next one then follows a closing quote.
    uint64_t blank = (m.cr | m.lf) << 1 | !s->in_line;
    unsigned at = 0;
    s->in_line = !bit(m.cr | m.lf, count - 1);
    s->after_cr = (uint8_t)bit(m.cr, count - 1);
    if (__builtin_expect(s->mode == BYTE_SCAN_AFTER_QUOTE, 0)) {
        if (bit(m.quote, 0)) {
            s->mode = BYTE_SCAN_INSIDE;
            s->flags |= BYTE_SCAN_ESCAPED;
            m.quote &= ~(uint64_t)1;
            m.inside = ~m.inside;
            at = 1;
        } else if (bit(m.delimiter | line_ends, 0)) {
            s->mode = BYTE_SCAN_OUTSIDE;
        } else {
            s->mode = BYTE_SCAN_LITERAL;
            s->flags |= BYTE_SCAN_TEXT_AFTER_QUOTE;
            s->breaks |= BYTE_SCAN_FAULT;
        }
    }
    if (m.quote == 0) {
        if (s->mode == BYTE_SCAN_INSIDE) {
            count_breaks(s, line_ends);
            if (m.not_plain) s->flags |= BYTE_SCAN_NOT_PLAIN;
        } else {
            plain_block(
                s, out, position, m.delimiter | line_ends, line_ends, swallowed, m.not_plain, blank, counting);
        }
    } else if (!tidy_block(s, out, position, count, m, line_ends, blank, counting)) {
        untidy_block(s, out, position, count, m, line_ends, swallowed, at, blank, counting);
    }
}

// The masks of 64 bytes, byte by byte.
INLINE struct masks portable_masks(
    const uint8_t *bytes, const struct byte_scan_state *s, uint64_t quotes
) {
    struct masks m = {0, 0, 0, 0, 0, 0};
    for (unsigned i = 0; i < 64; i++) {
        uint8_t byte = bytes[i];
        m.delimiter |= (uint64_t)(byte == s->delimiter) << i;
        m.quote |= (uint64_t)(byte == s->quote) << i;
        m.cr |= (uint64_t)(byte == '\r') << i;
        m.lf |= (uint64_t)(byte == '\n') << i;
        m.not_plain |= (uint64_t)(byte == 0 || byte > 127) << i;
    }
    m.quote &= quotes;
    m.inside = running_parity(m.quote);
    return m;
}

#if defined(__x86_64__)
INLINE struct masks sse2_masks(
    const uint8_t *bytes, const struct byte_scan_state *s, uint64_t quotes
) {
    struct masks m = {0, 0, 0, 0, 0, 0};
    __m128i delimiter = _mm_set1_epi8((char)s->delimiter), quote = _mm_set1_epi8((char)s->quote);
    __m128i cr = _mm_set1_epi8('\r'), lf = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
    for (unsigned i = 0; i < 64; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + i));
        m.delimiter |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, delimiter)) << i;
        m.quote |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << i;
        m.cr |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, cr)) << i;
        m.lf |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, lf)) << i;
        // The top bit of a byte is set above 127 already.
        __m128i odd = _mm_or_si128(v, _mm_cmpeq_epi8(v, zero));
        m.not_plain |= (uint64_t)(uint32_t)_mm_movemask_epi8(odd) << i;
    }
    m.quote &= quotes;
    m.inside = running_parity(m.quote);
    return m;
}

#define AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")))

AVX2 INLINE struct masks avx2_masks(
    const uint8_t *bytes, const struct byte_scan_state *s, uint64_t quotes
) {
    struct masks m = {0, 0, 0, 0, 0, 0};
    __m256i delimiter = _mm256_set1_epi8((char)s->delimiter), quote = _mm256_set1_epi8((char)s->quote);
    __m256i cr = _mm256_set1_epi8('\r'), lf = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
    for (unsigned i = 0; i < 64; i += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + i));
        m.delimiter |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, delimiter)) << i;
        m.quote |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, quote)) << i;
        m.cr |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, cr)) << i;
        m.lf |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, lf)) << i;
        __m256i odd = _mm256_or_si256(v, _mm256_cmpeq_epi8(v, zero));
        m.not_plain |= (uint64_t)(uint32_t)_mm256_movemask_epi8(odd) << i;
    }
    m.quote &= quotes;
    // Times all ones, without carries: the running parity in one instruction.
    __m128i parity = _mm_clmulepi64_si128(
        _mm_set_epi64x(0, (long long)m.quote), _mm_set1_epi8((char)0xFF), 0);
    m.inside = (uint64_t)_mm_cvtsi128_si64(parity);
    return m;
}
#endif

// One level's pass. The state is copied, so that writing a token cannot be taken for changing it. A quote that
// is plain data is taken out of the masks; what lies past the input's end, too.
#define DEFINE_PASS(name, attribute, masks_of, counting)                                                \
    attribute static void name(                                                                         \
        struct byte_scan_state *state, const uint8_t *bytes, size_t count, uint32_t position,           \
        struct output *output                                                                           \
    ) {                                                                                                 \
        struct byte_scan_state s = *state;                                                              \
        struct output out = *output;                                                                    \
        uint64_t quotes = s.has_quote ? ~(uint64_t)0 : 0;                                               \
        size_t i = 0;                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                              \
            struct masks m = masks_of(bytes + i, &s, quotes);                                           \
            scan_block(&s, &out, position + (uint32_t)i, 64, m, counting);                              \
        }                                                                                               \
        if (i < count) {                                                                                \
            uint8_t last[64];                                                                           \
            unsigned left = (unsigned)(count - i);                                                      \
            uint64_t valid = below(left);                                                               \
            memcpy(last, bytes + i, left);                                                              \
            memset(last + left, ' ', 64 - left);                                                        \
            struct masks m = masks_of(last, &s, quotes & valid);                                        \
            m.delimiter &= valid;                                                                       \
            m.not_plain &= valid;                                                                       \
            scan_block(&s, &out, position + (uint32_t)i, left, m, counting);                            \
        }                                                                                               \
        /* Counting keeps no flags. */                                                                  \
        if (counting) s.flags = 0;                                                                      \
        *state = s;                                                                                     \
        *output = out;                                                                                  \
    }

DEFINE_PASS(portable_pass, , portable_masks, 0)
DEFINE_PASS(portable_count, , portable_masks, 1)
#if defined(__x86_64__)
DEFINE_PASS(sse2_pass, , sse2_masks, 0)
DEFINE_PASS(sse2_count, , sse2_masks, 1)
DEFINE_PASS(avx2_pass, AVX2, avx2_masks, 0)
DEFINE_PASS(avx2_count, AVX2, avx2_masks, 1)
#endif

int byte_scan_best_level(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt")
        && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul")) {
        return BYTE_SCAN_AVX2;
    }
    return BYTE_SCAN_SSE2;
#else
    return BYTE_SCAN_PORTABLE;
#endif
}

void byte_scan_index(
    struct byte_scan_state *state, int level, const uint8_t *bytes, size_t count, uint32_t position,
    uint32_t *tokens, uint32_t *token_count, struct byte_scan_record *records, uint32_t *record_count
) {
    struct output out = {tokens, *token_count, records, *record_count, {0, 0, 0, 0, 0}};
#if defined(__x86_64__)
    if (level == BYTE_SCAN_AVX2) {
        avx2_pass(state, bytes, count, position, &out);
    } else if (level == BYTE_SCAN_SSE2) {
        sse2_pass(state, bytes, count, position, &out);
    } else {
        portable_pass(state, bytes, count, position, &out);
    }
#else
    (void)level;
    portable_pass(state, bytes, count, position, &out);
#endif
    *token_count = out.token_count;
    *record_count = out.record_count;
}

void byte_scan_count(
    struct byte_scan_state *state, int level, const uint8_t *bytes, size_t count, uint32_t position,
    struct byte_scan_counts *counts
) {
    struct output out = {0, 0, 0, 0, *counts};
#if defined(__x86_64__)
    if (level == BYTE_SCAN_AVX2) {
        avx2_count(state, bytes, count, position, &out);
    } else if (level == BYTE_SCAN_SSE2) {
        sse2_count(state, bytes, count, position, &out);
    } else {
        portable_count(state, bytes, count, position, &out);
    }
#else
    (void)level;
    portable_count(state, bytes, count, position, &out);
#endif
    *counts = out.counts;
}

// One byte through the state machine in which an escape makes the next byte data.
INLINE void escaped_step(struct byte_scan_state *s, struct output *out, uint32_t position, uint8_t byte) {
    // A LF behind a CR belongs to it; where the CR was escaped, so is the LF.
    int belongs_to_cr = s->after_cr && byte == '\n';
    int line_end = byte == '\r' || (byte == '\n' && !belongs_to_cr);
    s->after_cr = byte == '\r';
    s->in_line = byte != '\r' && byte != '\n';
    int is_data = s->after_escape || s->mode == BYTE_SCAN_INSIDE;
    if (!is_data && (byte == s->delimiter || line_end)) {
        uint32_t token = out->token_count++;
        out->tokens[token] = position | s->flags;
        s->mode = BYTE_SCAN_OUTSIDE;
        s->field_start = position + 1;
        s->flags = 0;
        if (!line_end) return;
        out->tokens[token] |= BYTE_SCAN_RECORD_END;
        out->records[out->record_count++] = (struct byte_scan_record){token, s->breaks};
        s->breaks = 0;
        return;
    }
    if (belongs_to_cr && s->field_start == position) {
        s->field_start = position + 1;
        return;
    }
    if (byte == 0 || byte > 127) s->flags |= BYTE_SCAN_NOT_PLAIN;
    if (is_data && line_end) count_breaks(s, 1);
    if (s->after_escape) {
        s->after_escape = 0;
        return;
    }
    int is_quote = s->has_quote && byte == s->quote;
    if (s->mode == BYTE_SCAN_AFTER_QUOTE) {
        s->mode = is_quote ? BYTE_SCAN_INSIDE : BYTE_SCAN_LITERAL;
        s->flags |= is_quote ? BYTE_SCAN_ESCAPED : BYTE_SCAN_TEXT_AFTER_QUOTE;
        if (!is_quote) s->breaks |= BYTE_SCAN_FAULT;
    } else if (is_quote && s->mode == BYTE_SCAN_INSIDE) {
        s->mode = BYTE_SCAN_AFTER_QUOTE;
    } else if (is_quote && s->field_start == position) {
        s->mode = BYTE_SCAN_INSIDE;
        s->flags |= BYTE_SCAN_QUOTED;
        s->breaks_before_field = s->breaks;
    }
    if (byte == s->escape) {
        s->after_escape = 1;
        s->flags |= BYTE_SCAN_ESCAPED;
    }
}

void byte_scan_index_escaped(
    struct byte_scan_state *state, const uint8_t *bytes, size_t count, uint32_t position, uint32_t *tokens,
    uint32_t *token_count, struct byte_scan_record *records, uint32_t *record_count
) {
    struct byte_scan_state s = *state;
    struct output out = {tokens, *token_count, records, *record_count, {0, 0, 0, 0, 0}};
    for (size_t i = 0; i < count; i++) escaped_step(&s, &out, position + (uint32_t)i, bytes[i]);
    *state = s;
    *token_count = out.token_count;
    *record_count = out.record_count;
}

void byte_scan_end_record(
    struct byte_scan_state *state, uint32_t position, uint32_t *tokens, uint32_t *token_count,
    struct byte_scan_record *records, uint32_t *record_count
) {
    uint32_t token = (*token_count)++;
    tokens[token] = position | state->flags | BYTE_SCAN_RECORD_END;
    records[(*record_count)++] = (struct byte_scan_record){token, state->breaks};
    state->mode = BYTE_SCAN_OUTSIDE;
    state->field_start = position;
    state->in_line = 0;
    state->flags = 0;
    state->breaks = 0;
}
