"""One child before its day: gone at once, the rest sealed anew, and no step that loses an innocent record."""

import os
import signal
import sys
from datetime import date, timedelta
from types import FrameType
from typing import Any

import psycopg
import pytest

from fingerpost.ledger.events import ChildErased
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.signposts.register import KIND_PREFIX
from fingerpost.signposts.retention import lapses
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.vault import Candidate
from fingerpost.vault.keys import KeyDestroyed, data_key
from fingerpost.vault.seal import Broken, key_version
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import month_of, now, today
from fingerpost.words.errors import NotFound, Refused
from tests.conftest import Owner, Publish
from tests.retention.conftest import HULL, LEEDS, OFFICER, OTHER, child, count, found

WATCHED = ("retention/erase.py", "retention/erase_store.py", "retention/reseal_store.py", "vault/durable.py")
MONTH = month_of(lapses(today()))


def sealed(owner: Owner) -> list[Candidate]:
    rows = owner.execute("SELECT id, authority, cohort, schema_version, sealed FROM record").fetchall()
    return [Candidate(*row) for row in rows]


def test_gone_at_once_and_the_rest_sealed_anew(ready: Service, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, child(1), child(2))
    publish(HULL, child(1))
    with ready.feeds._database.transaction() as session:
        tell(session, ready.vault, ToldKind.RECALLED, sealed(owner), now())
    older = sealed(owner)
    gone = ready.erasure.erase(LEEDS, "P1", OFFICER)
    assert (gone.signposts, gone.told, gone.resealed) == (1, 1, 3)
    assert found(ready, child(1)) == {HULL}
    assert found(ready, child(2)) == {LEEDS}
    assert [count(owner, t) for t in ("record", "signpost", "told", "link")] == [2, 2, 2, 0]
    versions = {c.authority: key_version(c.sealed) for c in sealed(owner)}
    assert versions == {LEEDS: 2, HULL: 1}
    assert [item.reference for item in ready.told.items(OFFICER)] == ["P2"]
    events = [e.event for _, e in ready.ledger.checked(ready.records_database, last=9) if e]
    (event,) = [event for event in events if isinstance(event, ChildErased)]
    assert event.replaced == (data_key(LEEDS, MONTH),)
    assert all(ready.vault.open_details(candidate) for candidate in older)  # as yet
    ready.vault.destroy_keys(event.replaced)
    for candidate in older:
        if candidate.authority == LEEDS:
            with pytest.raises(KeyDestroyed):
                ready.vault.open_details(candidate)


def test_an_erasure_that_fails_half_way_is_not_kept_beside_the_database(
    ready: Service, publish: Publish, owner: Owner
) -> None:
    """It would be done after the next restore, though it was refused, and nothing opens before that."""
    publish(LEEDS, child(1), child(2), child(3))
    sensitive = ready.vault.reference(LEEDS, KIND_PREFIX + "P1")
    second, third = (ready.vault.reference(LEEDS, f"P{n}") for n in (2, 3))
    owner.execute(
        "UPDATE signpost SET cohort = '2030-01-01' FROM record r"
        " WHERE r.id = record_id AND r.reference = ANY (%s)",
        ([second, third],),
    )
    owner.execute("UPDATE record SET reference = %s WHERE reference = %s", (sensitive, second))
    ready.vault.ensure_cohorts(LEEDS, [date(2030, 1, 1)])
    with pytest.raises(Broken):
        ready.erasure.erase(LEEDS, "P1", OFFICER)
    assert count(owner, "record") == 3
    assert ready.vault.ended(0) == []


def test_a_second_child_of_the_month(ready: Service, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, child(1), child(2), child(3))
    ready.erasure.erase(LEEDS, "P1", OFFICER)
    ready.erasure.erase(LEEDS, "P2", OTHER)
    assert [key_version(c.sealed) for c in sealed(owner)] == [3]
    assert ready.erasure.unsettled()[1].keys == [data_key(LEEDS, MONTH), data_key(LEEDS, MONTH, 2)]
    publish(LEEDS, child(3), child(4))
    assert {key_version(c.sealed) for c in sealed(owner)} == {3}
    assert found(ready, child(4)) == {LEEDS}


def _opens(service: Service, older: list[Candidate]) -> list[bool]:
    """Whether each record of a backup opens, once what an erasure replaced is destroyed."""

    def opens(candidate: Candidate) -> bool:
        try:
            return bool(service.vault.open_details(candidate).names)
        except KeyDestroyed:
            return False

    assert all(map(opens, older))  # the control
    for erased in service.erasure.unsettled():
        service.vault.destroy_keys(erased.keys)
    return [opens(candidate) for candidate in older]


def test_every_month_that_ever_sealed_it(ready: Service, publish: Publish, owner: Owner) -> None:
    """A feed took its record away, sealed for another month, and a later one stated the child again."""
    publish(LEEDS, child(1, closed="2026-01-15"), child(2))
    older = [one for one in sealed(owner) if one.cohort != MONTH]
    publish(LEEDS, child(2))
    publish(LEEDS, child(1), child(2))
    ready.erasure.erase(LEEDS, "P1", OFFICER)
    assert (len(older), _opens(ready, older)) == (1, [False])
    assert found(ready, child(2)) == {LEEDS}


