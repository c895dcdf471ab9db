"""Checks what an import reported and stored; a benchmark of wrong answers measures nothing."""

import hashlib
import json
import sqlite3

from .inputs import BenchmarkError

AFTER_READ = ("created", "updated", "unchanged", "duplicate", "skipped", "rejected", "unprocessed")

# Columns that a mended or repeated record leaves as they were, so that an importer which keeps the first record
# of a key and one which applies the last have the same in them. Ours on the left, text as it lies in the file
# brought to the same form on the right.
DAY = "substr({0}, 7, 4) || '-' || substr({0}, 1, 2) || '-' || substr({0}, 4, 2)"
DIGITS = "replace(replace(replace(replace(replace({0}, '(', ''), ')', ''), '-', ''), ' ', ''), '+', '')"
COMPARED = (
    ("contact_number", "contact_number"),
    ("first_name", "nullif(first_name, '')"),
    ("last_name", "nullif(last_name, '')"),
    ("date_of_birth", "nullif(" + DAY.format("date_of_birth") + ", '--')"),
    ("phone1", f"'+1' || substr(nullif({DIGITS.format('phone1')}, ''), -10)"),
    ("city", "nullif(city, '')"),
    ("state", "nullif(state, '')"),
    ("postal_code", "nullif(postal_code, '')"),
    ("account_due_date", "nullif(" + DAY.format("account_due_date") + ", '--')"),
    ("agent_team", "nullif(agent_team, '')"),
)


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


def expect_whole_import(task, summary):
    """A finished import into an empty database reports what the generator's summary says."""
    expect("state", task["state"], "completedWithRejects" if summary["rejected"] else "completed")
    expect_reconciled(task)
    wanted = dict.fromkeys(AFTER_READ, 0)
    wanted.update({name: summary[name] for name in ("read", "created", "duplicate", "rejected")})
    expect("counts", {name: task["counts"][name] for name in wanted}, wanted)
    by_code = {}
    for error in task["errors"]:
        by_code[error["code"]] = by_code.get(error["code"], 0) + error["count"]
    expect("rejects by code", by_code, summary["byCode"])


def read_only(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.text_factory = bytes  # what a peer stored need not be UTF-8
    return connection


def expect_our_rows(path, summary):
    """The table has a row for each record created, and the balances of the last record of each key."""
    connection = read_only(path)
    rows, amount = connection.execute("SELECT count(*), sum(payment_balance) FROM contacts").fetchone()
    connection.close()
    expect("rows", rows, summary["created"])
    expect("the sum of payment_balance", amount, summary["amountHundredths"])


def expect_peer_rows(path, summary):
    """The peer has a row for each different key, of bad records and the blank key too."""
    connection = read_only(path)
    (rows,) = connection.execute("SELECT count(*) FROM contacts").fetchone()
    connection.close()
    blank = 1 if summary["byCode"].get("required_missing") else 0
    expect("the peer's rows", rows, summary["distinctKeys"] + blank)


def content_hash(connection, expressions, condition):
    digest = hashlib.sha256()
    query = f"SELECT {', '.join(expressions)} FROM contacts WHERE {condition} ORDER BY contact_number"
    rows = 0
    for row in connection.execute(query):
        digest.update(repr(row).encode())
        rows += 1
    return rows, digest.hexdigest()


def expect_same_content(ours, peers):
    """Both tables hold the same in the compared columns, over the keys of ours; gives rows and hash."""
    connection = read_only(ours)
    found = content_hash(connection, [ours for ours, _ in COMPARED], "true")
    connection.close()
    connection = read_only(peers)
    connection.execute("ATTACH ? AS ours", (f"file:{ours}?mode=ro",))
    condition = "contact_number IN (SELECT contact_number FROM ours.contacts)"
    wanted = content_hash(connection, [theirs for _, theirs in COMPARED], condition)
    connection.close()
    expect("the content (rows, hash)", found, wanted)
    return found
