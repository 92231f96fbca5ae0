"""A month's keys: two clocks, two people, nothing left under them; and then nothing opens."""

from datetime import date, timedelta

import pytest

from fingerpost.ledger.verify import verify
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.retention.clocks import ClocksDisagree
from fingerpost.retention.destroy import Keys
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.retention.periods import AUDIT_YEARS, destroyable_from
from fingerpost.settings import Settings
from fingerpost.signposts.retention import lapses
from fingerpost.vault import Candidate
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import month_of, now, today
from fingerpost.words.errors import NotFound, Refused
from tests.conftest import Owner
from tests.retention.conftest import (
    HULL,
    LAPSED,
    LEEDS,
    OFFICER,
    SECOND,
    SERVICE,
    Past,
    child,
    kinds,
)

MONTH = month_of(lapses(today() - LAPSED))


def _sealed(owner: Owner) -> list[Candidate]:
    rows = owner.execute("SELECT id, authority, cohort, schema_version, sealed FROM record").fetchall()
    return [Candidate(*row) for row in rows]


def test_days() -> None:
    assert destroyable_from(date(2026, 9, 1)) == date(2026, 10, 8)
    assert destroyable_from(date(2026, 12, 1)) == date(2027, 1, 8)
    assert destroyable_from(date(2026, 9, 1), audit=True) == date(2026 + AUDIT_YEARS, 10, 8)


def test_two_people_destroy_a_month_everywhere(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1))
    past.load(HULL, child(2))
    sealed = _sealed(owner)
    assert all(ready.vault.open_details(candidate) for candidate in sealed)
    with pytest.raises(Refused, match=r"still seal 2 records, 2 signposts; run"):
        ready.destruction.ask(MONTH, Keys.DATA, SERVICE)
    ready.purge.run()
    ready.destruction.ask(MONTH, Keys.DATA, SERVICE)
    assert len(ready.vault.data_keys(MONTH)) == 2
    with pytest.raises(Refused, match="another person"):
        ready.destruction.ask(MONTH, Keys.DATA, SECOND)
    with pytest.raises(Refused, match="second person"):
        ready.destruction.confirm(MONTH, Keys.DATA, SERVICE)
    done = ready.destruction.confirm(MONTH, Keys.DATA, SECOND)
    assert done.names == tuple(f"data/{a}/{MONTH:%Y-%m}" for a in (HULL, LEEDS))
    assert ready.vault.data_keys(MONTH) == []
    for candidate in sealed:
        with pytest.raises(KeyDestroyed):
            ready.vault.open_details(candidate)
    assert kinds(ready, 3) == ["destruction_asked", "destruction_confirmed", "month_destroyed"]
    with pytest.raises(NotFound):
        ready.destruction.confirm(MONTH, Keys.DATA, SECOND)
    assert ready.destruction.finish() == []


@pytest.mark.parametrize("wrong", [timedelta(minutes=2), timedelta(days=400), -timedelta(days=400)])
def test_one_clock_alone_destroys_nothing(settings: Settings, ready: Service, wrong: timedelta) -> None:
    with opened(settings, lambda: now() + wrong) as service, pytest.raises(ClocksDisagree):
        service.destruction.ask(MONTH, Keys.DATA, SERVICE)


def test_not_before_the_month_and_its_grace_are_over(ready: Service) -> None:
    for month in (month_of(today()), month_of(today() + timedelta(days=40))):
        with pytest.raises(Refused, match="may be destroyed from"):
            ready.destruction.ask(month, Keys.DATA, SERVICE)
    with pytest.raises(Refused, match=f"from 8 .*{MONTH.year + AUDIT_YEARS}"):
        ready.destruction.ask(MONTH, Keys.AUDIT, SERVICE)


def test_only_officers_of_the_service(ready: Service) -> None:
    for act in (ready.destruction.ask, ready.destruction.confirm):
        with pytest.raises(Refused, match="may not have a month's keys destroyed"):
            act(MONTH, Keys.DATA, OFFICER)
    with pytest.raises(NotFound, match="nobody asks"):
        ready.destruction.confirm(MONTH, Keys.DATA, SECOND)


