"""What partners state, and what keeps the gate shut."""

from datetime import date, timedelta

import pytest

from fingerpost.decommission.attest import (
    AUDITED_ONE_IN,
    ESTATE,
    Partner,
    PartnerKind,
    Search,
    Standing,
    Stated,
    Statement,
    Task,
    audit_sample,
    board,
    chasers,
    check_statement,
    check_withdrawal,
    tasks,
)
from fingerpost.decommission.item import Class, Item, Medium
from fingerpost.decommission.letters import Letter, letter, letters
from fingerpost.decommission.printed import page, pdf, text
from fingerpost.reference.authorities import local_authorities

DUE, TODAY = date(2010, 9, 3), date(2010, 8, 20)
PARTNERS = [Partner(a.code, a.name, PartnerKind.LOCAL_AUTHORITY) for a in local_authorities()[:150]]
PARTNERS.append(Partner("N01", "Barnardo's", PartnerKind.NATIONAL))
CODE = PARTNERS[0].code
ITEMS = [Item(id="I-0007", medium=Medium.FILE, where="partners/extract.csv", owner=CODE, kind=Class.PARTNER,
              serial="LT-9 <&>"),
         Item(id="I-0001", medium=Medium.POSTGRESQL, where="server", owner="supplier of ours")]  # fmt: skip
OWED = tasks(PARTNERS, ITEMS)


def stated(entry: int = 0, *, audit: bool = False, withdrawn: bool = False, **changes: object) -> Stated:
    given = {
        "partner": CODE, "item": ESTATE, "searched": "shared drives", "method": Search.FILES, "found": 0,
        "on": TODAY, "by": "anne", "employer": "auditors" if audit else CODE,
    }  # fmt: skip
    return Stated(entry, Statement(**{**given, **changes}), audit, withdrawn)  # pyright: ignore[reportArgumentType]


def test_each_partner_owes_its_estate_and_its_items() -> None:
    assert len(OWED) == 152
    assert [t for t in OWED if t.partner == CODE] == [Task(CODE, "I-0007"), Task(CODE, ESTATE)]


@pytest.mark.parametrize(
    ("changes", "audit", "reason"),
    [
        ({}, False, ""),
        ({"employer": "auditors"}, True, ""),
        ({"partner": "X99"}, False, "no partner of this procedure"),
        ({"item": "I-0001"}, False, "lists no such item"),
        ({"item": "I-9999"}, False, "lists no such item"),
        ({"employer": "N01"}, False, "not of this partner"),
        ({}, True, "not of the partner"),
        ({"on": TODAY + timedelta(days=1)}, False, "in the future"),
        ({"searched": " "}, False, "what was searched"),
        ({"searched": "x" * 501}, False, "longer than"),
        ({"found": -1}, False, "below nothing"),
    ],
)
def test_what_can_be_stated(changes: dict[str, object], audit: bool, reason: str) -> None:
    said = check_statement(stated(**changes).statement, OWED, audit=audit, today=TODAY)
    assert (reason in said) if reason else said == ""


TASK = Task(CODE, ESTATE)


@pytest.mark.parametrize(
    ("given", "today", "standing"),
    [
        ([], DUE, Standing.AWAITED),
        ([], DUE + timedelta(days=1), Standing.OVERDUE),
        ([stated()], DUE + timedelta(days=9), Standing.DONE),
        ([stated(), stated(1)], TODAY, Standing.DONE),
        ([stated(found=2)], TODAY, Standing.FOUND),
        ([stated(), stated(1, found=2)], TODAY, Standing.DISAGREE),
        ([stated(withdrawn=True), stated(1, found=2)], TODAY, Standing.FOUND),
        ([stated(), stated(1, found=2, withdrawn=True)], TODAY, Standing.DONE),
        ([stated(withdrawn=True)], DUE + timedelta(days=1), Standing.OVERDUE),
        ([stated(), stated(1, audit=True, found=1)], TODAY, Standing.AUDIT),
        ([stated(1, audit=True)], TODAY, Standing.AWAITED),
    ],
)
def test_how_a_task_stands(given: list[Stated], today: date, standing: Standing) -> None:
    assert board(OWED, given, DUE, today).standings[TASK] is standing


