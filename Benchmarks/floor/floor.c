/* The floor: rows that are parsed already, fed to SQLite, and nothing else.
 *
 *     floor OF KEYS TO TABLE KEY COLUMNS JOURNAL ROWS CACHE SORTER
 *
 * OF is a database that sluice made of the same records: TABLE's text, those of its indexes, its page size and its values
 * are taken from there, in the order in which KEYS, a file of a key a line, has them first. All of that is in memory
 * before the clock starts. Then they are written to the new database TO through a virtual table, as many ROWS a transaction,
 * the indexes after the rows. JOURNAL is `wal` or `delete`, COLUMNS are parted by commas, CACHE is in KiB, and so is SORTER,
 * the cache while indexes are made. The last line of the output is JSON: seconds, of the clock and of
 * the processor, and rows. TO may be there already where it
 * is empty but for other tables.
 *
 * Where COLUMNS are the first of the table, rows have values for these alone, as sluice's have then: the table is declared
 * with them until all is written, and as it is in OF afterwards.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_COLUMNS = 64, MOST_INDEXES = 16 };
enum kind { NOTHING, NUMBER, TEXT };

struct value {
    enum kind kind;
    int length;
    union {
        size_t offset; /* of a text's bytes in the arena */
        int64_t number;
    };
};

static struct value *values;
static size_t row_count, row_room;
static char *arena;
static size_t arena_length, arena_room;
static int column_count;
/* The rows that the next statement writes. */
static size_t first_row, end_row;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

static void *grown(void *memory, size_t bytes) {
    memory = realloc(memory, bytes);
    if (!memory) fail("memory", "there is not enough");
    return memory;
}

static void run(sqlite3 *database, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) fail(sql, message);
}

static sqlite3 *opened(const char *path, int flags) {
    sqlite3 *database;
    if (sqlite3_open_v2(path, &database, flags, NULL) != SQLITE_OK) fail(path, sqlite3_errmsg(database));
    return database;
}

static sqlite3_stmt *prepared(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(database));
    return statement;
}

/* Rows into memory. */

static void keep_row(sqlite3_stmt *statement) {
    if (row_count == row_room) {
        row_room = row_room ? row_room * 2 : 1 << 16;
        values = grown(values, row_room * column_count * sizeof *values);
    }
    struct value *row = values + row_count++ * column_count;
    for (int column = 0; column < column_count; column++) {
        struct value *value = row + column;
        switch (sqlite3_column_type(statement, column + 1)) {
        case SQLITE_NULL: *value = (struct value){.kind = NOTHING}; break;
        case SQLITE_INTEGER:
            *value = (struct value){.kind = NUMBER, .number = sqlite3_column_int64(statement, column + 1)};
            break;
        default: {
            const unsigned char *text = sqlite3_column_text(statement, column + 1);
            int length = sqlite3_column_bytes(statement, column + 1);
            if (arena_length + (size_t)length > arena_room) {
                arena_room = (arena_room + (size_t)length) * 2 + (1 << 20);
                arena = grown(arena, arena_room);
            }
            memcpy(arena + arena_length, text, (size_t)length);
            *value = (struct value){.kind = TEXT, .length = length, .offset = arena_length};
            arena_length += (size_t)length;
        }
        }
    }
}

static void read_rows(const char *of, const char *keys, const char *table, const char *key, const char *columns) {
    sqlite3 *database = opened(of, SQLITE_OPEN_READONLY);
    char *sql = sqlite3_mprintf("SELECT id, %s FROM \"%w\" WHERE \"%w\" = ?", columns, table, key);
    sqlite3_stmt *statement = prepared(database, sql);
    sqlite3_stmt *most = prepared(database, sqlite3_mprintf("SELECT coalesce(max(id), 0) FROM \"%w\"", table));
    sqlite3_step(most);
    unsigned char *seen = calloc((size_t)sqlite3_column_int64(most, 0) + 1, 1);
    FILE *file = fopen(keys, "r");
    if (!file || !seen) fail(keys, "cannot be read");
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, file)) >= 0) {
        if (length > 0 && line[length - 1] == '\n') length--;
        sqlite3_bind_text(statement, 1, line, (int)length, SQLITE_STATIC);
        /* A key that sluice rejected is not there; one that comes again was taken before. */
        if (sqlite3_step(statement) == SQLITE_ROW) {
            int64_t id = sqlite3_column_int64(statement, 0);
            if (!seen[id]) keep_row(statement);
            seen[id] = 1;
        }
        sqlite3_reset(statement);
    }
    fclose(file);
    free(line);
    free(seen);
    sqlite3_finalize(statement);
    sqlite3_finalize(most);
    sqlite3_close(database);
}

