"""What DuckDB is asked to do, run by the Python that has it: `duckdb_peer.py VERB DATABASE THREADS JSON`."""

import json
import sys
import time

import duckdb


class Clock:
    """Seconds of the clock and of the processor since it was made."""

    def __init__(self):
        self.start, self.cpu_start = time.perf_counter(), time.process_time()

    def passed(self):
        return {"seconds": time.perf_counter() - self.start, "cpuSeconds": time.process_time() - self.cpu_start}


def csv_source(path, names):
    listed = ", ".join(f"'{name}'" for name in names)
    return (
        f"read_csv('{path}', header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true, "
        f"names = [{listed}])"
    )


def import_contacts(connection, ask):
    """Takes all of a file, or fails: with several threads it is not the first record of a key that `OR IGNORE` keeps."""
    key, *others = ask["names"]
    others = "".join(f", {name} VARCHAR" for name in others)
    connection.execute(f"CREATE TABLE contacts ({key} VARCHAR UNIQUE{others})")
    start = Clock()
    connection.execute(f"INSERT INTO contacts SELECT * FROM {csv_source(ask['path'], ask['names'])}")
    connection.execute("CHECKPOINT")
    return start.passed()


def load(connection, ask):
    """A table of what sluice exported."""
    start = Clock()
    types = ", ".join(
        f'"{name}" {"DECIMAL(18, 2)" if name == ask["decimal"] else "VARCHAR"}' for name in ask["names"])
    connection.execute(f"CREATE TABLE contacts ({types})")
    connection.execute(f"INSERT INTO contacts SELECT * FROM {csv_source(ask['path'], ask['names'])}")
    connection.execute("CHECKPOINT")
    return start.passed()


def export(connection, ask):
    start = Clock()
    connection.execute(f"COPY contacts TO '{ask['path']}' (FORMAT csv, HEADER)")
    return start.passed()


def count(connection, ask):
    """Records of a file, which is read and cut for it and goes nowhere."""
    start = Clock()
    source = csv_source(ask["path"], ask["names"])
    (rows,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    return {"rows": rows, **start.passed()}


def lines(connection, ask):
    found = connection.execute(f"SELECT {ask['line']} AS line FROM contacts ORDER BY contact_number")
    while rows := found.fetchmany(50_000):
        sys.stdout.write("".join(f"{row[0]}\n" for row in rows))


def main():
    verb, database, threads, ask = sys.argv[1:5]
    connection = duckdb.connect(database)
    connection.execute(f"SET threads = {int(threads)}")
    ask = json.loads(ask)
    passed = {"import": import_contacts, "load": load, "export": export, "count": count, "lines": lines}[verb](connection, ask)
    if verb == "count":
        print(json.dumps(passed))
    elif verb != "lines":
        (rows,) = connection.execute("SELECT count(*) FROM contacts").fetchone()
        print(json.dumps({"rows": rows, **passed}))


main()