def test_who_signed_withdraws_and_nobody_else() -> None:
    known = [stated(4), stated(5, by="bert", found=3, withdrawn=True)]
    assert check_withdrawal(4, "anne", known) == ""
    assert "nobody else" in check_withdrawal(4, "bert", known)
    assert "already" in check_withdrawal(5, "bert", known)
    assert "no statement" in check_withdrawal(6, "anne", known)


def test_the_gate_opens_when_everything_is_stated_and_the_sample_audited() -> None:
    everything = [stated(n, partner=t.partner, item=t.item) for n, t in enumerate(OWED)]
    assert board(OWED, everything[1:], DUE, TODAY).shut == ["1 of the partners' statements: awaited"]
    drawn = audit_sample(OWED, b"root")
    assert len(drawn) == -(-len(OWED) // AUDITED_ONE_IN) == 8
    assert audit_sample(OWED, b"other root") != drawn
    left = board(OWED, everything, DUE, TODAY, seed=b"root")
    assert left.unaudited == tuple(drawn)
    assert left.shut == ["8 statements are drawn for audit and not looked at again"]
    audits = [stated(500 + n, audit=True, partner=t.partner, item=t.item) for n, t in enumerate(drawn)]
    assert board(OWED, everything + audits, DUE, TODAY, seed=b"root").shut == []


def test_the_overdue_are_listed_and_chased() -> None:
    late = board(OWED, [stated(), stated(1, item="I-0007")], DUE, DUE + timedelta(days=1))
    assert len(late.overdue) == 150
    assert CODE not in late.overdue
    assert late.of(CODE) == {"I-0007": Standing.DONE, ESTATE: Standing.DONE}
    assert chasers(["N01"], {}, DUE, DUE - timedelta(days=8)) == {}
    assert chasers(["N01"], {}, DUE, DUE - timedelta(days=7)) == {"N01": 1}
    assert chasers(["N01"], {"N01": 1}, DUE, DUE) == {}
    assert chasers(["N01"], {"N01": 1}, DUE, DUE + timedelta(days=8)) == {"N01": 3}


def about(**changes: object) -> Letter:
    given = {
        "database": "ContactPoint", "reference": "CP-2010", "written": TODAY, "due": DUE,
        "officer": "A Officer, senior responsible owner", "reply_to": "closing@fingerpost.example",
    }  # fmt: skip
    return Letter(**{**given, **changes})  # pyright: ignore[reportArgumentType]


def test_a_letter_for_every_partner_names_its_own_items_alone() -> None:
    written = {partner.code: text(document) for partner, document in letters(about(), PARTNERS, ITEMS)}
    assert len(written) == 151
    assert "I-0007: partners/extract.csv (serial LT-9 <&>)" in written[CODE]
    assert all("I-0007" not in said for code, said in written.items() if code != CODE)
    assert all(f"--partner {code} " in said and "3 September 2010" in said for code, said in written.items())
    assert "public list" not in written[CODE]


def test_a_chaser_says_what_happens_and_a_late_one_that_it_did() -> None:
    assert "If your answer is late" in text(letter(about(chaser=1), PARTNERS[0], ITEMS))
    late = text(letter(about(written=DUE + timedelta(days=1), chaser=2), PARTNERS[0], ITEMS))
    assert late.count("Overdue: ") == 1
    assert "is now on the public list" in " ".join(late.split())


def test_a_letter_is_drawn_as_page_and_pdf() -> None:
    document = letter(about(), PARTNERS[0], ITEMS)
    assert "LT-9 &lt;&amp;&gt;" in page(document)
    assert "made up" in page(document, practice=True)
    assert pdf(document).startswith(b"%PDF-")
    assert pdf(document) == pdf(document)