/* The virtual table. */

struct cursor {
    sqlite3_vtab_cursor base;
    size_t row;
};

static int connect_feed(sqlite3 *database, void *context, int count, const char *const *arguments,
                        sqlite3_vtab **table, char **message) {
    (void)context, (void)count, (void)arguments, (void)message;
    char sql[MOST_COLUMNS * 8] = "CREATE TABLE feed (";
    for (int column = 0; column < column_count; column++) {
        sprintf(sql + strlen(sql), column ? ", c%d" : "c%d", column);
    }
    strcat(sql, ")");
    *table = calloc(1, sizeof **table);
    return *table ? sqlite3_declare_vtab(database, sql) : SQLITE_NOMEM;
}

static int disconnect_feed(sqlite3_vtab *table) {
    free(table);
    return SQLITE_OK;
}

static int plan_feed(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    info->estimatedCost = 1;
    return SQLITE_OK;
}

static int open_feed(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
    (void)table;
    *cursor = calloc(1, sizeof(struct cursor));
    return *cursor ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_feed(sqlite3_vtab_cursor *cursor) {
    free(cursor);
    return SQLITE_OK;
}

static int begin_feed(sqlite3_vtab_cursor *cursor, int plan, const char *name, int count,
                      sqlite3_value **arguments) {
    (void)plan, (void)name, (void)count, (void)arguments;
    ((struct cursor *)cursor)->row = first_row;
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *cursor) {
    ((struct cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *cursor) { return ((struct cursor *)cursor)->row >= end_row; }

static int give_value(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    const struct value *value = values + ((struct cursor *)cursor)->row * column_count + column;
    if (value->kind == TEXT) {
        sqlite3_result_text(context, arena + value->offset, value->length, SQLITE_STATIC);
    } else if (value->kind == NUMBER) {
        sqlite3_result_int64(context, value->number);
    }
    return SQLITE_OK;
}

static int give_row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id) {
    *id = (sqlite3_int64)((struct cursor *)cursor)->row;
    return SQLITE_OK;
}

static sqlite3_module feed = {
    .xCreate = connect_feed, .xConnect = connect_feed, .xBestIndex = plan_feed, .xDisconnect = disconnect_feed,
    .xDestroy = disconnect_feed, .xOpen = open_feed, .xClose = close_feed, .xFilter = begin_feed, .xNext = next_row,
    .xEof = is_at_end, .xColumn = give_value, .xRowid = give_row_id,
};

/* What the new database has of the old one. */

struct schema {
    long long page_bytes;
    char *table;
    char *narrow_table; /* with the written columns alone; NULL where others stand before one of them */
    char *indexes[MOST_INDEXES];
    int index_count;
};

/* Whether a name is one of those in a list that is parted by commas. */
static int is_listed(const char *name, const char *list) {
    size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',')) {
        if (*at == ',') at++;
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == 0)) return 1;
    }
    return 0;
}

