"""Two lives that are never joined, by machine or by hand: what holds it, and what may not undo it."""

from uuid import UUID

import msgspec
import pytest

from fingerpost.ledger.events import KeptApart, LinksMade
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import NotFound, Refused
from tests.conftest import Child, Owner, Publish
from tests.signposts.linked import (
    ANN,
    BATH,
    BEN,
    BRISTOL,
    DESK,
    HULL,
    LEEDS,
    NEW,
    OLD,
    YORK,
    apart,
    between,
    events,
    held,
    register_officers,
)


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    register_officers(service)


def _adopted(service: Service, publish: Publish, owner: Owner) -> None:
    """Publish a life before and one after an adoption; each side orders that its own is kept apart."""
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    assert between(owner, LEEDS, HULL)
    _keep_apart(service)


def _keep_apart(service: Service) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW)):
        service.never_join.order(Named(authority, child.reference), DESK)


def test_never_join_holds_through_a_third_record(service: Service, publish: Publish, owner: Owner) -> None:
    _adopted(service, publish, owner)
    report = publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    made = [e for e in events(service) if isinstance(e, LinksMade)][-1]
    assert made.refused >= 1
    assert "refused" not in msgspec.json.encode(report).decode()  # or York could sense an adoption
    assert apart(service, owner, LEEDS, HULL)
    assert service.review.queue(DESK).links == []  # nor is the queue told


def test_never_join_cuts_what_already_joined_the_two(
    service: Service, publish: Publish, owner: Owner
) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW)):
        publish(authority, child)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    _keep_apart(service)
    taken = [e.withdrawn for e in events(service) if isinstance(e, KeptApart)]
    assert [len(links) for links in taken] == [0, 2]
    assert apart(service, owner, LEEDS, HULL)
    assert not apart(service, owner, LEEDS, YORK)


def test_never_join_outlives_the_record_it_was_given_for(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """York holds the first identity too; when Leeds lets it go, York must still be kept from Hull.

    Then the order holds between York and what Hull's side becomes, and both sides still gain records.
    """
    _adopted(service, publish, owner)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH", nhs_number=""))
    assert not apart(service, owner, LEEDS, YORK)
    publish(LEEDS, Child(reference="L9", given="Somebody", family="Else", born="2015-02-03"))
    # With the number of one side and the name and home of the other: it fits both, and may join one alone.
    publish(BRISTOL, msgspec.structs.replace(NEW, reference="B1", postcode="BS1 1AA"))
    publish(BATH, msgspec.structs.replace(OLD, reference="A1", postcode="YO1 7HH"))
    assert apart(service, owner, YORK, HULL)
    assert not apart(service, owner, BRISTOL, HULL)
    assert apart(service, owner, BRISTOL, YORK)
    trails = {one: service.review.trail(held(owner, one), DESK).records for one in (YORK, HULL)}
    assert (held(owner, BATH) in trails[YORK]) is not (held(owner, BATH) in trails[HULL])


def test_never_join_holds_by_hand(service: Service, publish: Publish, owner: Owner) -> None:
    _adopted(service, publish, owner)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    held = dict(owner.execute("SELECT authority, id FROM record").fetchall())
    # A proposal that would join the two, as a slip of the machine might leave one.
    owner.execute("DELETE FROM link WHERE record_a = %s OR record_b = %s", (held[HULL],) * 2)
    pair = sorted((held[HULL], held[YORK]))  # type: ignore[type-var]
    owner.execute(
        "INSERT INTO link VALUES (%s, %s, %s, 'possible', 'machine', 'proposed', NULL, now())",
        (UUID(int=5), *pair),
    )
    with pytest.raises(NotFound):  # York stands for Leeds' side too
        service.review.decide(UUID(int=5), BEN, same=True)


def test_what_was_set_apart_is_not_joined_by_hand(service: Service, publish: Publish, owner: Owner) -> None:
    """A wrong match, broken; then people agree on a third record that would join the two again."""
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    held = dict(owner.execute("SELECT authority, id FROM record").fetchall())
    pair = sorted((held[HULL], held[YORK]))  # type: ignore[type-var]
    owner.execute(
        "INSERT INTO link VALUES (%s, %s, %s, 'possible', 'machine', 'proposed', NULL, now())",
        (UUID(int=5), *pair),
    )
    with pytest.raises(Refused, match="set apart"):
        service.review.decide(UUID(int=5), BEN, same=True)
    assert apart(service, owner, HULL, YORK)


def test_a_break_cannot_be_taken_back_by_any_role(service: Service, publish: Publish, owner: Owner) -> None:
    _adopted(service, publish, owner)
    for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
        for role in ("fingerpost_feed", "fingerpost_lookup", "fingerpost_admin", "fingerpost_records"):
            found = owner.execute("SELECT has_table_privilege(%s, 'link_break', %s)", (role, privilege))
            assert found.fetchone() == (False,)
