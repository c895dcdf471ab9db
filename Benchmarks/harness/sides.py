"""What is measured in turn: sluice, the shell of SQLite and the floor, each importing one file of contacts."""

import contextlib
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass

from . import answers, contacts, runs
from .inputs import ROOT, SLUICE, BenchmarkError, Inputs, swift_constant, write_keys

# What sluice does without being told.
ROWS_A_TRANSACTION = swift_constant("standardCommitRecords")
CACHE_KIB = swift_constant("writerCacheKiB")
SORTER_CACHE_KIB = swift_constant("sorterCacheKiB")


@dataclass
class Bench:
    """What all sides of a run of the benchmarks work with."""

    folder: str
    inputs: Inputs
    sluice: str = SLUICE

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, arguments, **options):
        return runs.run(arguments, self.folder, **options)


class Side:
    """One of those that are measured in turn.

    `ready` is off the clock, `run` on it; `check` fails where the answer is wrong. `lines` gives what was stored, as
    `answers.fingerprint` takes it; `discard` leaves nothing on the disk.
    """

    name = ""
    # Whether another process does the work, so that CPU time says nothing, or memory holds more than the work needs.
    is_elsewhere, holds_more = False, False

    def ready(self):
        pass

    def check(self, done):
        pass

    def lines(self):
        return None

    def discard(self):
        pass


class SluiceImport(Side):
    """`sluice import contacts` into an empty database or a copy of another, and its counts."""

    name = "sluice"

    def __init__(self, bench, source, base=None, base_summaries=(), counts=None, options=(), settings=None):
        self.bench, self.source, self.base = bench, source, base
        self.base_summaries = tuple(base_summaries)
        self.counts = counts or {}
        # What is set in the database before, by name.
        self.settings = settings or {}
        # How many rows' values before the journal must hold, where that is looked at.
        self.kept_rows = None
        self.options = list(options)
        self.shape = contacts.SHAPES[source.shape]
        self.database = bench.path("ours.db")

    def command(self, path):
        return [
            self.bench.sluice, "import", "contacts", path, "--filter", self.shape.filter, "--database", self.database,
            "--quiet", "--json", *self.options,
        ]

    def ready(self):
        runs.remove(self.database)
        if self.base:
            runs.fresh_copy(self.base, self.database)
            for suffix in ("-turn", "-gate", "-run"):
                if os.path.exists(self.base + suffix):
                    shutil.copyfile(self.base + suffix, self.database + suffix)
        for name, value in self.settings.items():
            arguments = [self.bench.sluice, "settings", "set", name, value, "--database", self.database]
            runs.expect_success(self.bench.run(arguments), f"sluice settings set {name}")

    def make_empty(self):
        """The database with its tables and nothing in them."""
        header = self.bench.path("header.csv")
        with open(self.source.path, "rb") as whole, open(header, "wb") as file:
            file.write(whole.readline())
        runs.expect_success(self.bench.run(self.command(header)), "sluice import of a header alone")

    def run(self):
        done = self.bench.run(self.command(self.source.path))
        return runs.expect_success(done, "sluice import", (3 if self.source.summary["rejected"] else 0,))

    def check(self, done):
        answers.expect_whole_import(answers.parse_task(done.output), self.source.summary, **self.counts)
        answers.expect_our_rows(self.database, *self.base_summaries, self.source.summary)
        if self.kept_rows is not None:
            query = "SELECT coalesce(sum(row_count), 0) FROM sluice_journal WHERE table_name = 'contacts' AND kind = 1"
            answers.expect("rows in the journal", answers.one_row(self.database, query)[0], self.kept_rows)

    def lines(self):
        return answers.our_lines(self.database, self.source)

    def discard(self):
        runs.remove(self.database)


class ShellImport(Side):
    """`.import` of the `sqlite3` shell into a table of the file's columns with the same unique key."""

    def __init__(self, bench, source, base=None, base_summaries=(), journal="WAL", name=None):
        self.bench, self.source, self.base = bench, source, base
        self.base_summaries = tuple(base_summaries)
        self.shape = contacts.SHAPES[source.shape]
        self.journal = journal
        self.name = name or "sqlite3 .import"
        self.database = bench.path("shell.db")

    def ready(self):
        runs.remove(self.database)
        if self.base:
            runs.fresh_copy(self.base, self.database)
        else:
            self.make_empty()

    def make_empty(self):
        sql = f"PRAGMA journal_mode = {self.journal}; {contacts.peer_table(self.shape)};"
        runs.expect_success(self.bench.run(["sqlite3", self.database, sql]), "the table of the shell", quiet=True)

    def run(self):
        # The shell tells of keys it has already and of ragged records on standard error, and goes on.
        return self.bench.run([
            "sqlite3", "-cmd", "PRAGMA synchronous = NORMAL", self.database, ".mode csv", *self.commands(),
        ])

    def commands(self):
        path, how = self.source.path, {"none": None, "gzip": "gzip -dc", "zstd": "zstd -dcq"}[self.source.compression]
        return [f'.import --skip 1 "|{how} {path}" contacts' if how else f'.import --skip 1 "{path}" contacts']

    def check(self, done):
        answers.expect_peer_rows(self.database, *self.base_summaries, self.source.summary)

    def lines(self):
        return answers.peer_lines(self.database, self.source)

    def discard(self):
        runs.remove(self.database)


