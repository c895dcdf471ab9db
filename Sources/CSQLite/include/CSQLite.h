#ifndef SLUICE_CSQLITE_H
#define SLUICE_CSQLITE_H

/// Keeps this connection from running a checkpoint when it closes, so that only the one writer ever
/// checkpoints. (`sqlite3_db_config` takes variadic arguments, which Swift cannot call.)
///
/// Takes a `sqlite3 *`; gives SQLite's result code.
int sluice_no_checkpoint_on_close(void *connection);

#endif
