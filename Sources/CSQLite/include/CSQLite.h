#ifndef SLUICE_CSQLITE_H
#define SLUICE_CSQLITE_H

#include <sqlite3.h>

/// `sqlite3_db_config` takes variadic arguments, which Swift cannot call: keeps this connection from running
/// a checkpoint when it closes, so that only the one writer ever checkpoints.
int sluice_no_checkpoint_on_close(sqlite3 *db);

#endif
