"""An authority's own signposts, ended by hand."""

from datetime import date

import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.events import SignpostKept
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner, Publish
from tests.signposts.linked import LEEDS, events

MANAGER = Person(LEEDS, "manager")
LONG = Child(started="2017-01-15")


@pytest.mark.parametrize(("ended", "left"), [(date(2018, 1, 1), True), (date(2025, 6, 1), False)])
def test_what_ended_longer_ago_than_it_may_stay_is_gone_at_once(
    service: Service, publish: Publish, owner: Owner, ended: date, left: bool
) -> None:
    """With its record, and on the ledger; what has not left by then stands until it does."""
    service.accounts.save_practitioner(Practitioner(LEEDS, "manager", "A Manager", Role.MANAGER, active=True))
    publish(LEEDS, LONG)
    ((signpost,),) = owner.execute("SELECT id FROM signpost").fetchall()
    assert service.offices.own.end(signpost, MANAGER, ended) == ended.replace(year=ended.year + 6)
    stands = owner.execute("SELECT count(*) FROM signpost JOIN record r ON r.id = record_id").fetchone()
    assert stands == (0 if left else 1,)
    assert owner.execute("SELECT count(*) FROM record").fetchone() == stands
    event = events(service)[-1]
    assert isinstance(event, SignpostKept)
    assert event.signposts == (signpost,)