def test_a_hold_keeps_the_month_of_its_copies(ready: Service, past: Past, owner: Owner) -> None:
    """The record's own month may go; what is held opens on, under the month of the hold."""
    past.load(LEEDS, child(1))
    until = today() + timedelta(days=100)
    hold, _ = ready.holds.place(LEEDS, "P1", Order(HoldKind.COURT, "ZC1", until), OFFICER)
    ready.purge.run()
    ready.destruction.ask(MONTH, Keys.DATA, SERVICE)
    ready.destruction.confirm(MONTH, Keys.DATA, SECOND)
    assert ready.holds.opened(hold, OFFICER)[0].details.names
    owner.execute(
        "UPDATE hold SET cohort = %(m)s, held_until = %(m)s; UPDATE held_copy SET cohort = %(m)s".replace(
            "%(m)s", f"'{month_of(today() - timedelta(days=100))}'"
        ).encode()
    )
    with pytest.raises(Refused, match="1 holds, 1 copies"):
        ready.destruction.ask(month_of(today() - timedelta(days=100)), Keys.DATA, SERVICE)


def test_killed_between_word_and_deed_it_is_carried_out_later(
    ready: Service, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.load(LEEDS, child(1))
    ready.purge.run()
    ready.destruction.ask(MONTH, Keys.DATA, SERVICE)

    def dies(_: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ready.vault, "destroy_keys", dies)
        with pytest.raises(KeyboardInterrupt):
            ready.destruction.confirm(MONTH, Keys.DATA, SECOND)
    assert len(ready.vault.data_keys(MONTH)) == 1
    (done,) = ready.destruction.finish()
    assert (done.month, done.keys, len(done.names)) == (MONTH, Keys.DATA, 1)
    assert ready.vault.data_keys(MONTH) == []


def test_killed_between_deed_and_note(ready: Service, past: Past) -> None:
    past.load(LEEDS, child(1))
    ready.purge.run()
    ready.destruction.ask(MONTH, Keys.DATA, SERVICE)
    destroy = ready.vault.destroy_keys
    ready.vault.destroy_keys = lambda names: destroy(names) and 1 / 0  # type: ignore[method-assign,assignment]
    with pytest.raises(ZeroDivisionError):
        ready.destruction.confirm(MONTH, Keys.DATA, SECOND)
    ready.vault.destroy_keys = destroy  # type: ignore[method-assign]
    assert ready.destruction.confirm(MONTH, Keys.DATA, SECOND).names == ()


def test_audit_bodies_go_after_their_legal_period_and_the_tree_still_verifies(
    ready: Service, past: Past, owner: Owner
) -> None:
    long_ago = timedelta(days=366 * AUDIT_YEARS + 90)
    past.load(LEEDS, child(1), ago=long_ago)
    month = month_of(today() - long_ago)
    ready.sequencer.sequence_all()
    before = ready.tree.checkpoint()
    assert verify(ready.ledger, ready.records_database).erased == 0
    ready.destruction.ask(month, Keys.AUDIT, SERVICE)
    done = ready.destruction.confirm(month, Keys.AUDIT, SECOND)
    assert done.names == (f"audit/{month:%Y-%m}",)
    verdict = verify(ready.ledger, ready.records_database)
    assert verdict.sound
    assert verdict.erased > 0
    ready.sequencer.sequence_all()
    assert verify_tree(ready.tree_database, ready.tree.log).sound
    assert ready.tree.require_continues(before).size > 0
    ready.destruction.ask(month_of(month - timedelta(days=1)), Keys.AUDIT, SERVICE)
    assert ready.destruction.confirm(month_of(month - timedelta(days=1)), Keys.AUDIT, SECOND).names == ()


def test_only_months_keys_can_be_destroyed(ready: Service) -> None:
    for name in ("index", "ledger/signing"):
        with pytest.raises(ValueError, match="only a month's keys"):
            ready.vault.destroy_keys([name])
