"""One reader under Atheris: `python -m assurance.parsers.one TARGET [libFuzzer's own options]`.

Whatever a reader raises that it does not declare ends the process with libFuzzer's code.
"""

import sys
import tempfile
from contextlib import suppress
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

atheris: Any = import_module("atheris")  # installed for the campaign alone

with atheris.instrument_imports(include=["fingerpost"]):
    from fingerpost.feeds.columns import ADDRESS, EPISODE_TABLES, PERSON
    from fingerpost.feeds.ssd import read
    from fingerpost.feeds.tables import Columns
    from fingerpost.ledger.checkpoint import verified
    from fingerpost.ledger.note import Verifier, read_lines, read_note, read_vkey
    from fingerpost.ledger.spoken import heard
    from fingerpost.lookup.form import ChildForm, read_child
    from fingerpost.matching import assess, prepare, question_keys, record_keys
    from fingerpost.vault.tokens import IndexKey
    from fingerpost.words.errors import Invalid

TODAY = date(2026, 11, 27)
LOG = Verifier("fingerpost.example/log", bytes(32))
INDEX = IndexKey(bytes(32))
FOLDER = Path(tempfile.mkdtemp(prefix="assurance-"))
TABLES = (PERSON, ADDRESS, EPISODE_TABLES[0])


def _texts(data: bytes, most: int) -> list[str]:
    """Return the input as so many texts; what no decoder gives is in none of them."""
    parts = data.decode("utf-8", "ignore").split("\x1f")[:most]
    return parts + [""] * (most - len(parts))


def _heading(table: Columns) -> bytes:
    return ",".join(dict.fromkeys((*table.required, *table.optional))).encode() + b"\n"


def notes(data: bytes) -> None:
    """Signed notes, checkpoints, keys and cosignatures as others hand them in."""
    note = read_note(data)
    verified(note, LOG)
    if note is not None:
        assert read_note(str(note).encode()) == note
    text = data.decode("utf-8", "ignore")
    read_vkey(text)
    read_lines(text)


def tokens(data: bytes) -> None:
    """What is said aloud, and whatever a key of the index is made of."""
    (text,) = _texts(data, 1)
    heard(text)
    assert len(INDEX.tokens([text, text])) == 2


def feed(data: bytes) -> None:
    """Tables of an extract, below their headings."""
    for table, rows in zip(TABLES, [*data.split(b"\x1f"), b"", b""], strict=False):
        (FOLDER / f"{table.table}.csv").write_bytes(_heading(table) + rows)
    with suppress(Invalid):
        read(FOLDER, TODAY)


def names(data: bytes) -> None:
    """Names and homes as typed, and all that matching makes of them."""
    given, family, known_as, postcode = _texts(data, 4)
    with suppress(Invalid):
        child = read_child(
            ChildForm(
                given_names=f"{given} {known_as}", family_name=family, date_of_birth="2015-03-01",
                postcodes=(postcode,) if postcode else (),
            ), TODAY,
        )  # fmt: skip
        one = prepare(child)
        question_keys(one)
        record_keys(one)
        assess(one, one)


def dates(data: bytes) -> None:
    """Dates as typed."""
    born, earliest, latest, expected = _texts(data, 4)
    with suppress(Invalid):
        read_child(
            ChildForm(
                given_names="Ada", family_name="Quill", date_of_birth=born, born_from=earliest,
                born_to=latest, expected_on=expected,
            ), TODAY,
        )  # fmt: skip


def careless(data: bytes) -> None:
    """The control: a reader of dates that believes what it is given."""
    (text,) = _texts(data, 1)
    if len(text) > 6 and text[4] == "-":
        date(int("1" + text[:4].zfill(4)[-3:] if text[:4].isdigit() else "2015"), int(text[5:7]), 1)


TARGETS = {one.__name__: one for one in (notes, tokens, feed, names, dates, careless)}


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
