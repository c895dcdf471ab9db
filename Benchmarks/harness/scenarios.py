"""What is measured: one function for each row of the table, with its targets."""

import csv
import dataclasses
import os
import statistics

from . import answers, contacts, exports, inputs, measure, polls, runs, sides
from .inputs import BenchmarkError
from .measure import Target
from .peers import DuckDBCount, DuckDBImport, PostgreSQLImport, SQLiteUtilsImport
from .sides import Floor, ShellImport, ShellUpsert, SluiceImport, SluiceParse, WithReader

# With a page cache of 64 MB.
MEMORY_MEGABYTES = 128
# The generator's state with the most contacts.
STATE = "CA"
# So many polls that the 99th of 100 says something.
ENOUGH_POLLS = 200
# More than that takes it minutes.
MOST_FOR_SQLITE_UTILS = 100_000


@dataclasses.dataclass
class Plan:
    """What the scenarios of one run share."""

    bench: sides.Bench
    records: int
    large: int
    pairs: int
    peers: object
    poll_task: str
    parse_file: str
    server: object = None
    warms_up: bool = True
    # Why peers are not there, by their names.
    missing: dict = dataclasses.field(default_factory=dict)
    rows: dict = dataclasses.field(default_factory=dict)
    _bases: dict = dataclasses.field(default_factory=dict)

    def usual(self, records=None):
        return self.bench.inputs.contacts(records or self.records)

    def in_turn(self, all_sides, compare=None, is_long=False):
        """Measures sides in turn; what takes a minute and more, twice at the most and without a round to warm up."""
        pairs = min(self.pairs, 2) if is_long else self.pairs
        return measure.in_turn(all_sides, pairs, self.warms_up and not is_long, compare)

    def has(self, package):
        return package in self.peers.versions

    def missing_of(self, *names):
        return {name: self.missing[name] for name in names if name in self.missing}

    def base(self, source, make=SluiceImport):
        """A database that holds a file, made once by sluice or by the shell."""
        key = (source.path, make.__name__)
        if key not in self._bases:
            side = make(self.bench, source)
            side.database = self.bench.path(f"base-{len(self._bases)}.db")
            measure.tell(f"    (making a database of {source.records:,} contacts with {side.name})")
            side.ready()
            side.check(side.run())
            self._bases[key] = side.database
        return self._bases[key]


SCENARIOS = {}


def scenario(function):
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


def row(title, source, measured, all_sides, records=None, content=None, targets=(), missing=None):
    """What a result file keeps of a scenario."""
    ours = all_sides[0].name
    source_bytes = source.summary["bytes"] if records is None else None
    records = source.records if records is None else records
    found = {
        "title": title,
        "input": source.description(),
        "records": records,
        "sides": {
            side.name: measure.figures(measured[side.name], records, source_bytes, side.is_elsewhere, side.holds_more)
            for side in all_sides if measured[side.name]
        },
        "ratios": {name: ratio for name, ratio in measure.ratios(measured, ours).items() if not is_ours(name)},
        "targets": [],
        "missing": missing or {},
    }
    if content:
        found["content"] = content
    for target in targets:
        found["targets"].append(target(found).figures())
    return found


def is_ours(name):
    return name.startswith("sluice")


def times(peer, at_least):
    """The target to be so many times as fast as a peer."""
    return lambda row: Target(f"{peer}", row["ratios"].get(peer, {}).get("median"), at_least=at_least)


def within(floor, at_most):
    """The target to take at most so many times what the floor takes."""
    def target(row):
        ratio = row["ratios"].get(floor, {}).get("median")
        return Target(f"the {floor}", 1 / ratio if ratio else None, at_most=at_most)
    return target


def memory(row):
    peak = max(side["peakRSSBytes"] for name, side in row["sides"].items() if is_ours(name))
    return Target("at its peak", peak / 1e6, at_most=MEMORY_MEGABYTES, unit="MB")


def import_row(plan, title, source, all_sides, targets=(), is_long=False, missing=None):
    """Measures imports of one file, whose contents must be the same; what they leave behind is removed."""
    measured, content = plan.in_turn(all_sides, measure.same_rows, is_long)
    for side in all_sides:
        side.discard()
    return row(title, source, measured, all_sides, content=content, targets=[*targets, memory], missing=missing)


