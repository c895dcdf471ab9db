internal import GRDB
internal import Records

/// The tables that hold our own books, beside those of the records.
enum InternalSchema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("user tasks and rejects") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_tasks (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        state TEXT NOT NULL,
                        task TEXT NOT NULL,      -- the user task as JSON
                        plan TEXT NOT NULL,      -- what it does, as JSON: for a resume
                        resume_point TEXT,       -- where a resume goes on, as JSON
                        dialect TEXT,            -- of the source, as JSON: for the reject file
                        header BLOB              -- the source's header with its line end
                    ) STRICT;
                    CREATE TABLE sluice_rejects (
                        task INTEGER NOT NULL REFERENCES sluice_tasks (number),
                        record INTEGER NOT NULL, -- number in the file, from 1
                        line INTEGER NOT NULL,   -- physical line, from 1
                        byte_offset INTEGER NOT NULL,
                        issues TEXT NOT NULL,    -- every reason, in column order, as JSON
                        bytes BLOB NOT NULL,     -- the record as it lay there, with its line end
                        PRIMARY KEY (task, record)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE sluice_duplicates (
                        task INTEGER NOT NULL REFERENCES sluice_tasks (number),
                        record INTEGER NOT NULL,
                        line INTEGER NOT NULL,
                        PRIMARY KEY (task, record)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("record types, fields and input filters") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_types (
                        name TEXT NOT NULL,
                        version INTEGER NOT NULL,
                        document TEXT NOT NULL,      -- YAML, as it was given
                        saved_at INTEGER NOT NULL,   -- milliseconds UTC
                        saved_by TEXT NOT NULL,
                        PRIMARY KEY (name, version)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE sluice_fields (
                        type TEXT NOT NULL,
                        name TEXT NOT NULL,
                        number INTEGER NOT NULL,     -- in the order in which they were added
                        declaration TEXT NOT NULL,   -- YAML, an element of a document's fields
                        saved_at INTEGER NOT NULL,
                        saved_by TEXT NOT NULL,
                        PRIMARY KEY (type, name)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE sluice_filters (
                        name TEXT NOT NULL,
                        version INTEGER NOT NULL,
                        record_type TEXT NOT NULL,
                        document TEXT NOT NULL,
                        saved_at INTEGER NOT NULL,
                        saved_by TEXT NOT NULL,
                        PRIMARY KEY (name, version)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("encoding of the source") { db in
            try db.execute(
                sql: """
                    ALTER TABLE sluice_tasks ADD COLUMN encoding TEXT; -- of the source; NULL is UTF-8
                    ALTER TABLE sluice_tasks ADD COLUMN mark BLOB;     -- what its reject file begins with
                    """)
        }
        migrator.registerMigration("results") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_results (
                        task INTEGER NOT NULL REFERENCES sluice_tasks (number),
                        record INTEGER NOT NULL, -- number in the file of the first of the batch, from 1
                        outcomes BLOB NOT NULL,  -- of the batch's records: see ResultBlob
                        PRIMARY KEY (task, record)
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("export formats") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_formats (
                        name TEXT NOT NULL,
                        version INTEGER NOT NULL,
                        record_type TEXT,            -- NULL: fits any
                        document TEXT NOT NULL,      -- YAML, as it was given
                        saved_at INTEGER NOT NULL,   -- milliseconds UTC
                        saved_by TEXT NOT NULL,
                        PRIMARY KEY (name, version)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("quick search") { db in try db.execute(sql: SearchSchema.books) }
        migrator.registerMigration("saved lists") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_lists (
                        name TEXT NOT NULL,
                        version INTEGER NOT NULL,
                        definition TEXT,             -- as JSON; NULL where the list was deleted
                        saved_at INTEGER NOT NULL,   -- milliseconds UTC
                        saved_by TEXT NOT NULL,
                        PRIMARY KEY (name, version)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("links between types") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_links (
                        name TEXT NOT NULL PRIMARY KEY,
                        document TEXT NOT NULL,      -- YAML, as it was given
                        saved_at INTEGER NOT NULL,   -- milliseconds UTC
                        saved_by TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("journal, rows left alone, settings") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_journal (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        task INTEGER NOT NULL,       -- number of the task that changed the rows
                        table_name TEXT NOT NULL,
                        kind INTEGER NOT NULL,       -- see JournalKind
                        first INTEGER NOT NULL,      -- least id of the page's rows
                        last INTEGER NOT NULL,       -- greatest
                        row_count INTEGER NOT NULL,
                        written_at INTEGER NOT NULL, -- milliseconds UTC
                        page BLOB                    -- see JournalPage; NULL where the ids say all
                    ) STRICT;
                    CREATE INDEX sluice_journal_by_task ON sluice_journal (task, number);
                    CREATE INDEX sluice_journal_by_row ON sluice_journal (table_name, last, first);
                    CREATE TABLE sluice_left_rows (
                        task INTEGER NOT NULL REFERENCES sluice_tasks (number),
                        number INTEGER NOT NULL,     -- in the order in which they were met, from 1
                        row_id INTEGER NOT NULL,
                        key TEXT NOT NULL,           -- the record's key, as people know it
                        field TEXT,
                        code TEXT NOT NULL,
                        message TEXT NOT NULL,
                        PRIMARY KEY (task, number)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE sluice_settings (
                        name TEXT NOT NULL PRIMARY KEY,
                        value TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("the journal's retention") { db in
            try db.execute(
                sql: """
                    -- Whether entries of the task have left the journal; so it is of tasks before there was one.
                    ALTER TABLE sluice_tasks ADD COLUMN journal_pruned INTEGER NOT NULL DEFAULT 0;
                    UPDATE sluice_tasks SET journal_pruned = 1;
                    CREATE TABLE sluice_row_ages (
                        table_name TEXT NOT NULL,    -- a record type's
                        last INTEGER NOT NULL,       -- rows up to this id
                        at INTEGER NOT NULL,         -- were made no later: milliseconds UTC
                        PRIMARY KEY (table_name, last)
                    ) STRICT, WITHOUT ROWID;
                    """)
            // The rows that are here now are as old as anybody knows from now on.
            try db.execute(
                sql: "INSERT INTO sluice_row_ages (table_name, last, at) "
                    + "SELECT name, seq, ? FROM sqlite_sequence WHERE name NOT LIKE 'sluice!_%' ESCAPE '!'",
                arguments: [Timestamp.now().milliseconds])
        }
        migrator.registerMigration("encrypted fields") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sluice_keys (
                        id TEXT NOT NULL PRIMARY KEY,
                        check_value BLOB NOT NULL,   -- what only the key can make
                        used_since INTEGER NOT NULL, -- milliseconds UTC
                        retired_at INTEGER           -- when nothing was sealed by it any more
                    ) STRICT, WITHOUT ROWID;
                    ALTER TABLE sluice_rejects ADD COLUMN key TEXT;    -- of the key of `sealed`
                    ALTER TABLE sluice_rejects ADD COLUMN sealed BLOB; -- the record; `bytes` has masks then
                    """)
        }
        migrator.registerMigration("purges") { db in
            try db.execute(
                sql: """
                    -- Rows whose traces a purge has yet to take away; empty when it has ended.
                    CREATE TABLE IF NOT EXISTS sluice_purged_rows (
                        table_name TEXT NOT NULL,    -- a record type's
                        row_id INTEGER NOT NULL,
                        was_deleted INTEGER NOT NULL, -- 1: only the journal knew it
                        keys TEXT NOT NULL,          -- values of its keys as they are shown: a JSON list
                        PRIMARY KEY (table_name, row_id)
                    ) STRICT, WITHOUT ROWID;
                    -- One row where the database must be written anew to lose what was purged.
                    CREATE TABLE IF NOT EXISTS sluice_compaction_due (
                        since INTEGER NOT NULL       -- milliseconds UTC
                    ) STRICT;
                    """)
        }
        return migrator
    }()
}
