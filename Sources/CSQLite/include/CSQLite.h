#ifndef SLUICE_CSQLITE_H
#define SLUICE_CSQLITE_H

/// Keeps this connection from running a checkpoint when it closes, so that only the one writer ever
/// checkpoints. (`sqlite3_db_config` takes variadic arguments, which Swift cannot call.)
///
/// Takes a `sqlite3 *`; gives SQLite's result code.
int sluice_no_checkpoint_on_close(void *connection);

/// Has the processor fetch the memory at an address, and goes on at once.
static inline void sluice_prefetch(const void *address) { __builtin_prefetch(address, 1); }

#endif
