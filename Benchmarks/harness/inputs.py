"""Makes the inputs of the benchmarks, and reads what an import of them must report."""

import csv
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RELEASE = os.path.join(ROOT, ".build", "release")
SLUICE = os.path.join(RELEASE, "sluice")
FIXTURES = os.path.join(RELEASE, "fixtures")
ENDINGS = {"none": "", "gzip": ".gz", "zstd": ".zst"}


class BenchmarkError(Exception):
    """The benchmark cannot run, or an answer is wrong."""


@dataclass(frozen=True)
class Input:
    path: str
    sha256: str
    summary: dict
    shape: str = "usual"
    compression: str = "none"

    @property
    def records(self):
        return self.summary["read"]

    @property
    def is_sound(self):
        """Whether every record is taken, and each once."""
        return self.summary["created"] == self.records

    def description(self):
        """What a result file says of the input."""
        return {
            "arguments": self.summary["arguments"],
            "bytes": self.summary["bytes"],
            "compression": self.compression,
            "records": self.records,
            "sha256": self.sha256,
        }


def build(products):
    """Builds the release products named."""
    for product in products:
        command = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", product]
        subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)


def require_program(path, product):
    if not os.access(path, os.X_OK):
        raise BenchmarkError(
            f"{path} is not there: give --build, or run swift build -c release --static-swift-stdlib --product {product}"
        )


def swift_constant(name):
    """A number of the engine's sources, so that the benchmarks' own does not stay behind."""
    pattern = re.compile(rf"static let {name}(?:: \w+)? = ([\d_]+)$", re.MULTILINE)
    found = []
    for path in glob.glob(os.path.join(ROOT, "Sources", "**", "*.swift"), recursive=True):
        with open(path, encoding="utf-8") as file:
            found += pattern.findall(file.read())
    if len(found) != 1:
        raise BenchmarkError(f"the sources have {len(found)} numbers called {name}, and must have one")
    return int(found[0])


class Inputs:
    """The inputs of one run of the benchmarks: each is made once, and none is older than the run."""

    def __init__(self, folder, seed=1, fixtures=FIXTURES):
        self.folder = folder
        self.seed = seed
        self.fixtures = fixtures
        self._made = {}

    def contacts(self, records, shape="usual", compression="none", **options):
        """A file of contacts; `options` are those of `fixtures contacts`: rejects, duplicates, first, changed."""
        name = "-".join([shape, str(records), *(f"{key}-{value}" for key, value in sorted(options.items()))])
        if compression != "none":
            return self._compressed(self.contacts(records, shape, **options), compression)
        if name not in self._made:
            require_program(self.fixtures, "fixtures")
            path = os.path.join(self.folder, f"{name}.csv")
            summary_path = os.path.join(self.folder, f"{name}.json")
            extra = [word for key, value in sorted(options.items()) for word in (f"--{key}", str(value))]
            subprocess.run(
                [self.fixtures, "contacts", "--records", str(records), "--shape", shape, "--seed", str(self.seed),
                 "--output", path, "--summary", summary_path, *extra],
                check=True,
            )
            with open(summary_path, encoding="utf-8") as file:
                self._made[name] = Input(path, sha256(path), json.load(file), shape)
        return self._made[name]

    def sound(self, records, shape="usual"):
        """A file with nothing in it that would stop an importer which takes all or nothing."""
        return self.contacts(records, shape, rejects=0, duplicates=0)

    def _compressed(self, plain, compression):
        path = plain.path + ENDINGS[compression]
        if path not in self._made:
            with open(path, "wb") as file:
                subprocess.run([compression, "-c", "-q", plain.path], stdout=file, check=True)
            self._made[path] = Input(path, sha256(path), plain.summary, plain.shape, compression)
        return self._made[path]


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_keys(source, path):
    """The keys of a plain file in its order, a line each."""
    with open(source.path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as keys:
            keys.writelines(f"{row[0]}\n" for row in rows)
