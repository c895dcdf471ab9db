"""What is measured in turn: sluice, the shell of SQLite and others, each exporting a table of contacts to CSV."""

import csv
import gzip
import hashlib
import io
import os
import subprocess

from . import answers, contacts, runs
from .inputs import ENDINGS, BenchmarkError
from .peers import DuckDB
from .sides import Side

FIELDS = [column.field for column in contacts.COLUMNS]
BALANCE = FIELDS.index(contacts.BALANCE.field)


def open_rows(path):
    """The rows of a CSV file, decompressed where its name says so."""
    if path.endswith(".zst"):
        text = subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout.decode()
        return csv.reader(io.StringIO(text, newline=""))
    if path.endswith(".gz"):
        return csv.reader(gzip.open(path, "rt", encoding="utf-8", newline=""))
    return csv.reader(open(path, encoding="utf-8", newline=""))


def hundredths(text):
    """`-12.34` as -1234; a blank stays one."""
    return str(int(text.replace(".", ""))) if text else ""


def fingerprint(path, has_decimals=True):
    """Rows, the sum of balances in hundredths, and a hash of all values as Python's csv reads them, in any order.

    The hash is the sum of those of the rows: not every database gives rows as they came.
    """
    digest, rows, total = 0, 0, 0
    reader = open_rows(path)
    answers.expect(f"header of {os.path.basename(path)}", next(reader), FIELDS)
    for row in reader:
        if has_decimals:
            row[BALANCE] = hundredths(row[BALANCE])
        total += int(row[BALANCE] or 0)
        rows += 1
        digest += int.from_bytes(hashlib.sha256("\x1f".join(row).encode()).digest())
    return {"rows": rows, "amountHundredths": total, "sha256": f"{digest % (1 << 256):064x}"}


class Export(Side):
    """A side that writes a file; `content` reads it again."""

    has_decimals = True

    def __init__(self, bench, path):
        self.bench, self.path = bench, bench.path(path)

    def ready(self):
        if os.path.exists(self.path):
            os.remove(self.path)

    def content(self):
        return fingerprint(self.path, self.has_decimals)

    def discard(self):
        self.ready()


class SluiceExport(Export):
    """`sluice export contacts`, in no order; `where` picks records."""

    name = "sluice"

    def __init__(self, bench, database, rows=None, where=None, compression="none"):
        super().__init__(bench, "ours.csv" + ENDINGS[compression])
        self.database, self.rows, self.where = database, rows, where

    def run(self):
        where = ["--where", self.where] if self.where else []
        done = self.bench.run([
            self.bench.sluice, "export", "contacts", "--columns", ",".join(FIELDS), "--output", self.path, "--database",
            self.database, "--quiet", "--json", *where,
        ])
        return runs.expect_success(done, "sluice export")

    def check(self, done):
        task = answers.parse_task(done.output)
        answers.expect("state", task["state"], "completed")
        answers.expect("bytes", task["file"]["bytes"], os.path.getsize(self.path))
        if self.rows is not None:
            answers.expect("exported", task["counts"]["exported"], self.rows)


class ShellExport(Export):
    """The `sqlite3` shell with -csv, from sluice's own database; balances stay hundredths."""

    has_decimals = False

    def __init__(self, bench, database, condition="", name="sqlite3 -csv"):
        super().__init__(bench, "shell.csv")
        self.database, self.condition, self.name = database, condition, name

    def run(self):
        columns = ", ".join(f'"{column.name}" AS "{column.field}"' for column in contacts.COLUMNS)
        done = self.bench.run([
            "sqlite3", "-readonly", "-csv", "-header", "-cmd", f".output '{self.path}'", self.database,
            f"SELECT {columns} FROM contacts{self.condition}",
        ])
        return runs.expect_success(done, "sqlite3", quiet=True)


class DuckDBExport(Export):
    """DuckDB's COPY from a table of its own that holds the same."""

    def __init__(self, bench, peers, exported, threads=2):
        super().__init__(bench, "duckdb.csv")
        self.name = f"DuckDB COPY, {threads} threads"
        self.duckdb = DuckDB(bench, peers, "export", threads)
        self.exported = exported

    def ready(self):
        super().ready()
        if not os.path.exists(self.duckdb.database):
            self.duckdb.ask("load", path=self.exported, names=FIELDS, decimal=contacts.BALANCE.field)

    def run(self):
        done, _ = self.duckdb.ask("export", path=self.path)
        return done

    def discard(self):
        super().discard()
        self.duckdb.forget()


class PostgreSQLExport(Export):
    """`\\copy` from a table that holds the same."""

    name = "PostgreSQL COPY"
    is_elsewhere = True

    def __init__(self, bench, server, exported):
        super().__init__(bench, "postgresql.csv")
        self.server, self.exported, self.is_loaded = server, exported, False

    def ready(self):
        super().ready()
        if not self.is_loaded:
            types = ", ".join(
                f'"{name}" {"numeric(18, 2)" if name == contacts.BALANCE.field else "text"}' for name in FIELDS)
            self.server.ask(
                "DROP TABLE IF EXISTS exported", f"CREATE TABLE exported ({types})",
                f"\\copy exported FROM '{self.exported}' WITH (FORMAT csv, HEADER)", "VACUUM ANALYZE exported", "CHECKPOINT")
            self.is_loaded = True

    def run(self):
        done = self.bench.run(self.server.psql(f"\\copy exported TO '{self.path}' WITH (FORMAT csv, HEADER)"))
        return runs.expect_success(done, "psql", quiet=True)

    def discard(self):
        super().discard()
        self.server.ask("DROP TABLE IF EXISTS exported")


def expect_same_files(sides):
    """All hold the same rows; gives what they hold."""
    found = sides[0].content()
    for side in sides[1:]:
        other = side.content()
        if other != found:
            raise BenchmarkError(f"the export of {side.name} holds {other}, and that of {sides[0].name} {found}")
    return found
