"""What people look at: certificate, summary and board, as text, PDF and pages, judged by axe."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from fingerpost.decommission import board
from fingerpost.decommission.certificate import Particulars
from fingerpost.decommission.certify import certify, countersign
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.publish import publish_certificates, publish_summary
from tests.conftest import CHROMIUM
from tests.decommission import paper
from tests.decommission.test_certificate import laid_down
from tests.web.chromium import NARROW, WIDE
from tests.web.judging import AXE

NAMES = {"E1": "Leeds"}
SIGNERS = paper.SIGNERS


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that is shown of a procedure that is done but for its last step."""
    folder = tmp_path_factory.mktemp("shown")
    procedure = laid_down(paper.until(9), folder / "procedure")
    _certified(procedure)
    publish_certificates(procedure, folder / "out", practice=True)
    publish_summary(procedure, SIGNERS["oona"], "ContactPoint", 375_000, folder / "out", practice=True)
    chain = procedure.chain
    board.write(chain, NAMES, chain.state.last_at or paper.NOON, folder / "out", practice=True)
    return folder / "out"


def _certified(procedure: Procedure) -> None:
    for item in procedure.state.copies:
        certify(procedure, SIGNERS["oona"], item, Particulars(manufacturer="Array & Sons"))
        for who in ("vera", "val"):
            countersign(procedure, SIGNERS[who], item)
    for who in ("ada", "ben"):
        procedure.say(paper.e.Approved(step=9), SIGNERS[who])


def test_the_summary_says_what_in_plain_english(out: Path) -> None:
    said = " ".join((out / "summary.txt").read_text().split())
    for words in (
        "ContactPoint was switched off on 6 August 2010, 12:00.",
        "Cost: £375,000",
        "Class: core; Copies: 3",
        "Method: clear (overwritten); Copies: 3",
        "1 copy stood in nobody's register",
        "1 body was asked",
        "found 20 of the 20 planted there",
        "Name: Wim Witness",
        "is kept until 6 August 2016",
        "fingerpost decommission verify",
    ):
        assert words in said, words


def test_the_board_says_what_each_gate_waits_for() -> None:
    chain = paper.until(6)
    at = paper.NOON + timedelta(hours=2)
    index = board.pages(chain, NAMES, at)["index.html"]
    said = str(index.blocks)
    assert "Step 6 of 11: Partners" in said
    assert "E1 was not asked" in said
    assert {"index.html", "partners.html", "partner-E1.html", "ledger.html"} == set(
        board.pages(chain, NAMES, at)
    )
    assert "No procedure" in board.pages(paper.Chain(), {}, at)["index.html"].title


def test_every_pdf_is_one_and_tagged(out: Path) -> None:
    found = sorted(path.name for path in out.glob("*.pdf"))
    assert found == ["certificates.pdf", "extract.pdf", "server.pdf", "stray.pdf", "summary.pdf", "tape.pdf"]
    for path in out.glob("*.pdf"):
        content = path.read_bytes()
        assert content.startswith(b"%PDF-")
        assert all(
            mark in content for mark in (b"/StructTreeRoot", b"/Marked true", b"/Lang", b"pdfuaid:part")
        )


# One page of each kind: the certificates of all items are alike.
KINDS = ("index", "partners", "partner-E1", "ledger", "certificates", "tape", "summary")


@pytest.mark.skipif(not CHROMIUM or not AXE.exists(), reason="Chromium or axe-core is not installed")
def test_axe_finds_nothing_and_every_link_leads_somewhere(chromium: Chromium, out: Path) -> None:
    tab = chromium.new_page()
    wrong: dict[str, list[str]] = {}
    for name in KINDS:
        tab.goto((out / f"{name}.html").as_uri())
        found: list[str] = []
        for size in (WIDE, NARROW):
            tab.set_viewport_size({"width": size, "height": 900})
            if tab.evaluate("() => document.documentElement.scrollWidth") > size:
                found.append(f"is wider than {size}")
        tab.evaluate(AXE.read_text("utf-8"))
        result = tab.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        found += [f"{v['id']}: {n['html']}" for v in result["violations"] for n in v["nodes"]]
        links = tab.evaluate("() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        found += [f"leads nowhere: {link}" for link in links if not (out / link).exists()]
        if found:
            wrong[name] = found
    tab.close()
    assert wrong == {}
