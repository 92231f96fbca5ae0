"""What outlives a wrong link: a mark does, a confirmed link whose record means another child does not."""

from uuid import UUID

import msgspec
import pytest

from fingerpost.signposts.never_join import Named
from fingerpost.signposts.trails import BreakReason, LinkState
from fingerpost.wiring import Service
from tests.conftest import Child, Owner, Publish
from tests.signposts.linked import (
    ANN,
    BEN,
    DESK,
    HULL,
    LEEDS,
    NEW,
    OLD,
    YORK,
    apart,
    between,
    links,
    register_officers,
)

ALIKE = Child(reference="L1", given="Oliver", family="Smith")
THERE = Child(reference="H1", given="Oliver", family="Smith", postcode="HU1 1UU")
SOMEBODY = msgspec.structs.replace(THERE, given="Quintus", family="Abernathy", born="2011-11-11", sex="F")


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    register_officers(service)


def test_a_mark_stays_with_whoever_a_broken_link_brought_it_to(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """One person breaks a link. Were that wrong, the mark would be all that parts the child's two lives."""
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.never_join.order(Named(LEEDS, "L1"), DESK)
    service.review.break_link(between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    publish(YORK, msgspec.structs.replace(NEW, reference="Y1", postcode="YO1 7HH"))
    service.never_join.order(Named(YORK, "Y1"), DESK)
    service.review.linking.link_all()
    assert apart(service, owner, HULL, YORK)
    assert apart(service, owner, LEEDS, YORK)


def confirmed(service: Service, publish: Publish, owner: Owner) -> UUID:
    publish(LEEDS, ALIKE)
    publish(HULL, THERE)
    link, state = between(owner, LEEDS, HULL)
    assert state == "proposed"
    service.review.decide(link, ANN, same=True)
    assert service.review.decide(link, BEN, same=True) is LinkState.CONFIRMED
    return link


def test_what_people_confirmed_is_asked_anew_once_a_reference_means_another_child(
    service: Service, publish: Publish, owner: Owner
) -> None:
    link = confirmed(service, publish, owner)
    publish(HULL, SOMEBODY)
    assert [(row, state) for row, _, state in links(owner)] == [(link, "proposed")]
    assert [i.kind.value for who in (ANN, BEN) for i in service.told.items(who)] == ["recalled"] * 2
    assert apart(service, owner, LEEDS, HULL)
    publish(LEEDS, msgspec.structs.replace(ALIKE, postcode="LS6 2QQ"))  # the machine takes no question back
    assert [state for _, _, state in links(owner)] == ["proposed"]
    assert service.review.decide(link, ANN, same=False) is LinkState.PROPOSED  # what was said is forgotten
    assert service.review.decide(link, BEN, same=False) is LinkState.DISMISSED


def test_what_people_confirmed_stands_while_the_child_moves(
    service: Service, publish: Publish, owner: Owner
) -> None:
    confirmed(service, publish, owner)
    publish(HULL, msgspec.structs.replace(THERE, postcode="HU5 2AA", family="Smith-Okonkwo"))
    assert [state for _, _, state in links(owner)] == ["confirmed"]
    assert service.told.items(ANN) == []
