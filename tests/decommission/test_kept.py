"""What is kept: the investment, in which no child stands; and who looked, for as long as the law says."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from fingerpost.cli import fingerpost
from fingerpost.db.foreign import Foreign, reached
from fingerpost.decommission import keep, minimum
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.scan import scan
from fingerpost.decommission.scanners.listed import Identity, listed, new_key
from fingerpost.vault.seal import Broken
from fingerpost.words.errors import Invalid, Misconfigured, NotFound, Refused
from tests.decommission.conftest import ORDER

ON, UNTIL = date(2010, 8, 6), date(2016, 8, 6)


@pytest.fixture
def database(legacy: Legacy, copies: Path) -> Iterator[Foreign]:
    """The legacy's database; what a test changes in it, it takes back.

    Its pages still hold what was taken back: the copies that others scan are made before (`copies`).
    """
    with reached(legacy.conninfo()) as found:
        yield found


def everybody(database: Foreign) -> list[Identity]:
    rows = database.tuples("SELECT number, given, family, born, postcode FROM child")
    return [Identity(*row) for row in rows]


def hits(database: Foreign, folder: Path, journal: Path) -> int:
    key = new_key()
    return scan([folder], listed(everybody(database), key), key, journal).hits


def test_the_investment_crosses_and_no_child_does(database: Foreign, tmp_path: Path) -> None:
    register, digest = keep.carry_over(database, tmp_path / "kept", ON)
    rows = {c.name: c.rows for c in register.carried}
    assert rows["partners"] == 18
    assert rows["directory"] == 12
    assert rows[keep.PEOPLE] == 20
    assert min(rows.values()) > 0
    assert {"child", "carer", "involvement", "access_audit", "shield"} <= set(register.left)
    assert hits(database, tmp_path / "kept", tmp_path / "journal") == 0
    assert keep.carry_over(database, tmp_path / "kept", ON) == (register, digest)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE guidance SET body = given || ' ' || family || ', born ' || born FROM child", "guidance"),
        ("UPDATE service_directory SET phone = number FROM child", "directory"),
        ("UPDATE matching_rule SET rule = family || ', ' || given || ' ' || postcode FROM child", "matching"),
    ],
)  # fmt: skip
def test_a_child_that_strayed_into_it_stops_everything(
    database: Foreign, tmp_path: Path, statement: str, table: str
) -> None:
    database.run("BEGIN")
    database.run(statement)  # pyright: ignore[reportArgumentType]
    with pytest.raises(Refused, match=f"as {table}"):
        keep.carry_over(database, tmp_path / "kept", ON)
    assert not (tmp_path / "kept").exists()
    database.run("ROLLBACK")


def test_the_scan_that_finds_nobody_would_find_somebody(database: Foreign, tmp_path: Path) -> None:
    """The control."""
    child = everybody(database)[7]
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "guidance.jsonl").write_text(f'["Example","{child.number}"]\n')
    assert hits(database, tmp_path / "kept", tmp_path / "journal") == 1


def test_a_rule_that_was_broken_seldom_is_not_counted(database: Foreign, tmp_path: Path) -> None:
    database.run("BEGIN")
    database.run("INSERT INTO data_quality VALUES (0, '1', 'a rare rule', 'x')")
    keep.carry_over(database, tmp_path / "kept", ON)
    database.run("ROLLBACK")
    assert (tmp_path / "kept" / "quality.jsonl").read_bytes() == b'["postcode not found","15"]\n'


def test_who_does_not_agree_to_be_carried_over_is_dropped(database: Foreign, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    keep.carry_over(database, folder, ON)
    note = ["decommission", "note-consent", str(folder), "--name", "User 3", "--organisation"]
    noted = CliRunner().invoke(fingerpost, [*note, "Organisation 3"])
    assert (
        noted.output
        == f"Noted. Who has not agreed by {ON + keep.CONSENT_WITHIN} is dropped (`drop-silent`).\n"
    )
    assert CliRunner().invoke(fingerpost, [*note, "Organisation 4"]).exit_code == 1
    assert keep.drop_silent(folder, ON + keep.CONSENT_WITHIN) == 0
    assert keep.drop_silent(folder, ON + keep.CONSENT_WITHIN + timedelta(days=1)) == 19
    assert (folder / "people.jsonl").read_bytes() == b'["User 3","Organisation 3","2009-05-18"]\n'


@pytest.fixture
def kept(database: Foreign, tmp_path: Path) -> tuple[Path, Path]:
    for folder in ("minimum", "key"):
        (tmp_path / folder).mkdir()
    path, key = tmp_path / "minimum" / "looks", tmp_path / "key" / "minimum.key"
    made = minimum.keep(database, path, key, UNTIL)
    assert made.head.looks == ORDER.children // 3
    assert made.digest == minimum.digest(path)
    return path, key


def test_who_looked_at_a_child_is_told_from_its_number_alone(
    database: Foreign, kept: tuple[Path, Path]
) -> None:
    number, at, name = database.tuples(
        "SELECT number, at, name FROM access_audit JOIN account ON account.id = account LIMIT 1"
    )[0]
    looks = minimum.looks_of(*kept, number, ON)
    assert [(look.at, look.account, look.reason) for look in looks] == [(at, name, "assessment")]
    assert minimum.looks_of(*kept, "000000000000", ON) == []


def test_no_child_stands_in_it(database: Foreign, kept: tuple[Path, Path], tmp_path: Path) -> None:
    assert hits(database, kept[0].parent, tmp_path / "journal") == 0
    content = kept[0].read_bytes()
    assert not any(child.number.encode() in content for child in everybody(database))
    opened = msgspec.json.encode(minimum.looks_of(*kept, everybody(database)[2].number, ON))
    assert b"family=" not in opened  # what was asked stays behind


def test_its_key_stands_apart_and_opens_nothing_else(kept: tuple[Path, Path], tmp_path: Path) -> None:
    path, key = kept
    with pytest.raises(NotFound):
        minimum.looks_of(path, tmp_path / "none", "1", ON)
    (tmp_path / "other").write_bytes(bytes(32))
    with pytest.raises(Misconfigured, match="something else"):
        minimum.looks_of(path, tmp_path / "other", "1", ON)
    (path.parent / "no").write_bytes(b"not one\n")
    with pytest.raises(Misconfigured, match="no minimum"):
        minimum.looks_of(path.parent / "no", key, "1", ON)


def test_a_changed_byte_is_noticed(database: Foreign, kept: tuple[Path, Path]) -> None:
    path, key = kept
    number = str(database.value("SELECT number FROM access_audit LIMIT 1"))
    content = bytearray(path.read_bytes())
    place = content.index(b"\n") + 1
    while place < len(content):  # the last byte of each frame
        place += 5 + int.from_bytes(content[place + 1 : place + 5], "big")
        content[place - 1] ^= 1
    path.write_bytes(content)
    with pytest.raises(Broken):
        minimum.looks_of(path, key, number, ON)


def test_the_key_may_not_stand_beside_it(database: Foreign, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="apart"):
        minimum.keep(database, tmp_path / "looks", tmp_path / "below" / "key", UNTIL)


def test_it_ends_on_its_day_and_not_before(kept: tuple[Path, Path]) -> None:
    path, key = kept
    with pytest.raises(Refused, match="lasts until"):
        minimum.end(path, key, UNTIL)
    with pytest.raises(Refused, match="ended"):
        minimum.looks_of(path, key, "1", UNTIL + timedelta(days=1))
    key.unlink()  # a kill came between the key and the file
    assert minimum.end(path, key, UNTIL + timedelta(days=1)).until == UNTIL
    assert not path.exists()
