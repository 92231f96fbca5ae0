"""Keep the investment, not the data: what holds no child is carried over, and nothing for convenience.

What is carried is named below, table by table, column by column; everything else stays behind. Before a line
is written, what would be carried is searched for every child of the database, as a residual scan would: one
child met, and nothing is carried.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import LiteralString

import msgspec
from msgspec import Struct

from fingerpost.db.foreign import Foreign
from fingerpost.decommission.acts.preparing import Table
from fingerpost.decommission.scanners.candidates import found_in
from fingerpost.decommission.scanners.listed import Identity, Seeker, listed, new_key
from fingerpost.ledger.merkle import leaf_hash, perfect_root, root
from fingerpost.vault import durable
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused

REGISTER, PEOPLE, CONSENTS = "register.json", "people", "consents.jsonl"
CONSENT_WITHIN = timedelta(days=90)  # who has not agreed to be carried over by then is dropped
FEWEST = 10  # a count below tells of too few children
_BATCH = 100_000  # children read at once
_AT_ONCE = 200_000  # children searched for at once

CARRIED: Mapping[str, tuple[str, LiteralString]] = {
    "partners": ("authorities and partners", "SELECT code, name, kind FROM partner ORDER BY code"),
    "directory": (
        "service directory",
        "SELECT authority, service, phone FROM service_directory ORDER BY id",
    ),
    PEOPLE: (
        "accredited users: each is asked again, and dropped if they do not agree",
        "SELECT name, organisation, accredited_on::text FROM account WHERE active ORDER BY id",
    ),
    "matching": ("matching rules", "SELECT rule FROM matching_rule ORDER BY id"),
    "quality": (
        "lessons of data quality: how often each rule was broken, never by whom",
        "SELECT rule, count(*)::text FROM data_quality GROUP BY rule HAVING count(*) >= %s ORDER BY rule",
    ),
    "mappings": ("mappings of codes", "SELECT from_code, to_code FROM mapping ORDER BY id"),
    "guidance": ("guidance", "SELECT title, body FROM guidance ORDER BY id"),
}


class Carried(Struct, frozen=True):
    """One file of what is carried over: what it is, how many rows, and their root."""

    name: str
    what: str
    rows: int
    root: str


class Register(Struct, frozen=True):
    """What was carried over on which day, and which tables stayed behind."""

    on: date
    carried: tuple[Carried, ...]
    left: tuple[str, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """What was carried, as the procedure's ledger states it."""
        return tuple(Table(c.name, c.rows, c.root) for c in self.carried)


def carry_over(database: Foreign, folder: Path, on: date) -> tuple[Register, str]:
    """Carry over what holds no child into a folder. Return the register and its SHA-256.

    Raises `Refused`, naming the table, where a child is met in it. Done again, it writes the same.
    """
    found = {name: list(_rows(database, name)) for name in CARRIED}
    if name := _meets_child(database, found):
        raise Refused(f"a child stands in what would be carried over as {name}: nothing is carried over")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, lines in found.items():
        durable.replace(folder / f"{name}.jsonl", b"".join(line + b"\n" for line in lines))
    carried = (Carried(n, CARRIED[n][0], len(lines), _root(lines)) for n, lines in found.items())
    register = Register(on, tuple(carried), tuple(_left(database)))
    content = msgspec.json.format(msgspec.json.encode(register))
    durable.replace(folder / REGISTER, content)
    return register, hashlib.sha256(content).hexdigest()


def _rows(database: Foreign, name: str) -> Iterator[bytes]:
    statement = CARRIED[name][1]
    for row in database.tuples(statement, [FEWEST] if "%s" in statement else []):
        yield msgspec.json.encode(row)


def _root(lines: list[bytes]) -> str:
    """Return the root of RFC 6962 over the lines."""
    leaves = [leaf_hash(line) for line in lines]

    def node(level: int, index: int) -> bytes:
        return perfect_root(leaves[index << level : (index + 1) << level])

    return root(len(leaves), node).hex()


def _left(database: Foreign) -> Iterator[str]:
    """Yield the tables of which nothing is carried over."""
    named = set(re.findall(r"FROM (\w+)", " ".join(statement for _, statement in CARRIED.values())))
    tables = database.tuples("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    yield from (table for (table,) in tables if table not in named)


# No child


def _meets_child(database: Foreign, found: Mapping[str, list[bytes]]) -> str:
    """Return the name of the first file in which any child of the database stands, or ''."""
    content = {name: b"\n".join(lines) for name, lines in found.items()}
    words = set(re.findall(rb"\w+", b" ".join(content.values()).lower()))
    for some in _by_many(_children(database, words)):
        key = new_key()
        seeker = Seeker(listed(some, key), key)
        for name, text in content.items():
            if next(found_in(text, seeker), None):
                return name
    return ""


def _by_many(children: Iterator[Identity]) -> Iterator[list[Identity]]:
    some: list[Identity] = []
    for child in children:
        some.append(child)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    yield some


def _children(database: Foreign, words: set[bytes]) -> Iterator[Identity]:
    """Yield the children whose number or family name could stand there at all."""
    last = ""
    while rows := database.tuples(
        "SELECT number, given, family, born, postcode FROM child WHERE number > %s ORDER BY number LIMIT %s",
        [last, _BATCH],
    ):
        for row in rows:
            number, family = row[0], row[2]
            if number.encode() in words or words.intersection(family.lower().encode().split()):
                yield Identity(*row)
        last = rows[-1][0]


# People are asked again


class Consent(Struct, frozen=True):
    """Somebody who was accredited agrees to be carried over."""

    name: str
    organisation: str
    on: date


def consent(folder: Path, given: Consent) -> None:
    """Note that somebody agrees. `NotFound` where nobody of that name was carried over."""
    asked_until(folder)  # refuses a folder of something else
    if not any((name, body) == (given.name, given.organisation) for name, body, _ in _people(folder)):
        raise NotFound("nobody of that name and organisation was carried over")
    path = folder / CONSENTS
    before = path.read_bytes() if path.exists() else b""
    durable.replace(path, before + msgspec.json.encode(given) + b"\n")


def asked_until(folder: Path) -> date:
    """Return the last day on which somebody may agree."""
    try:
        register = msgspec.json.decode((folder / REGISTER).read_bytes(), type=Register)
    except (OSError, msgspec.MsgspecError):
        raise Invalid(Problem("kept", f"holds no {REGISTER} of what was carried over")) from None
    return register.on + CONSENT_WITHIN


def drop_silent(folder: Path, today: date) -> int:
    """Drop who has not agreed in time. Return how many were dropped; before the time none is."""
    if today <= asked_until(folder):
        return 0
    path = folder / CONSENTS
    lines = path.read_bytes().splitlines() if path.exists() else []
    agreed = {(c.name, c.organisation) for c in (msgspec.json.decode(line, type=Consent) for line in lines)}
    before = list(_people(folder))
    left = [person for person in before if person[:2] in agreed]
    durable.destroy(folder / f"{PEOPLE}.jsonl")
    durable.replace(folder / f"{PEOPLE}.jsonl", b"".join(msgspec.json.encode(p) + b"\n" for p in left))
    return len(before) - len(left)


def _people(folder: Path) -> Iterator[tuple[str, str, str]]:
    for line in (folder / f"{PEOPLE}.jsonl").read_bytes().splitlines():
        yield msgspec.json.decode(line, type=tuple[str, str, str])
