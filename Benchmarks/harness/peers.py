"""Other programs that bring such files into a database, where they can be had."""

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import time

from . import answers, contacts, runs
from .inputs import BenchmarkError
from .sides import Side

DUCKDB_PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "duckdb_peer.py")
PACKAGES = ("duckdb", "sqlite-utils")


class PythonPeers:
    """A Python environment of the benchmarks' own that has DuckDB and sqlite-utils, or why it has not."""

    def __init__(self, folder):
        self.folder = folder
        self.python = os.path.join(folder, "bin", "python")
        self.sqlite_utils = os.path.join(folder, "bin", "sqlite-utils")
        self.versions = {}
        self.missing = {}

    def prepare(self):
        """Installs what is not there; without a network that fails, and the table says so."""
        if not os.path.exists(self.python):
            self._tried([sys.executable, "-m", "venv", self.folder])
        for package in PACKAGES:
            module = package.replace("-", "_")
            version = self._version(module)
            if version is None:
                self._tried([self.python, "-m", "pip", "install", "--quiet", "--retries", "1", package])
                version = self._version(module)
            if version is None:
                self.missing[package] = "pip could not install it"
            else:
                self.versions[package] = version

    def _version(self, module):
        """The version of a package that is installed and loads; None otherwise."""
        code = f"import {module}, importlib.metadata as m; print(m.version('{module}'))"
        done = self._tried([self.python, "-c", code])
        return done.stdout.strip() if done and done.returncode == 0 else None

    def _tried(self, command):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired):
            return None


class DuckDB:
    """Asks DuckDB, in a process of its own each time."""

    def __init__(self, bench, peers, name, threads=2):
        self.bench, self.peers, self.threads = bench, peers, threads
        self.database = bench.path(f"{name}.duckdb")

    def forget(self):
        for path in (self.database, self.database + ".wal"):
            if os.path.exists(path):
                os.remove(path)

    def command(self, verb, **ask):
        return [self.peers.python, DUCKDB_PEER, verb, self.database, str(self.threads), json.dumps(ask)]

    def ask(self, verb, **ask):
        """A measured run; gives it and what it said."""
        done = runs.expect_success(self.bench.run(self.command(verb, **ask)), f"DuckDB's {verb}")
        said = json.loads(done.output)
        done.own_seconds, done.own_cpu_seconds = said["seconds"], said["cpuSeconds"]
        return done, said

    def lines(self, line):
        """Lines of the table as they come; the process must end well."""
        process = subprocess.Popen(self.command("lines", line=line), stdout=subprocess.PIPE)
        for text in process.stdout:
            yield text.rstrip(b"\n")
        if process.wait() != 0:
            raise BenchmarkError(f"DuckDB's lines ended with {process.returncode}")


class DuckDBImport(Side):
    """DuckDB's `read_csv` into a table of its own with the same unique key, of a file with nothing wrong in it."""

    name = "DuckDB"

    def __init__(self, bench, source, peers):
        self.bench, self.source = bench, source
        self.duckdb = DuckDB(bench, peers, "import")
        self.shape = contacts.SHAPES[source.shape]
        self.rows = None

    def ready(self):
        self.duckdb.forget()

    def run(self):
        done, said = self.duckdb.ask("import", path=self.source.path, names=self.shape.all_names)
        self.rows = said["rows"]
        return done

    def check(self, done):
        answers.expect("DuckDB's rows", self.rows, self.source.summary["created"])

    def lines(self):
        return self.duckdb.lines(contacts.raw_line(self.source))

    def discard(self):
        self.duckdb.forget()


class DuckDBCount(Side):
    """DuckDB's `count(*)` of a CSV file, on one thread."""

    name = "DuckDB count(*), 1 thread"

    def __init__(self, bench, source, peers):
        self.source, self.rows = source, None
        self.duckdb = DuckDB(bench, peers, "count", threads=1)
        self.shape = contacts.SHAPES[source.shape]

    def run(self):
        done, said = self.duckdb.ask("count", path=self.source.path, names=self.shape.all_names)
        self.rows = said["rows"]
        return done

    def check(self, done):
        answers.expect("DuckDB's count", self.rows, self.source.records)

    def discard(self):
        self.duckdb.forget()


class SQLiteUtilsImport(Side):
    """`sqlite-utils insert`, of a file with nothing wrong in it."""

    name = "sqlite-utils"

    def __init__(self, bench, source, peers):
        self.bench, self.source, self.peers = bench, source, peers
        self.database = bench.path("utils.db")

    def ready(self):
        runs.remove(self.database)

    def run(self):
        done = self.bench.run([
            self.peers.sqlite_utils, "insert", self.database, "contacts", self.source.path, "--csv", "--no-detect-types",
            "--pk", contacts.KEY.header, "--silent",
        ])
        return runs.expect_success(done, "sqlite-utils")

    def check(self, done):
        answers.expect_peer_rows(self.database, self.source.summary)

    def lines(self):
        names = ", ".join(f'"{column.header}" AS {column.name}' for column in contacts.COLUMNS)
        return answers.peer_lines(self.database, self.source, f"(SELECT {names} FROM contacts)")

    def discard(self):
        runs.remove(self.database)


