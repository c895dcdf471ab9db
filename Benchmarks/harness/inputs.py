"""Makes the input of a benchmark, and reads what an import of it must report."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIXTURES = os.path.join(ROOT, ".build", "release", "fixtures")
SLUICE = os.path.join(ROOT, ".build", "release", "sluice")


class BenchmarkError(Exception):
    """The benchmark cannot run, or an answer is wrong."""


@dataclass
class Input:
    path: str
    sha256: str
    summary: dict

    def description(self):
        """What a result file says of the input."""
        return {
            "arguments": self.summary["arguments"],
            "bytes": self.summary["bytes"],
            "records": self.summary["read"],
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


def make_contacts(folder, records, seed):
    """Makes a file of usual contacts: anew each time, so that none is stale."""
    require_program(FIXTURES, "fixtures")
    path = os.path.join(folder, "contacts.csv")
    summary_path = os.path.join(folder, "contacts.json")
    subprocess.run(
        [FIXTURES, "contacts", "--records", str(records), "--seed", str(seed), "--output", path,
         "--summary", summary_path],
        check=True,
    )
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with open(summary_path, encoding="utf-8") as file:
        return Input(path, digest, json.load(file))