static char *narrowed(sqlite3 *database, const char *table, const char *columns) {
    char *sql = sqlite3_mprintf("CREATE TABLE \"%w\" (id INTEGER PRIMARY KEY AUTOINCREMENT", table);
    sqlite3_stmt *statement = prepared(database, "SELECT name, type FROM pragma_table_info(?) WHERE cid > 0 ORDER BY cid");
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    int is_first = 1;
    for (int column = 0; is_first && column < column_count; column++) {
        is_first = sqlite3_step(statement) == SQLITE_ROW;
        if (!is_first) break;
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        is_first = is_listed(name, columns);
        sql = sqlite3_mprintf("%z, \"%w\" %s", sql, name, sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    return is_first ? sqlite3_mprintf("%z) STRICT", sql) : NULL;
}

static struct schema read_schema(const char *of, const char *table, const char *columns) {
    struct schema schema = {0};
    sqlite3 *database = opened(of, SQLITE_OPEN_READONLY);
    sqlite3_stmt *statement = prepared(database, "PRAGMA page_size");
    sqlite3_step(statement);
    schema.page_bytes = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    statement = prepared(database, "SELECT type, sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL");
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *type = (const char *)sqlite3_column_text(statement, 0);
        char *sql = strdup((const char *)sqlite3_column_text(statement, 1));
        if (strcmp(type, "table") == 0) {
            schema.table = sql;
        } else if (strcmp(type, "index") == 0 && schema.index_count < MOST_INDEXES) {
            schema.indexes[schema.index_count++] = sql;
        } else {
            fail(table, "has more than a table and a few indexes");
        }
    }
    if (!schema.table) fail(table, "is not there");
    sqlite3_finalize(statement);
    schema.narrow_table = narrowed(database, table, columns);
    sqlite3_close(database);
    return schema;
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 11) fail("usage", "floor OF KEYS TO TABLE KEY COLUMNS JOURNAL ROWS CACHE SORTER");
    const char *of = arguments[1], *to = arguments[3], *table = arguments[4], *columns = arguments[6];
    size_t rows_a_transaction = strtoull(arguments[8], NULL, 10);
    if (rows_a_transaction == 0) fail(arguments[8], "is no number of rows");
    column_count = 1;
    for (const char *at = columns; *at; at++) column_count += *at == ',';
    if (column_count > MOST_COLUMNS) fail(columns, "are too many columns");
    struct schema schema = read_schema(of, table, columns);
    read_rows(of, arguments[2], table, arguments[5], columns);

    double start = now(CLOCK_MONOTONIC), cpu_start = now(CLOCK_PROCESS_CPUTIME_ID);
    sqlite3 *database = opened(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    run(database, sqlite3_mprintf(
        "PRAGMA page_size = %lld; PRAGMA journal_mode = %s; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF;"
        "PRAGMA cache_size = -%s; PRAGMA wal_autocheckpoint = %lld;",
        schema.page_bytes, arguments[7], arguments[9], (64LL << 20) / schema.page_bytes));
    sqlite3_busy_timeout(database, 30000);
    sqlite3_create_module(database, "feed", &feed, NULL);
    run(database, schema.narrow_table ? schema.narrow_table : schema.table);
    run(database, "CREATE VIRTUAL TABLE temp.feed USING feed");
    char *sql = sqlite3_mprintf("INSERT INTO \"%w\" (%s) SELECT * FROM temp.feed", table, columns);
    sqlite3_stmt *insert = prepared(database, sql);
    for (first_row = 0; first_row < row_count; first_row = end_row) {
        end_row = first_row + rows_a_transaction < row_count ? first_row + rows_a_transaction : row_count;
        run(database, "BEGIN");
        if (sqlite3_step(insert) != SQLITE_DONE) fail(sql, sqlite3_errmsg(database));
        sqlite3_reset(insert);
        run(database, "COMMIT");
    }
    sqlite3_finalize(insert);
    run(database, sqlite3_mprintf("PRAGMA cache_size = -%s; PRAGMA threads = 1", arguments[10]));
    for (int index = 0; index < schema.index_count; index++) run(database, schema.indexes[index]);
    if (schema.narrow_table) {
        run(database, "PRAGMA writable_schema = ON");
        run(database, sqlite3_mprintf(
            "UPDATE sqlite_schema SET sql = %Q WHERE type = 'table' AND name = %Q", schema.table, table));
        run(database, "PRAGMA writable_schema = RESET");
    }
    sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (sqlite3_close(database) != SQLITE_OK) fail(to, "cannot be closed");
    printf("{\"seconds\": %.4f, \"cpuSeconds\": %.4f, \"rows\": %zu}\n", now(CLOCK_MONOTONIC) - start,
           now(CLOCK_PROCESS_CPUTIME_ID) - cpu_start, row_count);
    return 0;
}