@scenario
def empty(plan):
    """usual contacts into an empty database, alone on it"""
    source = plan.usual()
    found = [
        SluiceImport(plan.bench, source),
        ShellImport(plan.bench, source),
        ShellImport(plan.bench, source, journal="DELETE", name="sqlite3 .import, rollback journal"),
        Floor(plan.bench, source, plan.base(source), "wal"),
        Floor(plan.bench, source, plan.base(source), "delete"),
    ]
    return import_row(
        plan, f"import {source.records:,} usual contacts into an empty database, alone", source, found,
        [times("sqlite3 .import", 3.2), within("floor in C", 1.25)])


@scenario
def shared(plan):
    """the same while another process reads the database"""
    source = plan.usual()
    found = [
        WithReader(side)
        for side in (
            SluiceImport(plan.bench, source), ShellImport(plan.bench, source),
            Floor(plan.bench, source, plan.base(source), "wal"),
        )
    ]
    return import_row(
        plan, f"import {source.records:,} usual contacts into an empty database that another process reads", source, found,
        [times("sqlite3 .import", 2.4), within("floor in C", 1.25)])


@scenario
def large(plan):
    """five times as many usual contacts into an empty database, alone on it"""
    source = plan.usual(plan.large)
    found = [
        SluiceImport(plan.bench, source), ShellImport(plan.bench, source),
        Floor(plan.bench, source, plan.base(source), "wal"),
    ]
    small = plan.rows.get("empty")
    if small:
        before = small["sides"]["sluice"]["medianSeconds"]
    else:
        side = SluiceImport(plan.bench, plan.usual())
        measured, _ = plan.in_turn([side])
        before = measure.figures(measured[side.name], side.source.records)["medianSeconds"]
        side.discard()
    def growth(row):
        factor = row["sides"]["sluice"]["medianSeconds"] / before
        return Target(f"the time of {plan.records:,}", factor, at_most=round(5.8 * plan.large / plan.records / 5, 2))
    return import_row(
        plan, f"import {source.records:,} usual contacts into an empty database, alone", source, found,
        [times("sqlite3 .import", 3.5), growth], is_long=True)


@scenario
def unchanged(plan):
    """a file that is imported again, all unchanged"""
    source = plan.bench.inputs.contacts(plan.records, duplicates=0)
    counts = {"created": 0, "unchanged": source.summary["created"]}
    found = [
        SluiceImport(plan.bench, source, base=plan.base(source), counts=counts),
        ShellImport(plan.bench, source, name="sqlite3 .import, empty table"),
    ]
    return import_row(
        plan, f"import the same {source.records:,} contacts again, all unchanged", source, found,
        [times("sqlite3 .import, empty table", 2.5)])


@scenario
def half_updated(plan):
    """a file half of whose records differ from what is there"""
    before = plan.bench.inputs.sound(plan.records)
    source = plan.bench.inputs.contacts(plan.records, rejects=0, duplicates=0, changed=0.5)
    changed = source.summary["changed"]
    counts = {"created": 0, "updated": changed, "unchanged": source.summary["created"] - changed}
    found = [
        SluiceImport(plan.bench, source, base=plan.base(before), counts=counts),
        ShellUpsert(plan.bench, source, plan.base(before, ShellImport)),
    ]
    return import_row(plan, f"import {source.records:,} contacts of which half are updates, half unchanged", source, found)


@scenario
def filled(plan):
    """new contacts into a database that holds five times as many"""
    before = plan.usual(plan.large)
    source = plan.bench.inputs.contacts(plan.records, first=plan.large)
    summaries = [before.summary]
    name = "sqlite3 .import, filled table"
    found = [
        SluiceImport(plan.bench, source, base=plan.base(before), base_summaries=summaries),
        ShellImport(plan.bench, source, base=plan.base(before, ShellImport), base_summaries=summaries, name=name),
    ]
    return import_row(
        plan, f"import {source.records:,} new contacts into a database that holds {before.records:,}", source, found,
        [times(name, 2.5)], is_long=True)


