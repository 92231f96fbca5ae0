"""A procedure's folder: durable lines, torn ones, several writers, keys; and parts that need no database."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from fingerpost.decommission import canaries, evidence, inventory, no_access, people
from fingerpost.decommission.acts.preparing import Duty, DutyMet
from fingerpost.decommission.chain import UnsoundProcedure
from fingerpost.decommission.folder import TOOL, Procedure
from fingerpost.decommission.item import Medium
from fingerpost.decommission.people import Part, Signer, new_signer
from fingerpost.decommission.scanners.candidates import CANARY_LETTERS
from fingerpost.ledger.checkpoint import verified
from fingerpost.ledger.note import read_note
from fingerpost.words.errors import Invalid, Misconfigured, Refused
from tests.decommission import paper

MANY = 8
DUTY = DutyMet(duty=Duty.SHIELDS, outstanding=0, how="asked")


@pytest.fixture
def procedure(tmp_path: Path) -> Procedure:
    made = Procedure(tmp_path / "p", clock=lambda: paper.START)
    tool = made.create().person("the tool", "", "", Part.TOOL)
    opened = evidence.Opened(
        procedure="test", target="server", root="/nowhere", basis="section 12", switch_off_at=paper.NOON,
        people=(*paper.PEOPLE[:-1], tool), partners=("E1",), canaries=5, sample=10,
    )  # fmt: skip
    made.say(opened, paper.SIGNERS["oona"])
    return made


def test_many_who_open_one_folder_at_once_have_one_key(tmp_path: Path) -> None:
    """Else the key that was named on the ledger could be gone, and nothing could ever be signed by it."""
    for turn in range(4):
        folder, ready = tmp_path / str(turn), Barrier(MANY)

        def create(folder: Path = folder, ready: Barrier = ready) -> str:
            ready.wait()
            return Procedure(folder).create().verifier.vkey

        with ThreadPoolExecutor(MANY) as pool:
            keys = {made.result() for made in [pool.submit(create) for _ in range(MANY)]}
        assert keys == {people.read(folder / TOOL).verifier.vkey}
        assert [path.name for path in folder.iterdir()] == [TOOL]


def test_a_line_cut_off_is_taken_away(procedure: Procedure) -> None:
    whole = procedure.ledger.read_bytes()
    for cut in (b"{", b'{"entry":{"number":1', whole[:-1]):
        procedure.ledger.write_bytes(whole + cut)
        assert len(Procedure(procedure.folder).chain.lines) == 1
        assert procedure.ledger.read_bytes() == whole
    procedure.ledger.write_bytes(whole + b"{}\n")
    with pytest.raises(UnsoundProcedure, match="line 2 of the ledger cannot stand"):
        _ = Procedure(procedure.folder).chain


def test_two_writers(procedure: Procedure) -> None:
    other = Procedure(procedure.folder, clock=lambda: paper.START)
    for writer in (procedure, other, procedure, other):
        writer.say(DUTY, paper.SIGNERS["oona"])
    assert len(procedure.chain.lines) == len(other.chain.lines) == 5


def test_the_checkpoint_is_signed(procedure: Procedure) -> None:
    procedure.say(DUTY, paper.SIGNERS["oona"])
    kept = read_note((procedure.folder / "checkpoint").read_bytes())
    head = verified(kept, procedure.chain.log)
    assert head == procedure.chain.checkpoint
    assert head is not None
    assert head.size == 2


def test_whose_key(procedure: Procedure, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not the key of oona"):
        procedure.say(DUTY, new_signer("oona"))
    with pytest.raises(Refused, match="is not one who"):
        procedure.say(DUTY, Signer("nobody", new_signer("x")._key))  # pyright: ignore[reportPrivateUsage]
    path = tmp_path / "ada.key"
    paper.SIGNERS["ada"].keep(path, "open sesame")
    assert people.read(path, "open sesame").verifier == paper.SIGNERS["ada"].verifier
    assert path.stat().st_mode & 0o077 == 0
    for wrong in ("", "other"):
        with pytest.raises(Misconfigured, match="its passphrase is another"):
            people.read(path, wrong)
    with pytest.raises(Invalid, match="never overwritten"):
        paper.SIGNERS["ada"].keep(path)
    assert "ada" in repr(paper.SIGNERS["ada"])
    assert len(repr(paper.SIGNERS["ada"])) < 20


def test_canaries_are_nobody(procedure: Procedure) -> None:
    known = canaries.canaries(procedure)
    assert known == canaries.canaries(procedure) != list(canaries.made_from(b"x" * 32, 5))
    many = list(canaries.made_from(b"x" * 32, 500))
    assert len({c.number for c in many}) == len({c.family for c in many}) == 500
    for c in many:
        right = sum(int(d) * w for d, w in zip(c.number[:11], range(12, 1, -1), strict=True)) % 11 % 10
        assert c.number[11] != str(right)
        assert len(c.family) == CANARY_LETTERS
        assert c.family[0] == "Q"


def test_the_register(procedure: Procedure, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"

    def written(*rows: tuple[str, ...]) -> Path:
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([("path", "medium", "kind", "owner", "serial"), *rows])
        return path

    (item,) = inventory.register(written(("server", "postgresql", "core", "us", "A1")))
    assert (item.medium, item.id, item.declared) == (Medium.POSTGRESQL, inventory.id_of("server"), True)
    with pytest.raises(Invalid, match="line 3: names a medium or kind that is none"):
        inventory.register(written(("a", "file", "core", "us", ""), ("b", "tablet", "core", "us", "")))
    path.write_text("path,medium\n")
    with pytest.raises(Invalid, match="is a column that lacks"):
        inventory.register(path)
    for outside in ("/etc/passwd", "../elsewhere"):
        found = inventory.register(written((outside, "file", "core", "us", "")))
        with pytest.raises(Invalid, match="below the procedure's root"):
            inventory.declare(procedure, paper.SIGNERS["oona"], found)


LOG = """\
2010-08-06 10:59:59.000 UTC [1] web@contactpoint app LOG:  connection authorized: user=web database=cp
2010-08-06 11:00:01.000 UTC [2] [unknown]@[unknown] [unknown] LOG:  connection received: host=[local]
2010-08-06 11:00:01.001 UTC [2] web@contactpoint [unknown] LOG:  connection authorized: user=web
2010-08-06 11:00:01.002 UTC [2] web@contactpoint [unknown] FATAL:  role "web" may not log in
2010-08-06 11:00:02.000 UTC [1] web@contactpoint app FATAL:  terminating connection due to some command
no line of its own
"""


def test_who_came_by_the_log() -> None:
    assert no_access.seen(LOG, paper.NOON) == no_access.Seen(lines=4, let_in=0, refused=1)
    let_in = LOG + "2010-08-06 11:05:00.000 UTC [3] web@x y LOG:  connection authorized: user=web\n"
    assert no_access.seen(let_in, paper.NOON).let_in == 1
    assert no_access.seen(LOG, datetime(2010, 8, 6, 10, tzinfo=UTC)).let_in == 1
    with pytest.raises(Misconfigured, match="not in UTC"):
        no_access.seen(LOG.replace("UTC", "BST"), paper.NOON)


CAME = "2010-08-06 11:05:00.000 UTC [3] LOG:  connection authorized: user=web database=cp"
READY = "2010-08-06 11:05:00.001 UTC [3] LOG:  connection ready: setup total=6.782 ms"


@pytest.mark.parametrize(
    "after",
    [
        "2010-08-06 11:09:00.000 UTC [3] FATAL:  invalid frontend message type 1",
        f"{READY}\n2010-08-06 11:09:00.000 UTC [3] FATAL:  any words that a later server has for it",
        "2010-08-06 11:09:00.000 UTC [4] FATAL:  password authentication failed for user"
        ' "x\x0b2010-08-06 11:09:00.000 UTC [3] FATAL:  role "web" may not log in"',
        "2010-08-06 11:09:00.000 UTC [4] FATAL:  password authentication failed for user"
        ' "x\n\t2010-08-06 11:09:00.000 UTC [3] FATAL:  role "web" may not log in"',
    ],
)
def test_nobody_who_was_let_in_can_look_like_somebody_refused(after: str) -> None:
    """Whoever is in can end as they like, and whoever is not can call themselves what they like."""
    assert no_access.seen(f"{CAME}\n{after}\n", paper.NOON).let_in == 1
