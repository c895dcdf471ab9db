"""The columns of made-up contacts: in the files, in sluice's table and in a peer's."""

import os
from dataclasses import dataclass

from .inputs import ROOT

DAY = "nullif(substr({0}, 7, 4) || '-' || substr({0}, 1, 2) || '-' || substr({0}, 4, 2), '--')"
DIGITS = "replace(replace(replace(replace(replace({0}, '(', ''), ')', ''), '-', ''), ' ', ''), '+', '')"
PHONE = f"'+1' || right(nullif({DIGITS}, ''), 10)"


CHOICE = "CASE {0} WHEN 'Y' THEN 'yes' WHEN 'N' THEN 'no' END"
HUNDREDTHS = "CAST(CAST(replace(nullif({0}, ''), '.', '') AS bigint) AS text)"
# A row is told in one line. Of a line end within a field sqlite-utils keeps LF alone, whichever it was.
ONE_LINE = "replace(replace({0}, '\r', ''), '\n', ' ')"


@dataclass(frozen=True)
class Column:
    """A column of a file, and what became of it."""

    header: str
    field: str
    name: str
    # Whether a record that is mended or comes again has the same there, so that an importer which keeps the first
    # record of a key and one which applies the last hold the same.
    is_steady: bool = False
    # A peer's text in sluice's form, and that.
    raw: str = "nullif({0}, '')"
    ours: str = "{0}"


COLUMNS = (
    Column("Contact ID", "contactNumber", "contact_number", True),
    Column("First Name", "firstName", "first_name", True),
    Column("Last Name", "lastName", "last_name", True),
    Column("DOB", "dateOfBirth", "date_of_birth", True, DAY),
    Column("Email", "email", "email"),
    Column("Home Phone", "phone1", "phone1", True, PHONE),
    Column("Mobile Phone", "phone2", "phone2", raw=PHONE),
    Column("Address", "address1", "address1", raw=ONE_LINE, ours=ONE_LINE),
    Column("City", "city", "city", True),
    Column("State", "state", "state", True),
    Column("ZIP", "postalCode", "postal_code", True),
    Column("Balance", "paymentBalance", "payment_balance", raw=HUNDREDTHS, ours="CAST({0} AS text)"),
    Column("Due Date", "accountDueDate", "account_due_date", True, DAY),
    Column("SMS Consent", "smsConsent", "sms_consent", raw=CHOICE),
    Column("Agent Team", "agentTeam", "agent_team", True),
)
BY_NAME = {column.name: column for column in COLUMNS}
KEY = COLUMNS[0]
BALANCE = BY_NAME["payment_balance"]


@dataclass(frozen=True)
class Shape:
    """How a file of contacts looks: its columns that feed fields, and all there are."""

    name: str
    filter: str
    columns: tuple
    # Names of the columns of a peer's table, which holds all of the file.
    all_names: tuple


def _wide_names():
    names = []
    for column in COLUMNS:
        names.append(column.name)
        names += [f"custom_{len(names) + 1 + number}" for number in range(7)]
    return tuple(names)


def _shape(name, columns, filter=None, all_names=None):
    path = filter or os.path.join(ROOT, "Benchmarks", "filters", f"{name}.yaml")
    return Shape(name, path, columns, all_names or tuple(column.name for column in columns))


SHAPES = {
    shape.name: shape
    for shape in (
        _shape("usual", COLUMNS, "livevox-contacts"),
        _shape("quoted", COLUMNS, "livevox-contacts"),
        _shape("narrow", (COLUMNS[0], COLUMNS[2], COLUMNS[4])),
        _shape("wide", COLUMNS[:12], all_names=_wide_names()),
    )
}


def peer_table(shape, dialect="STRICT"):
    """A table of all columns of such files as they are, with the same unique key."""
    columns = ", ".join(f"{name} TEXT{' NOT NULL UNIQUE' if name == KEY.name else ''}" for name in shape.all_names)
    return f"CREATE TABLE contacts ({columns}) {dialect}".rstrip()


def line(expressions):
    """SQL for the values of a row as one text, its key first; a NULL and a blank are the same."""
    return " || '|' || ".join(f"coalesce({expression}, '')" for expression in expressions)


def compared(source):
    """The columns in which all importers of a file must hold the same: all of them where nothing in it is wrong."""
    return [column for column in SHAPES[source.shape].columns if column.is_steady or source.is_sound]


def our_line(source):
    return line(column.ours.format(column.name) for column in compared(source))


def raw_line(source, right=True):
    """The same of a table that holds the file's text; without `right` where SQL has no such function."""
    expressions = [column.raw.format(column.name) for column in compared(source)]
    if not right:
        expressions = [text.replace("right(", "substr(").replace(", ''), 10)", ", ''), -10)") for text in expressions]
    return line(expressions)
