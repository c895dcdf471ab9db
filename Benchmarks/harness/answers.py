"""Checks what was reported and stored; a benchmark of wrong answers measures nothing."""

import hashlib
import json
import sqlite3

from . import contacts
from .inputs import BenchmarkError

AFTER_READ = ("created", "updated", "unchanged", "duplicate", "skipped", "rejected", "unprocessed")


def expect(name, found, wanted):
    if found != wanted:
        raise BenchmarkError(f"{name} is {found}, and must be {wanted}")


def parse_task(output):
    """The user task in a program's output, which must hold nothing else."""
    try:
        task = json.loads(output)
    except ValueError as error:
        raise BenchmarkError(f"not one JSON value: {error}: {output[:300]!r}") from error
    if not isinstance(task, dict) or "counts" not in task:
        raise BenchmarkError(f"not a user task: {output[:300]!r}")
    return task


def expect_reconciled(task):
    """`read` is the sum of the counts after it."""
    counts = task["counts"]
    missing = [name for name in ("read", *AFTER_READ) if name not in counts]
    if missing:
        raise BenchmarkError(f"counts lack {', '.join(missing)}")
    expect("the sum of the counts", sum(counts[name] for name in AFTER_READ), counts["read"])


def expect_whole_import(task, summary, **others):
    """A finished import reports what the generator's summary says: where nothing else is said, into an empty database."""
    expect("state", task["state"], "completedWithRejects" if summary["rejected"] else "completed")
    expect_reconciled(task)
    wanted = dict.fromkeys(AFTER_READ, 0)
    wanted.update({name: summary[name] for name in ("read", "created", "duplicate", "rejected")})
    wanted.update(others)
    expect("counts", {name: task["counts"][name] for name in wanted}, wanted)
    by_code = {}
    for error in task["errors"]:
        by_code[error["code"]] = by_code.get(error["code"], 0) + error["count"]
    expect("rejects by code", by_code, summary["byCode"])


def read_only(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.text_factory = bytes  # what a peer stored need not be UTF-8
    return connection


def one_row(path, query):
    connection = read_only(path)
    try:
        return connection.execute(query).fetchone()
    finally:
        connection.close()


def expect_our_rows(path, *summaries):
    """The table has a row for each record created, and the balances of the last record of each key."""
    rows, amount = one_row(path, "SELECT count(*), sum(payment_balance) FROM contacts")
    expect("rows", rows, sum(summary["created"] for summary in summaries))
    if all("amountHundredths" in summary for summary in summaries):
        expect("the sum of payment_balance", amount, sum(summary["amountHundredths"] for summary in summaries))


def expect_peer_rows(path, *summaries):
    """The peer has a row for each different key, of bad records and the blank key too."""
    (rows,) = one_row(path, "SELECT count(*) FROM contacts")
    blank = 1 if any(summary["byCode"].get("required_missing") for summary in summaries) else 0
    expect("the peer's rows", rows, sum(summary["distinctKeys"] for summary in summaries) + blank)


def sqlite_lines(path, line, table="contacts"):
    """The rows of a SQLite table in the order of their keys, each as one text that begins with its key.

    They are sorted (`+`): a page for each row, found by the index, is slower where the table is large.
    """
    connection = read_only(path)
    try:
        for (text,) in connection.execute(f"SELECT {line} FROM {table} ORDER BY +contact_number"):
            yield text
    finally:
        connection.close()


def our_lines(path, source):
    return sqlite_lines(path, contacts.our_line(source))


def peer_lines(path, source, table="contacts"):
    return sqlite_lines(path, contacts.raw_line(source, right=False), table)


def fingerprint(ours, others=None):
    """Rows and hash of our lines; what others, by their names, have under our keys must be the same.

    All come in the order of their keys; what is behind a `|` is no key.
    """
    digest, rows = hashlib.sha256(), 0
    others = {name: iter(lines) for name, lines in (others or {}).items()}
    for line in ours:
        key = line.split(b"|", 1)[0]
        for name, lines in others.items():
            # Keys that we have not are of records that we rejected.
            other = next((text for text in lines if text.split(b"|", 1)[0] >= key), None)
            if other != line:
                raise BenchmarkError(f"the content of {name} differs: {line!r} is {other!r} there")
        digest.update(line + b"\n")
        rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}
