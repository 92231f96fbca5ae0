"""Legal holds: kept, sealed, out of every answer; named, dated, renewable; two people to lift one early."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from fingerpost.db.database import Session
from fingerpost.instance import Instance
from fingerpost.ledger.events import HoldPlaced
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.retention.periods import LONGEST_HOLD_DAYS
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.signposts.store import take_turn
from fingerpost.wiring import Service
from fingerpost.words.clock import month_of, today
from fingerpost.words.errors import Invalid, NotFound, Refused
from tests.cli import serving
from tests.conftest import Owner, Publish, form_of, question
from tests.retention.conftest import (
    HULL,
    LEEDS,
    NURSE,
    OFFICER,
    OTHER,
    SERVICE,
    Past,
    child,
    count,
    found,
    kinds,
)

COURT = Order(HoldKind.COURT, "ZC26P00123", today() + timedelta(days=200))
BOSS = Person(LEEDS, "boss")
OVER = "UPDATE hold SET held_until = current_date - 1, cohort = date_trunc('month', current_date - 1)"
WAITS = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def _held(service: Service, number: int = 1, order: Order = COURT, by: Person = OFFICER):  # type: ignore[no-untyped-def]
    return service.holds.place(LEEDS, f"P{number}", order, by)[0]


def test_a_held_child_vanishes_and_a_sealed_copy_stays(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1), child(2))
    hold = _held(ready)
    done = ready.purge.run()
    assert (done.signposts, done.records) == (2, 2)
    assert [count(owner, t) for t in ("record", "signpost", "token", "held_copy")] == [0, 0, 0, 1]
    row = owner.execute("SELECT cohort, octet_length(sealed) > 100 FROM held_copy").fetchone()
    assert row == (month_of(COURT.until), True)
    assert found(ready, child(1)) == set()
    (copy,) = ready.holds.opened(hold, OFFICER)
    assert copy.details.names[0].family == child(1).family
    assert copy.pointers[0].startswith("child_in_need, team, cin-episode, ssd_cin_episodes, 2025-01-15, ,")
    assert copy.pointers[0].endswith("RP1")
    assert child(1).family not in repr(copy)
    assert repr(COURT) == "Order(court)"


def test_a_lookup_cannot_tell_held_from_absent(ready: Service, past: Past) -> None:
    """The same answer but for what is drawn at random: reference and receipt."""
    past.load(LEEDS, child(1), child(2))
    _held(ready, 1)
    ready.purge.run()
    answers = [ready.lookup.ask(NURSE, question(form_of(child(n)))) for n in (1, 2, 3)]
    assert len({(a.outcome, a.matches, a.add_detail, a.coverage, len(a.message)) for a in answers}) == 1


def test_no_role_that_answers_can_read_a_hold(ready: Service, settings: Settings, past: Past) -> None:
    _held(ready)
    with psycopg.connect(Instance(settings).conninfo("fingerpost_lookup"), autocommit=True) as asking:
        for table in ("hold", "hold_word", "held_copy"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                asking.execute(f"TABLE {table}".encode())


def test_a_feed_that_states_a_held_child_no_more_is_no_way_round(
    ready: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, child(1), child(2))
    hold = _held(ready)
    publish(LEEDS, child(2))
    assert (count(owner, "record"), count(owner, "held_copy")) == (1, 1)
    assert [c.details.date_of_birth.isoformat() for c in ready.holds.opened(hold, OTHER)] == [child(1).born]  # type: ignore[union-attr]


def test_before_there_is_a_record_and_by_a_record(ready: Service, publish: Publish, owner: Owner) -> None:
    hold = _held(ready)
    assert ready.holds.opened(hold, OFFICER) == []
    publish(LEEDS, child(1))
    row = owner.execute("SELECT id FROM record").fetchone()
    assert row is not None
    second, _ = ready.holds.place_on(row[0], Order(HoldKind.REVIEW, "CSPR 7", COURT.until), SERVICE)
    assert {h.id for h in ready.holds.listed(SERVICE)} == {hold, second}
    assert {(h.order, h.kind, h.until) for h in ready.holds.listed(OFFICER)} == {
        ("ZC26P00123", HoldKind.COURT, COURT.until), ("CSPR 7", HoldKind.REVIEW, COURT.until),
    }  # fmt: skip
    assert kinds(ready).count("holds_read") >= 3


def test_an_end_comes_by_itself(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1))
    _held(ready)
    ready.purge.run()
    assert ready.purge.run().holds == 0
    owner.execute(OVER)
    done = ready.purge.run()
    assert (done.holds, done.copies) == (1, 1)
    assert (count(owner, "hold"), count(owner, "held_copy")) == (0, 0)


def test_of_two_holds_the_longer_keeps_the_copies(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1))
    short = _held(ready, order=Order(HoldKind.SECTION_47, "S47/9", today() + timedelta(days=40)))
    ready.purge.run()
    long = _held(ready, order=Order(HoldKind.COURT, "ZC1", today() + timedelta(days=300)))
    assert owner.execute("SELECT cohort FROM held_copy").fetchone() == (
        month_of(today() + timedelta(days=300)),
    )
    owner.execute(f"{OVER} WHERE id = %s".encode(), (short,))
    assert (ready.purge.run().copies, count(owner, "held_copy")) == (0, 1)
    assert len(ready.holds.opened(long, OFFICER)) == 1


def test_renewed(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1))
    hold = _held(ready)
    ready.purge.run()
    later = today() + timedelta(days=LONGEST_HOLD_DAYS)
    ready.holds.renew(hold, later, OFFICER)
    assert ready.holds.listed(OFFICER)[0].until == later
    assert owner.execute("SELECT cohort FROM held_copy").fetchone() == (month_of(later),)
    assert len(ready.holds.opened(hold, OFFICER)) == 1


def test_two_people_lift_early(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1))
    hold = _held(ready)
    ready.purge.run()
    assert ready.holds.lift(hold, OFFICER)[0] is False
    assert ready.holds.lift(hold, OFFICER)[0] is False
    assert count(owner, "held_copy") == 1
    assert ready.holds.lift(hold, OTHER)[0] is True
    assert (count(owner, "hold"), count(owner, "hold_word"), count(owner, "held_copy")) == (0, 0, 0)


@pytest.mark.parametrize("by", [BOSS, Person("RJ1", "nurse"), Person(HULL, "nobody")])
def test_others_may_not(ready: Service, by: Person) -> None:
    hold = _held(ready)
    for act in (
        lambda: ready.holds.place(LEEDS, "P1", COURT, by),
        lambda: ready.holds.renew(hold, COURT.until, by),
        lambda: ready.holds.lift(hold, by),
        lambda: ready.holds.listed(by),
        lambda: ready.holds.opened(hold, by),
        lambda: ready.holds.opened(uuid4(), by),
    ):
        with pytest.raises(Refused):
            act()


def test_what_cannot_be(ready: Service) -> None:
    for until in (today(), today() + timedelta(days=LONGEST_HOLD_DAYS + 1), date(2020, 1, 1)):
        with pytest.raises(Invalid, match="until"):
            _held(ready, order=Order(HoldKind.COURT, "ZC1", until))
    with pytest.raises(Invalid, match="order"):
        _held(ready, order=Order(HoldKind.COURT, " ", COURT.until))
    with pytest.raises(NotFound):
        ready.holds.place("E99999999", "P1", COURT, OFFICER)
    with pytest.raises(NotFound):
        ready.holds.place_on(uuid4(), COURT, OFFICER)
    with pytest.raises(NotFound):
        ready.holds.lift(uuid4(), OFFICER)


def test_the_order_is_on_the_ledger_and_nowhere_in_clear(ready: Service, owner: Owner) -> None:
    _held(ready)
    event = next(e.event for _, e in ready.ledger.checked(ready.records_database, last=1) if e)
    assert isinstance(event, HoldPlaced)
    assert (event.order, event.until, event.hold_kind) == ("ZC26P00123", COURT.until.isoformat(), "court")
    assert b"ZC26P00123" not in b"".join(bytes(r[0]) for r in owner.execute("SELECT sealed FROM hold"))


def test_one_person_ends_no_hold_by_renewing_it_to_a_nearer_day(ready: Service) -> None:
    """To end one early takes two."""
    hold = _held(ready)
    for until in (today() + timedelta(days=1), COURT.until - timedelta(days=1)):
        with pytest.raises(Invalid, match="lift"):
            ready.holds.renew(hold, until, OFFICER)
    assert ready.holds.listed(OFFICER)[0].until == COURT.until


def test_a_word_from_before_a_renewal_lifts_nothing(ready: Service) -> None:
    hold = _held(ready)
    assert ready.holds.lift(hold, OFFICER)[0] is False
    ready.holds.renew(hold, COURT.until + timedelta(days=30), OFFICER)
    assert ready.holds.lift(hold, OTHER)[0] is False
    assert ready.holds.lift(hold, OFFICER)[0] is True


def test_a_hold_stands_on_its_last_day(ready: Service, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1))
    hold = _held(ready)
    owner.execute("UPDATE hold SET held_until = current_date, cohort = date_trunc('month', current_date)")
    assert (ready.purge.run().holds, count(owner, "held_copy")) == (0, 1)
    assert len(ready.holds.opened(hold, OFFICER)) == 1
    with pytest.raises(Refused, match="legal hold"):
        ready.erasure.erase(LEEDS, "P1", OFFICER)


def _beside(act: Callable[[], object], owner: Owner) -> Future[object]:
    """Begin an act beside the test, and wait until it waits for somebody."""
    done: Future[object] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    assert serving.until(lambda: done.done() or bool(owner.execute(WAITS).fetchone()))
    return done


def test_a_hold_that_ended_meanwhile_is_not_renewed(
    ready: Service, owner: Owner, owner_conninfo: str
) -> None:
    hold = _held(ready)
    with psycopg.connect(owner_conninfo) as ending:
        take_turn(Session(ending), LEEDS)
        ending.execute("DELETE FROM hold")
        renewing = _beside(lambda: ready.holds.renew(hold, COURT.until + timedelta(days=9), OFFICER), owner)
        ending.commit()
    with pytest.raises(NotFound):
        renewing.result(30)


def test_a_hold_that_ends_while_another_is_placed_takes_no_copy_with_it(
    ready: Service, past: Past, owner: Owner, owner_conninfo: str
) -> None:
    past.load(LEEDS, child(1))
    _held(ready)
    ready.purge.run()
    owner.execute(OVER)
    with psycopg.connect(owner_conninfo) as placing:
        take_turn(Session(placing), LEEDS)
        # What placing another hold has written, and not committed yet.
        placing.execute(
            "INSERT INTO hold SELECT gen_random_uuid(), authority, reference, kind, current_date + 90,"
            " date_trunc('month', current_date + 90), sealed, placed_by, placed_at FROM hold"
        )
        purging = _beside(ready.purge.run, owner)
        placing.commit()
    purging.result(30)
    assert (count(owner, "hold"), count(owner, "held_copy")) == (1, 1)
