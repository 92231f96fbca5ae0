"""Doing again after a restore: what its backup knows and no key opens any more must not stop it."""

from datetime import timedelta

from fingerpost.access.rules import RecordsAct
from fingerpost.ledger.events import AnyEvent, ChildErased, HoldPlaced, HoldRenewed
from fingerpost.retention.hold import LOST, HoldKind, Order
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.vault.keys import data_key
from fingerpost.wiring import Service
from fingerpost.words.clock import month_of, now, today
from tests.conftest import Owner, Publish
from tests.retention.conftest import LEEDS, OFFICER, SERVICE, child, count
from tests.retention.test_erase import sealed

COURT = Order(HoldKind.COURT, "ZC1", today() + timedelta(days=40))
LATER = today() + timedelta(days=200)


def _events(service: Service) -> list[AnyEvent]:
    return [e.event for _, e in service.ledger.checked(service.records_database) if e and e.event]


def _apply(service: Service, event: AnyEvent) -> None:
    """Do again as `retention restored` does, of which the tree is no part here."""
    service.restore._remove_unreadable()
    who = service.restore._reviewers.allow(SERVICE, RecordsAct.RESTORE, ())
    service.restore._replay.apply(event, now(), who)


def test_a_hold_by_somebody_whom_the_backup_does_not_know_is_placed_again(
    ready: Service, owner: Owner
) -> None:
    hold, _ = ready.holds.place(LEEDS, "P1", COURT, OFFICER)
    event = next(e for e in _events(ready) if isinstance(e, HoldPlaced))
    owner.execute("DELETE FROM hold")
    owner.execute("UPDATE practitioner SET reference = 'unknown' WHERE reference = 'officer'")
    _apply(ready, event)
    assert [(h.id, h.order) for h in ready.holds.listed(SERVICE)] == [(hold, "ZC1")]


def test_a_hold_whose_key_is_gone_is_renewed_and_says_so(ready: Service, owner: Owner) -> None:
    """Sealed again since under another key, which its backup knows nothing of."""
    hold, _ = ready.holds.place(LEEDS, "P1", COURT, OFFICER)
    (before,) = owner.execute("SELECT held_until, cohort, sealed FROM hold")
    ready.holds.renew(hold, LATER, OFFICER)
    event = next(e for e in _events(ready) if isinstance(e, HoldRenewed))
    ready.vault.destroy_keys([data_key(LEEDS, month_of(COURT.until))])
    owner.execute("UPDATE hold SET held_until = %s, cohort = %s, sealed = %s", before)
    _apply(ready, event)
    assert [(h.until, h.order) for h in ready.holds.listed(OFFICER)] == [(LATER, LOST)]


def test_what_no_key_opens_any_more_stops_no_erasure_that_is_done_again(
    ready: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, child(1), child(2), child(3))
    with ready.feeds._database.transaction() as session:
        tell(session, ready.vault, ToldKind.RECALLED, sealed(owner), now())
    stale = owner.execute("SELECT sealed, id FROM told").fetchall()
    ready.erasure.erase(LEEDS, "P1", OFFICER)
    (erased,) = ready.erasure.unsettled()
    ready.erasure._settle(erased)
    event = next(e for e in _events(ready) if isinstance(e, ChildErased))
    for row in stale:
        owner.execute("UPDATE told SET sealed = %s WHERE id = %s", row)
    owner.execute(
        "UPDATE record SET reference = %s WHERE reference = %s",
        (bytes.fromhex(event.reference), ready.vault.reference(LEEDS, "P2")),
    )
    _apply(ready, event)
    assert (count(owner, "record"), count(owner, "told")) == (1, 0)
