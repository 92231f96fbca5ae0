"""A shield that is lifted leaves no trace: what two people had confirmed joins the child's records again."""

from uuid import UUID

import pytest

from fingerpost.ledger.events import LinksMade
from fingerpost.signposts.never_join import Named
from fingerpost.wiring import Service
from tests.conftest import Child, Owner, Publish
from tests.shields.conftest import HULL, KEEPER, LEEDS, OTHER, Shield
from tests.signposts.linked import ANN, BEN, DESK, apart, between, events, links, register_officers
from tests.signposts.test_doubted_again import ALIKE, SOMEBODY, THERE, confirmed


@pytest.fixture(autouse=True)
def officers(service: Service) -> None:
    register_officers(service)


def _lift(service: Service, made: UUID) -> None:
    for by in (KEEPER, OTHER):
        service.shields.lift(made, by)


def _told(service: Service) -> list[str]:
    return [item.kind.value for who in (ANN, BEN) for item in service.told.items(who)]


def test_what_two_people_confirmed_stands_when_the_shield_is_lifted(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    link = confirmed(service, publish, owner)
    before = owner.execute("SELECT * FROM link").fetchall()
    made = shield(ALIKE)
    assert links(owner) == []
    publish(HULL, THERE)  # a night under the shield
    _lift(service, made)
    assert owner.execute("SELECT * FROM link").fetchall() == before
    assert not apart(service, owner, LEEDS, HULL)
    assert _told(service) == []
    assert [e.restored for e in events(service) if isinstance(e, LinksMade) if e.restored] == [(link,)]
    assert owner.execute("SELECT count(*) FROM link_set_aside").fetchone() == (0,)


def test_it_stands_under_no_shield_alone(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    link = confirmed(service, publish, owner)
    ours, theirs = shield(ALIKE), shield(ALIKE, by=OTHER, keeper=HULL)
    _lift(service, ours)
    assert links(owner) == []
    _lift_of_hull(service, theirs)
    assert [row for row, _, _ in links(owner)] == [link]


def _lift_of_hull(service: Service, made: UUID) -> None:
    for by in (OTHER, KEEPER):
        service.shields.lift(made, by)


def test_what_was_covered_by_mistake_is_joined_again_once_both_are_cleared(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    confirmed(service, publish, owner)
    made = shield(ALIKE)
    ((first, _), (second, _)) = owner.execute("SELECT record_id, shield_id FROM shield_cover").fetchall()
    service.shields.clear(made, first, KEEPER)  # type: ignore[arg-type]
    assert links(owner) == []
    service.shields.clear(made, second, KEEPER)  # type: ignore[arg-type]
    assert [state for _, _, state in links(owner)] == ["confirmed"]


def test_what_means_another_child_since_is_asked_anew_and_both_are_told(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    link = confirmed(service, publish, owner)
    made = shield(ALIKE)
    publish(HULL, SOMEBODY)
    assert _told(service) == []
    _lift(service, made)
    assert [(row, state) for row, _, state in links(owner)] == [(link, "proposed")]
    assert _told(service) == ["recalled"] * 2


def test_two_lives_that_were_marked_meanwhile_stay_apart_and_both_are_told(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    confirmed(service, publish, owner)
    made = shield(ALIKE)
    for authority, child in ((LEEDS, ALIKE), (HULL, THERE)):
        service.never_join.order(Named(authority, child.reference), DESK)
    assert _told(service) == []
    _lift(service, made)
    assert (links(owner), apart(service, owner, LEEDS, HULL)) == ([], True)
    assert _told(service) == ["recalled"] * 2
    assert owner.execute("SELECT count(*) FROM link_set_aside").fetchone() == (0,)


def test_what_the_machine_linked_is_there_again_without_waiting_for_a_feed(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    sure = Child(nhs_number="9990000034")
    publish(LEEDS, sure)
    publish(HULL, sure)
    made = shield(sure)
    _lift(service, made)
    assert between(owner, LEEDS, HULL)[1] == "linked"


def test_no_lookup_reads_what_is_set_aside(owner: Owner) -> None:
    readers = [
        role
        for (role,) in owner.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'fingerpost_%'")
        if owner.execute("SELECT has_table_privilege(%s, 'link_set_aside', 'SELECT')", (role,)).fetchone()
        == (True,)
    ]
    assert sorted(set(readers) - {"fingerpost_owner"}) == ["fingerpost_feed", "fingerpost_shields"]