def test_one_whom_older_backups_alone_hold(ready: Service, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, child(1), child(2))
    one = ready.vault.reference(LEEDS, "P1")
    older = [c for c in sealed(owner) if owner.execute(
        "SELECT FROM record WHERE id = %s AND reference = %s", (c.id, one)).rowcount]  # fmt: skip
    publish(LEEDS, child(2))
    with pytest.raises(NotFound, match="--gone"):
        ready.erasure.erase(LEEDS, "P1", OFFICER)
    gone = ready.erasure.erase(LEEDS, "P1", OFFICER, gone=True)
    assert (gone.signposts, len(gone.receipts)) == (0, 2)
    events = [e.event for _, e in ready.ledger.checked(ready.records_database, last=9) if e]
    assert [event.record for event in events if isinstance(event, ChildErased)] == [None, None]
    assert (len(older), _opens(ready, older)) == (1, [False])
    assert found(ready, child(2)) == {LEEDS}


def test_who_may_and_what_may_not_be(ready: Service, publish: Publish) -> None:
    publish(LEEDS, child(1))
    for by in (Person(LEEDS, "boss"), Person("RJ1", "nurse"), Person(LEEDS, "nobody")):
        with pytest.raises(Refused):
            ready.erasure.erase(LEEDS, "P1", by)
    with pytest.raises(NotFound):
        ready.erasure.erase(LEEDS, "P9", OFFICER)
    ready.holds.place(LEEDS, "P1", Order(HoldKind.COURT, "ZC1", today() + timedelta(days=9)), OFFICER)
    with pytest.raises(Refused, match="legal hold"):
        ready.erasure.erase(LEEDS, "P1", OFFICER)
    assert found(ready, child(1)) == {LEEDS}


def test_overdue_after_a_day(ready: Service, publish: Publish, settings: Settings) -> None:
    publish(LEEDS, child(1))
    ready.erasure.erase(LEEDS, "P1", OFFICER)
    assert ready.erasure.overdue() == []
    with opened(settings, lambda: now() + timedelta(hours=25)) as tomorrow:
        assert len(tomorrow.erasure.overdue()) == 1


def test_what_was_sealed_under_the_old_key_meanwhile_puts_it_off(
    ready: Service, publish: Publish, owner: Owner
) -> None:
    """A process that did not know the new key yet sealed something: that is sealed again first."""
    publish(LEEDS, child(1), child(2))
    stale = {row[0]: row[1] for row in owner.execute("SELECT id, sealed FROM record").fetchall()}
    ready.erasure.erase(LEEDS, "P1", OFFICER)
    (left,) = sealed(owner)
    owner.execute("UPDATE record SET sealed = %s WHERE id = %s", (stale[left.id], left.id))
    (erased,) = ready.erasure.unsettled()
    assert ready.erasure._settle(erased).receipt is None
    assert (key_version(sealed(owner)[0].sealed), len(ready.erasure.unsettled())) == (2, 1)
    assert ready.erasure._settle(erased).receipt
    assert found(ready, child(2)) == {LEEDS}


class _Killer:
    """Kills (SIGKILL) at the n-th line run of the watched files."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(WATCHED):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def _erase_and_die(settings: Settings, n: int) -> bool:
    """Erase and settle in a process of its own, killed at line `n`; tell whether it was."""
    if not (pid := os.fork()):
        try:
            with opened(settings) as service:
                sys.settrace(_Killer(n))
                service.erasure.erase(LEEDS, "P1", OFFICER)
                for erased in service.erasure.unsettled():
                    service.erasure._settle(erased)
                sys.settrace(None)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def _openable(settings: Settings, owner_conninfo: str) -> tuple[int, int]:
    """Return how many records there are and how many open, to a service that was just started."""
    with opened(settings) as service, psycopg.connect(owner_conninfo) as owner:
        rows, opened_ = sealed(owner), 0
        for candidate in rows:
            try:
                opened_ += bool(service.vault.open_details(candidate).names)
            except (KeyDestroyed, Broken):
                continue
        for erased in service.erasure.unsettled():
            service.erasure._settle(erased)
        return len(rows), opened_


@pytest.mark.parametrize("place", range(6))
def test_killed_at_any_step_no_innocent_record_is_lost(
    ready: Service, settings: Settings, publish: Publish, owner_conninfo: str, place: int
) -> None:
    publish(LEEDS, *(child(n) for n in range(1, 5)))
    assert _erase_and_die(settings, 1 + place * 17)
    there, opening = _openable(settings, owner_conninfo)
    assert there == opening
    assert there in {3, 4}
    assert _openable(settings, owner_conninfo) == (there, there)
    if there == 4:
        ready.erasure.erase(LEEDS, "P1", OFFICER)
    assert [found(ready, child(n)) for n in (1, 2)] == [set(), {LEEDS}]