class ShellUpsert(ShellImport):
    """The same into a table beside it, and from there one statement that makes or updates rows."""

    def __init__(self, bench, source, base):
        super().__init__(bench, source, base, name="sqlite3 .import, then upsert")

    def commands(self):
        staging = contacts.peer_table(self.shape).replace("CREATE TABLE contacts", "CREATE TEMP TABLE staging")
        values = ", ".join(
            f"{name} = coalesce(nullif(excluded.{name}, ''), {name})" for name in self.shape.all_names[1:])
        return [
            staging, f'.import --schema temp --skip 1 "{self.source.path}" staging',
            "INSERT INTO main.contacts SELECT * FROM temp.staging WHERE true "
            f"ON CONFLICT (contact_number) DO UPDATE SET {values}",
        ]

    def check(self, done):
        runs.expect_success(done, "sqlite3", quiet=True)
        super().check(done)
        amount = "sum(CAST(replace(payment_balance, '.', '') AS INTEGER))"
        (found,) = answers.one_row(self.database, f"SELECT {amount} FROM contacts")
        answers.expect("the sum of the peer's balances", found, self.source.summary["amountHundredths"])


class Floor(Side):
    """The program in C that only writes rows parsed before: what no import into this table can be faster than."""

    holds_more = True  # all rows

    def __init__(self, bench, source, of, journal):
        self.bench, self.source, self.of, self.journal = bench, source, of, journal
        self.shape = contacts.SHAPES[source.shape]
        self.name = "floor in C" + ("" if journal == "wal" else ", rollback journal")
        self.database = bench.path("floor.db")
        self.program = build_floor(bench.folder)
        self.keys = bench.path("keys.txt")

    def ready(self):
        runs.remove(self.database)
        if not os.path.exists(self.keys):
            write_keys(self.source, self.keys)

    def make_empty(self):
        (page_bytes,) = answers.one_row(self.of, "PRAGMA page_size")
        connection = sqlite3.connect(self.database)
        connection.execute(f"PRAGMA page_size = {page_bytes}")
        connection.execute(f"PRAGMA journal_mode = {self.journal}")
        connection.execute("CREATE TABLE other (id INTEGER PRIMARY KEY)")
        connection.close()

    def run(self):
        columns = ",".join(column.name for column in self.shape.columns)
        done = self.bench.run([
            self.program, self.of, self.keys, self.database, "contacts", contacts.KEY.name, columns, self.journal,
            str(ROWS_A_TRANSACTION), str(CACHE_KIB), str(SORTER_CACHE_KIB),
        ])
        runs.expect_success(done, "the floor", quiet=True)
        said = json.loads(done.output)
        done.own_seconds, done.own_cpu_seconds = said["seconds"], said["cpuSeconds"]
        return done

    def check(self, done):
        answers.expect("the floor's rows", json.loads(done.output)["rows"], self.source.summary["created"])
        answers.expect_our_rows(self.database, self.source.summary)

    def lines(self):
        return answers.our_lines(self.database, self.source)

    def discard(self):
        runs.remove(self.database)
        if os.path.exists(self.keys):
            os.remove(self.keys)


class SluiceParse(Side):
    """Sluice's parser alone, on one thread: records, fields, and the line of each record."""

    name = "sluice's parser, 1 thread"

    def __init__(self, bench, source, program):
        self.bench, self.source, self.program = bench, source, program
        self.said, self.last_line = None, None

    def run(self):
        done = self.bench.run([self.program, self.source.path])
        runs.expect_success(done, "parse-file", quiet=True)
        self.said = json.loads(done.output)
        done.own_seconds = self.said["seconds"]
        done.own_cpu_seconds = done.cpu_seconds
        return done

    def check(self, done):
        answers.expect("records parsed", self.said["records"], self.source.records)
        answers.expect("bytes parsed", self.said["bytes"], self.source.summary["bytes"])
        self.last_line = self.last_line or last_line(self.source.path)
        answers.expect("the last record's line", self.said["lastLine"], self.last_line)

    @property
    def parse_seconds(self):
        """Seconds of the last run without those of reading."""
        return self.said["seconds"] - self.said["readSeconds"]


def last_line(path):
    """The line on which the last record of a file begins, as Python's reader has it."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        reader, begins, ends = csv.reader(file), 1, 0
        for _ in reader:
            begins, ends = ends + 1, reader.line_num
    return begins


def build_floor(folder):
    """Compiles the floor; gives the program."""
    program = os.path.join(folder, "floor")
    if not os.path.exists(program):
        source = os.path.join(ROOT, "Benchmarks", "floor", "floor.c")
        compiler = shutil.which("cc") or "clang"
        command = [
            compiler, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source, "-lsqlite3"]
        try:
            subprocess.run(command, check=True, stdout=sys.stderr)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BenchmarkError(f"the floor cannot be compiled: {error}") from error
    return program


# Opens a database, says so, and reads of it every 50 ms until its standard input ends.
READER = """
import select, sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=60)
while True:
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    print("reads", flush=True)
    if select.select([sys.stdin], [], [], 0.05)[0]:
        break
"""


@contextlib.contextmanager
def reader(path):
    """Another process has a connection to the database all the while."""
    process = subprocess.Popen(
        [sys.executable, "-c", READER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "reads\n":
            raise BenchmarkError(f"{path} cannot be read")
        yield
    finally:
        process.stdin.close()
        seen = len(process.stdout.read().splitlines())
        process.stdout.close()
        if process.wait() != 0:
            raise BenchmarkError(f"the other connection failed after it had read {seen} times")


class WithReader(Side):
    """A side whose database exists before, and is read by another process all the while."""

    def __init__(self, side):
        self.side = side
        self.name, self.is_elsewhere, self.holds_more = side.name, side.is_elsewhere, side.holds_more

    def ready(self):
        self.side.ready()
        if not os.path.exists(self.side.database):
            self.side.make_empty()

    def run(self):
        with reader(self.side.database):
            return self.side.run()

    def check(self, done):
        self.side.check(done)

    def lines(self):
        return self.side.lines()

    def discard(self):
        self.side.discard()