@scenario
def rejected(plan):
    """a file a fifth of whose records are rejected, given back with their reasons"""
    source = plan.bench.inputs.contacts(plan.records, rejects=0.2)
    options = ["--rejects", plan.bench.path("rejects.csv"), "--force"]
    found = [SluiceImport(plan.bench, source, options=options), ShellImport(plan.bench, source)]
    rejects = source.summary["rejected"]
    return import_row(
        plan, f"import {source.records:,} contacts of which {rejects:,} are rejected, and give these back", source, found)


def against_the_shell(plan, source, what, targets=()):
    found = [SluiceImport(plan.bench, source), ShellImport(plan.bench, source)]
    return import_row(plan, f"import {source.records:,} contacts, {what}, into an empty database", source, found, targets)


@scenario
def wide(plan):
    """120 columns of which 12 are mapped"""
    source = plan.bench.inputs.contacts(plan.records, "wide")
    return against_the_shell(plan, source, "120 columns of which 12 are mapped", [times("sqlite3 .import", 5)])


@scenario
def unmapped(plan):
    """what the columns of the wide file cost that nothing maps"""
    source = plan.bench.inputs.sound(plan.records, "wide")
    cut = cut_columns(source, plan.bench.path("cut.csv"))
    found = [SluiceImport(plan.bench, source), SluiceImport(plan.bench, cut)]
    found[0].name, found[1].name = "sluice, 120 columns", "sluice, the 12 mapped columns alone"
    answer = import_row(
        plan, f"import {source.records:,} contacts of 120 columns, and of the 12 that are mapped alone", source, found)
    os.remove(cut.path)
    whole, part = (answer["sides"][side.name] for side in found)
    part["mebibytesPerSecond"] = round(cut.summary["bytes"] / part["medianSeconds"] / (1 << 20), 1)
    more = source.summary["bytes"] - cut.summary["bytes"]
    seconds = whole["medianSeconds"] - part["medianSeconds"]
    answer["note"] = (
        f"The {more / 1e6:,.0f} MB that nothing maps take {seconds:.2f} s more, in two passes: one that finds records and one "
        f"that imports them.")
    return answer


def cut_columns(source, path):
    """The columns of a sound file that its filter maps, and no others."""
    wanted = [column.header for column in contacts.SHAPES[source.shape].columns]
    with open(source.path, encoding="utf-8", newline="") as whole, open(path, "w", encoding="utf-8", newline="") as part:
        reader = csv.reader(whole)
        header = next(reader)
        kept = [header.index(name) for name in wanted]
        writer = csv.writer(part, lineterminator="\n")
        writer.writerow(wanted)
        writer.writerows([row[index] for index in kept] for row in reader)
    summary = source.summary | {"bytes": os.path.getsize(path)}
    return dataclasses.replace(source, path=path, sha256=inputs.sha256(path), summary=summary)


@scenario
def narrow(plan):
    """three columns"""
    return against_the_shell(plan, plan.bench.inputs.contacts(plan.records, "narrow"), "3 columns")


@scenario
def quoted(plan):
    """every field quoted, with line ends and quotes within"""
    source = plan.bench.inputs.contacts(plan.records, "quoted")
    return against_the_shell(plan, source, "every field quoted, many with line ends within")


@scenario
def gzip(plan):
    """usual contacts, compressed with gzip"""
    source = plan.bench.inputs.contacts(plan.records, compression="gzip")
    return against_the_shell(plan, source, "compressed with gzip (the shell reads `gzip -dc`)")


@scenario
def zstd(plan):
    """usual contacts, compressed with zstd"""
    source = plan.bench.inputs.contacts(plan.records, compression="zstd")
    return against_the_shell(plan, source, "compressed with zstd (the shell reads `zstd -dc`)")


