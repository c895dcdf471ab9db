internal import Records

/// What the database keeps for quick search.
///
/// Measured on 1,000,000 contacts (225 MB), words and prefixes of eight of their fields:
///
/// | way | bytes | built in | `smith` | `jreyes@example.com` |
/// | --- | --- | --- | --- | --- |
/// | full text without contents, no columns (`detail=none`) | 25 MB | 2.4 s | under 10 ms | 141 ms |
/// | the same with columns | 47 MB | 2.5 s | under 10 ms | 36 ms |
/// | the same with places | 45 MB | 2.5 s | under 10 ms | 62 ms |
/// | with prefix indexes of 1, 2 and 3 letters, no columns | 50 MB | 3.3 s | under 10 ms | 110 ms |
/// | no columns, and the words themselves | 117 MB | 3.7 s | under 10 ms | 100 ms |
/// | a table of words and ids | 152 MB | 9.9 s | 20 ms | |
/// | `LIKE` on six columns of each row | – | – | 310 ms | 310 ms |
///
/// Whole e-mail addresses are what people paste, so it is the second. Words cannot be taken out of an index without
/// contents; instead, rows that changed are put in once more and remembered as stale: where the index has one for a
/// search, the row itself is asked. When many are stale, the index is made anew.
enum SearchSchema {
    /// Indexes, the rows that changed since they were in them, and the rows that are in them more than once.
    static let books = """
        CREATE TABLE sluice_search_indexes (
            number INTEGER PRIMARY KEY AUTOINCREMENT, -- the index is the table sluice_search_NUMBER
            table_name TEXT NOT NULL UNIQUE,
            signature TEXT NOT NULL,     -- how words are cut, and which columns were looked into
            highest_id INTEGER NOT NULL  -- rows up to it are in the index, as they were
        ) STRICT;
        CREATE TABLE sluice_search_changes (
            index_number INTEGER NOT NULL,
            ids BLOB NOT NULL            -- rows that a transaction changed: see SearchChanges
        ) STRICT;
        CREATE TABLE sluice_search_stale (
            index_number INTEGER NOT NULL,
            id INTEGER NOT NULL,
            PRIMARY KEY (index_number, id)
        ) STRICT, WITHOUT ROWID;
        """

    /// Raised whenever the rules change by which words are cut.
    private static let rules = 1

    static func index(_ number: Int64) -> String { "sluice_search_\(number)" }

    /// The words are cut by us: letters of any script and `+` are all of a word, a space is between words.
    static func createIndex(_ number: Int64) -> String {
        """
        CREATE VIRTUAL TABLE \(index(number)) USING fts5(
            words, content = '', columnsize = 0, detail = column, tokenize = "ascii tokenchars '+'");
        INSERT INTO \(index(number)) (\(index(number)), rank) VALUES ('hashsize', \(16 << 20));
        """
    }

    static func signature(_ type: RecordType) -> String {
        ([String(rules)] + type.searchedFields.map { "\($0.kind == .phone ? "phone" : "text") \($0.column)" })
            .joined(separator: "\n")
    }

    /// What the functions of ``SearchFunctions`` are given of the row of the table that goes by the name `row`.
    static func arguments(_ type: RecordType, row: String) -> String {
        let kinds = type.searchedFields.map { $0.kind == .phone ? "p" : "t" }.joined()
        let columns = type.searchedFields.map { "\(row).\(TableSchema.quoted($0.column))" }
        return (["'\(kinds)'"] + columns).joined(separator: ", ")
    }
}
