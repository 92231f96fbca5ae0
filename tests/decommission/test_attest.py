"""Partners: letters that ask, reminders that chase, the public list of the overdue, the draw of an audit."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fingerpost.decommission.acts.attesting import ELSEWHERE, AttestationWithdrawn, AuditDrawn, Audited
from fingerpost.decommission.attest import (
    Post,
    Standing,
    attest,
    draw,
    overdue,
    owed,
    owing,
    standing,
)
from fingerpost.decommission.audit import sample
from fingerpost.decommission.document import Document
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import lacking
from fingerpost.decommission.letters import Letter, letter
from fingerpost.decommission.printed import page, pdf, text
from fingerpost.words.errors import Refused
from tests.decommission import paper
from tests.decommission.paper import NOON, SIGNERS
from tests.decommission.test_certificate import laid_down

DUE = (NOON + timedelta(days=28)).date()
ABOUT = Letter(
    database="ContactPoint", reference="CP-2010", procedure="0" * 64, written=NOON.date(), due=DUE,
    officer="A Officer, senior responsible owner", reply_to="closing@fingerpost.example",
)  # fmt: skip
NAMES = {"E1": "Leeds & District <council>"}
LATE = datetime(2010, 9, 4, 12, tzinfo=NOON.tzinfo)


@pytest.fixture
def procedure(tmp_path: Path) -> Procedure:
    return laid_down(paper.until(6), tmp_path / "procedure")


@pytest.fixture
def post(procedure: Procedure, tmp_path: Path) -> Post:
    (tmp_path / "out").mkdir()
    return Post(procedure, SIGNERS["oona"], NAMES, tmp_path / "out")


def stated(procedure: Procedure, item: str, found: int = 0, *, surrendered: bool = False) -> str:
    return attest(
        procedure, SIGNERS["pia"], item, searched="every drive", how="by content", found=found,
        surrendered=surrendered,
    )  # fmt: skip


def stands(procedure: Procedure, item: str, at: datetime = NOON) -> Standing:
    return standing(procedure.state, "E1", item, at)


def test_each_partner_is_asked_once_for_its_items_and_everything_else(
    procedure: Procedure, post: Post, tmp_path: Path
) -> None:
    assert owed(procedure.state, "E1") == ("extract", ELSEWHERE)
    assert stands(procedure, "extract") is Standing.NOT_ASKED
    assert post.ask(ABOUT) == ("E1",)
    assert post.ask(ABOUT) == ()
    written = (tmp_path / "out" / "E1-0.txt").read_text()
    assert "- extract: partners/E1/x.csv" in written
    assert "server" not in written  # what is not its own
    assert written.startswith("Leeds & District <council>\n6 August 2010\nOur reference: CP-2010/E1\n")
    assert "Leeds &amp; District &lt;council&gt;" in (tmp_path / "out" / "E1-0.html").read_text()


def test_how_what_is_owed_stands(procedure: Procedure, post: Post) -> None:
    post.ask(ABOUT)
    assert stands(procedure, ELSEWHERE) is Standing.AWAITED
    assert stands(procedure, ELSEWHERE, LATE) is Standing.OVERDUE
    first = stated(procedure, ELSEWHERE)
    assert stands(procedure, ELSEWHERE, LATE) is Standing.DONE
    second = stated(procedure, ELSEWHERE, 2)
    assert stands(procedure, ELSEWHERE) is Standing.DISAGREE
    assert any(f"{first} and {second} disagree" in reason for reason in lacking(procedure.state, 6))
    procedure.say(AttestationWithdrawn(attestation=first, why="looked again"), SIGNERS["pia"])
    assert stands(procedure, ELSEWHERE) is Standing.FOUND
    stated(procedure, "extract", 1, surrendered=True)
    assert stands(procedure, "extract") is Standing.SURRENDERED


def test_only_a_partners_own_person_states_and_only_of_known_items(procedure: Procedure, post: Post) -> None:
    post.ask(ABOUT)
    with pytest.raises(Refused, match="not in the inventory"):
        stated(procedure, "somebody's laptop")
    with pytest.raises(Refused, match="attests for a partner"):
        attest(procedure, SIGNERS["vera"], "extract", searched="x", how="x", found=0)


def test_who_does_not_answer_is_reminded_and_listed(procedure: Procedure, post: Post, tmp_path: Path) -> None:
    post.ask(ABOUT)
    due = procedure.state.asked["E1"].due
    assert post.chase(ABOUT, due - timedelta(days=8)) == ()
    assert post.chase(ABOUT, due - timedelta(days=7)) == ("E1",)
    assert post.chase(ABOUT, due) == ()
    assert "Reminder: " in (tmp_path / "out" / "E1-1.txt").read_text()
    assert overdue(procedure.state, due) == ()
    assert post.publish_overdue(due + timedelta(hours=1)) == ("E1",)
    assert "Leeds &amp; District" in (tmp_path / "out" / "overdue.html").read_text()
    stated(procedure, "extract")
    assert owing(procedure.state, LATE) == ("E1",)
    stated(procedure, ELSEWHERE)
    assert owing(procedure.state, LATE) == ()
    assert post.publish_overdue(LATE) == ()
    assert "Nobody is overdue" in (tmp_path / "out" / "overdue.html").read_text()


def test_a_late_letter_says_that_it_is_late() -> None:
    late = ABOUT.chasing(2, NOON.date() - timedelta(days=1))
    said = " ".join(text(letter(late, "E1", "Leeds", [])).split())
    assert said.count("Overdue: ") == 1
    assert "Leeds is now on the public list" in said


def test_an_audit_is_drawn_by_what_nobody_chose(procedure: Procedure, post: Post) -> None:
    post.ask(ABOUT)
    stated(procedure, "extract")
    stated(procedure, ELSEWHERE)
    seed = procedure.chain.head
    other = sample(tuple(procedure.state.attested), "chosen")
    for act in (AuditDrawn(attestations=other, seed="chosen"), AuditDrawn(attestations=(), seed=seed)):
        with pytest.raises(Refused, match="drawn by the hash of the line before"):
            procedure.say(act, procedure.tool)
    drawn = draw(procedure)
    assert drawn == sample(tuple(procedure.state.attested), seed)
    assert len(drawn) == 1
    procedure.say(Audited(attestation=drawn[0], agreed=False, how="found a disk"), SIGNERS["aud"])
    item = procedure.state.attested[drawn[0]].item
    assert stands(procedure, item) is Standing.AUDIT
    many = tuple(f"a{n}" for n in range(312))
    assert len(sample(many, "x")) == 16
    assert sample(many, "x") != sample(many, "y")


def test_a_letter_is_drawn_as_page_and_pdf() -> None:
    document = letter(ABOUT, "E1", "Leeds", [("I-7", "a <file>", "S&1")])
    assert "a &lt;file&gt; (serial S&amp;1)" in page(document)
    assert "made up" in page(document, practice=True)
    assert pdf(document).startswith(b"%PDF-")
    assert pdf(document) == pdf(document)
    assert text(Document("Nothing", ())) == "Nothing\n=======\n"