@scenario
def sound(plan):
    """contacts with nothing wrong in them, for those that take all or nothing: DuckDB, PostgreSQL"""
    source = plan.bench.inputs.sound(plan.records)
    found = [SluiceImport(plan.bench, source), ShellImport(plan.bench, source)]
    if plan.has("duckdb"):
        found.append(DuckDBImport(plan.bench, source, plan.peers))
    if plan.server:
        found.append(PostgreSQLImport(plan.bench, source, plan.server))
    return import_row(
        plan, f"import {source.records:,} contacts with nothing wrong in them into an empty database", source, found,
        missing=plan.missing_of("duckdb", "postgresql"))


@scenario
def sqlite_utils(plan):
    """the same, 100,000 at the most, for sqlite-utils"""
    source = plan.bench.inputs.sound(min(plan.records, MOST_FOR_SQLITE_UTILS))
    found = [SluiceImport(plan.bench, source), ShellImport(plan.bench, source)]
    if plan.has("sqlite-utils"):
        found.append(SQLiteUtilsImport(plan.bench, source, plan.peers))
    return import_row(
        plan, f"import {source.records:,} contacts with nothing wrong in them, with sqlite-utils too", source, found,
        is_long=True, missing=plan.missing_of("sqlite-utils"))


def indexed_database(plan, source):
    """A database with these contacts, whose field `state` has an index."""
    side = SluiceImport(plan.bench, source)
    side.database = plan.bench.path("indexed.db")
    side.ready()
    added = plan.bench.run([
        plan.bench.sluice, "types", "add-field", "contacts", "--name", "state", "--kind", "text", "--indexed", "--database",
        side.database,
    ])
    runs.expect_success(added, "sluice types add-field")
    side.check(side.run())
    query = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'contacts' AND sql LIKE '%state%'"
    answers.expect("indexes of the field state", answers.one_row(side.database, query)[0], 1)
    return side.database


@scenario
def export(plan):
    """all contacts to CSV, in no order"""
    source = plan.usual()
    rows = source.summary["created"]
    database = plan.base(source)
    found = [exports.SluiceExport(plan.bench, database, rows), exports.ShellExport(plan.bench, database)]
    first = plan.bench.path("exported.csv")
    # What other databases' own tables are loaded from.
    found[0].ready()
    found[0].check(found[0].run())
    os.replace(found[0].path, first)
    if plan.has("duckdb"):
        found.append(exports.DuckDBExport(plan.bench, plan.peers, first))
    if plan.server:
        found.append(exports.PostgreSQLExport(plan.bench, plan.server, first))
    measured, content = plan.in_turn(found, exports.expect_same_files)
    for side in found:
        side.discard()
    os.remove(first)
    answers.expect("the sum of paymentBalance", content["amountHundredths"], source.summary["amountHundredths"])
    return row(
        f"export {rows:,} contacts, 15 columns, in no order", source, measured, found, rows, content,
        [times("sqlite3 -csv", 3.5), times("DuckDB COPY, 2 threads", 1), memory], plan.missing_of("duckdb", "postgresql"))


@scenario
def export_part(plan):
    """the contacts of one state, which an index finds"""
    source = plan.usual()
    database = indexed_database(plan, source)
    condition = f"state = '{STATE}'"
    (rows,) = answers.one_row(database, f"SELECT count(*) FROM contacts WHERE {condition}")
    if not rows:
        raise BenchmarkError(f"no contact lives in {STATE}")
    found = [
        exports.SluiceExport(plan.bench, database, rows, condition),
        exports.ShellExport(plan.bench, database, f" WHERE {condition}"),
    ]
    measured, content = plan.in_turn(found, exports.expect_same_files)
    for side in found:
        side.discard()
    runs.remove(database)
    return row(
        f"export the {rows:,} contacts of one state, which an index finds", source, measured, found, rows, content, [memory])