class PostgreSQL:
    """A server of the benchmarks' own: in a folder, reached through a socket there, ended with the benchmarks."""

    PORT = "5433"

    def __init__(self, folder):
        self.folder = folder
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.programs = _newest_postgresql()
        self.process = None

    def _as_user(self, command):
        return ["runuser", "-u", self.user, "--", *command] if os.geteuid() == 0 else command

    def start(self):
        """Makes the server's folder and starts it."""
        if not self.programs or not shutil.which("psql"):
            raise BenchmarkError("there is no PostgreSQL server here: install Debian's postgresql")
        os.makedirs(self.folder)
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = os.path.join(self.folder, "data")
        made = subprocess.run(
            self._as_user([os.path.join(self.programs, "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale", "C"]),
            capture_output=True, text=True, cwd=self.folder,
        )
        if made.returncode != 0:
            raise BenchmarkError(f"initdb failed: {made.stderr[:500]}")
        self.log = open(os.path.join(self.folder, "log"), "w", encoding="utf-8")
        self.process = subprocess.Popen(
            self._as_user([
                os.path.join(self.programs, "postgres"), "-D", data, "-k", self.folder, "-p", self.PORT, "-h", "",
                "-c", "max_wal_size=8GB", "-c", "shared_buffers=256MB",
            ]),
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.folder,
        )
        ready = [
            os.path.join(self.programs, "pg_isready"), "-h", self.folder, "-p", self.PORT, "-U", self.user, "-t", "1"]
        for _ in range(200):
            if self.process.poll() is not None:
                break
            if subprocess.run(ready, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        self.stop()
        raise BenchmarkError("the PostgreSQL server does not answer")

    def stop(self):
        """Ends the server, and waits for it."""
        if self.process:
            subprocess.run(
                self._as_user([
                    os.path.join(self.programs, "pg_ctl"), "stop", "-m", "fast", "-w", "-D",
                    os.path.join(self.folder, "data")]),
                capture_output=True, cwd=self.folder,
            )
            self.process.wait()
            self.log.close()
            self.process = None

    def psql(self, *commands):
        """The command line of `psql` that runs these, and stops at the first that fails."""
        command = [
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", self.PORT,
            "-U", self.user, "-d", "postgres",
        ]
        for text in commands:
            command += ["-c", text]
        return command

    def ask(self, *commands):
        done = subprocess.run(self.psql(*commands), capture_output=True, text=True)
        if done.returncode != 0:
            raise BenchmarkError(f"psql: {done.stderr[:500]}")
        return done.stdout

    def lines(self, query):
        process = subprocess.Popen(
            [*self.psql(query), "-v", "FETCH_COUNT=20000"], stdout=subprocess.PIPE)
        for text in process.stdout:
            yield text.rstrip(b"\n")
        if process.wait() != 0:
            raise BenchmarkError(f"psql ended with {process.returncode}")


def _newest_postgresql():
    """The folder of the newest server's programs; None where there is none."""
    root = "/usr/lib/postgresql"
    found = sorted(os.listdir(root), key=lambda name: int(name) if name.isdigit() else 0) if os.path.isdir(root) else []
    folders = [os.path.join(root, name, "bin") for name in found]
    return next((folder for folder in reversed(folders) if os.path.exists(os.path.join(folder, "initdb"))), None)


class PostgreSQLImport(Side):
    """`\\copy` into a table with the same unique key, of a file with nothing wrong in it."""

    name = "PostgreSQL COPY"
    is_elsewhere = True

    def __init__(self, bench, source, server):
        self.bench, self.source, self.server = bench, source, server
        self.shape = contacts.SHAPES[source.shape]

    def ready(self):
        self.server.ask("DROP TABLE IF EXISTS contacts", contacts.peer_table(self.shape, dialect=""), "CHECKPOINT")

    def run(self):
        done = self.bench.run(self.server.psql(f"\\copy contacts FROM '{self.source.path}' WITH (FORMAT csv, HEADER)"))
        return runs.expect_success(done, "psql", quiet=True)

    def check(self, done):
        rows = int(self.server.ask("SELECT count(*) FROM contacts"))
        answers.expect("PostgreSQL's rows", rows, self.source.summary["created"])

    def lines(self):
        return self.server.lines(f'SELECT {contacts.raw_line(self.source)} FROM contacts ORDER BY contact_number COLLATE "C"')

    def discard(self):
        self.server.ask("DROP TABLE IF EXISTS contacts")


@contextlib.contextmanager
def postgresql(folder):
    """A server while the body runs."""
    server = PostgreSQL(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
