"""Numbers prove themselves: a test in thirty days, answered by acknowledging it, and how soon is shown."""

from datetime import UTC, datetime

import pytest

from fingerpost.ledger.movings import ContactsTested
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Purpose
from tests.conftest import Owner
from tests.moves.conftest import ANN, BEN, HULL, Clock, Send, events, inbox, kinds
from tests.moves.test_late_hits import CHILD, ask


@pytest.fixture(autouse=True)
def unproven(moving: Service, send: Send, owner: Owner) -> None:
    """Hull has one team, proven on 20 February; its feeds say so again each time."""
    send(HULL, CHILD)
    owner.execute("UPDATE team SET proven_on = '2026-02-20'")


def test_a_team_is_tested_after_thirty_days_in_office_hours(moving: Service, clock: Clock) -> None:
    moving.notices.proving.run()
    clock.on("2026-03-22")  # a Sunday
    moving.notices.proving.run()
    clock.on("2026-03-23", "18:30")
    moving.notices.proving.run()
    assert kinds(moving, BEN) == []
    clock.on("2026-03-24", "09:15")
    for _ in range(3):
        moving.notices.proving.run()
    (test,) = inbox(moving, BEN)
    assert (test.kind, test.reference) == ("contact_test", None)
    assert [(team.status, team.contact.office_phone) for team in test.ring] == [("your own", "0113 496 0001")]
    assert len(events(moving, ContactsTested)) == 1
    clock.on("2026-03-25")
    moving.moves.beat()
    assert [item.step for item in inbox(moving, BEN)] == ["team"]  # a test is passed on to nobody


def test_a_test_that_nobody_answered_waits_once(moving: Service, clock: Clock) -> None:
    for day in ("2026-03-24", "2026-04-24", "2026-05-26"):
        clock.on(day, "09:15")
        moving.notices.proving.run()
    assert kinds(moving, BEN) == ["contact_test"]
    assert len(events(moving, ContactsTested)) == 3


def test_how_soon_it_answered_stands_beside_the_number(moving: Service, clock: Clock, send: Send) -> None:
    for day, minutes in (("2026-03-24", 12), ("2026-04-24", 90), ("2026-05-26", 8)):
        clock.on(day, "09:00")
        moving.notices.proving.run()
        clock.pass_by(minutes=minutes)
        (test,) = inbox(moving, BEN)
        moving.notices.inbox.acknowledge(test.id, BEN)
    clock.pass_by(days=3)
    contact = ask(moving, ANN, purpose=Purpose.TRANSFER_IN).matches[0].signposts[0].contact
    assert (contact.answered_minutes, contact.tested_days_ago, contact.proven_lately) == (12, 3, True)


def test_a_sheet_with_the_same_numbers_takes_no_test_back(
    moving: Service, clock: Clock, send: Send, owner: Owner
) -> None:
    owner.execute("UPDATE team SET proven_on = '2999-01-01' WHERE authority = %s", (HULL,))
    send(HULL, CHILD)
    proven = "SELECT proven_on::text FROM team WHERE authority = %s"
    assert owner.execute(proven, (HULL,)).fetchone() == ("2999-01-01",)
    owner.execute("UPDATE team SET duty_phone = '1' WHERE authority = %s", (HULL,))
    send(HULL, CHILD)
    assert owner.execute(proven, (HULL,)).fetchone() != ("2999-01-01",)


def test_an_authority_that_never_reported_is_not_tested(moving: Service, clock: Clock, owner: Owner) -> None:
    owner.execute("UPDATE authority SET reported_at = NULL")
    clock.moment = datetime(2026, 3, 24, 10, tzinfo=UTC)
    moving.notices.proving.run()
    assert kinds(moving, BEN) == []


def test_what_was_tested_long_ago_is_forgotten(moving: Service, clock: Clock, owner: Owner) -> None:
    clock.on("2026-03-24")
    moving.notices.proving.run()
    clock.pass_by(days=3 * 365 + 1)
    moving.notices.forget()
    assert owner.execute("SELECT count(*) FROM contact_test").fetchone() == (0,)