@scenario
def journal(plan):
    """what the journal costs: a first load, and one that changes each row, with it and without"""
    before = plan.bench.inputs.sound(plan.records)
    after = plan.bench.inputs.contacts(plan.records, rejects=0, duplicates=0, changed=1.0)
    counts = {"created": 0, "updated": after.summary["created"]}
    base = plan.base(before)
    found = []
    for name, source, options in (
        ("sluice", after, {"base": base, "counts": counts}),
        ("sluice --no-journal", after, {"base": base, "counts": counts, "options": ["--no-journal"]}),
        ("sluice, first load", before, {}),
        ("sluice --no-journal, first load", before, {"options": ["--no-journal"]}),
    ):
        side = SluiceImport(plan.bench, source, **options)
        side.name = name
        side.kept_rows = after.summary["created"] if name == "sluice" else 0
        found.append(side)
    return cost_row(
        plan, f"import {after.records:,} contacts that each change a row, and a first load; with the journal and without", after,
        found, "The journal", ("a load that changes each row", "a first load"))


@scenario
def synchronous(plan):
    """what it costs that each transaction waits for the disk, in large ones and in small ones"""
    source = plan.usual()
    found = []
    for name, options in (("sluice", []), ("sluice --commit-every 10000", ["--commit-every", "10000"])):
        for value in ("full", "normal"):
            side = SluiceImport(plan.bench, source, options=options, settings={"synchronous": value})
            side.name = f"{name}, {value}"
            found.append(side)
    return cost_row(
        plan, f"import {source.records:,} usual contacts into an empty database, with the setting synchronous full and normal",
        source, found, "Full", ("an import", "one with transactions of 10,000 records"))


def cost_row(plan, title, source, found, cause, works):
    """Measures each of `works` with something and without it, two sides in a row, and notes what share of time it adds."""
    measured, _ = plan.in_turn(found)
    found[0].discard()
    answer = row(title, source, measured, found, targets=[memory])
    notes = []
    for work, with_it, without in zip(works, found[::2], found[1::2]):
        cost = measure.ratios(
            {"with": measured[with_it.name], "without": measured[without.name]}, "without")["with"]
        notes.append(f"{(cost['median'] - 1) * 100:.1f} % to {work}")
    answer["note"] = f"{cause} adds {' and '.join(notes)}."
    return answer


@scenario
def poll(plan):
    """status polls through the library while the large file is imported"""
    source = plan.usual(plan.large)
    side = SluiceImport(plan.bench, source)
    done, found = polls.through_the_library(side, plan.poll_task)
    side.discard()
    answer = row(
        f"status polls through the library while {source.records:,} contacts are imported", source, {side.name: [done]}, [side],
        targets=[memory])
    answer["polls"] = polls.figures(found)
    target = Target("of 100 polls 99", answer["polls"]["p99Milliseconds"], at_most=2, unit="ms")
    answer["targets"].insert(0, target.figures())
    return answer


@scenario
def poll_command(plan):
    """polls with `sluice tasks show`, a process each"""
    source = plan.usual()
    side = SluiceImport(plan.bench, source)
    done, found = polls.through_the_command(side)
    for _ in range(2 * plan.pairs - 1):
        if len(found) >= ENOUGH_POLLS:
            break
        done, more = polls.through_the_command(side)
        found += more
    side.discard()
    answer = row(
        f"`sluice tasks show` again and again while {source.records:,} contacts are imported", source, {side.name: [done]},
        [side], targets=[memory])
    answer["polls"] = polls.figures(found)
    return answer


@scenario
def parse(plan):
    """the parser alone, on one thread"""
    # DuckDB takes no file with records of another shape.
    source = plan.bench.inputs.sound(plan.records)
    ours = SluiceParse(plan.bench, source, plan.parse_file)
    found = [ours]
    if plan.has("duckdb"):
        found.append(DuckDBCount(plan.bench, source, plan.peers))
    rates = []
    measured, _ = plan.in_turn(found)
    for _ in range(2 * plan.pairs - 1):
        ours.check(ours.run())
        rates.append(source.summary["bytes"] / ours.parse_seconds / 1e9)
    for side in found:
        side.discard()
    rate = statistics.median(rates)
    answer = row(
        f"cut {source.records:,} usual contacts into records and fields, with the line of each, on one thread", source, measured,
        found, targets=[times(DuckDBCount.name, 1)], missing=plan.missing_of("duckdb"))
    answer["targets"].insert(0, Target("in the parser alone", rate, at_least=1.2, unit="GB/s").figures())
    return answer
