"""A second registration tells both at once, each of the other's team alone; a broken link calls it back."""

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.movings import MovesFollowed, NoticesRead
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, events, inbox, kinds

NUMBER = "9990000034"
OLD = Child(reference="L1", nhs_number=NUMBER, closed="2025-09-01")
NEW = Child(reference="H1", family="Okonkwo", postcode="HU1 1UU", nhs_number=NUMBER)
THIRD = Child(reference="Y1", family="Okonkwo", postcode="YO1 7HH", nhs_number=NUMBER)


def test_both_are_told_at_once_and_each_sees_the_others_team_alone(moving: Service, send: Send) -> None:
    send(LEEDS, OLD)
    assert (kinds(moving, ANN), kinds(moving, BEN)) == ([], [])
    send(HULL, NEW)
    ((leeds,), (hull,)) = inbox(moving, ANN), inbox(moving, BEN)
    assert (leeds.told_at, leeds.kind, leeds.reference) == (hull.told_at, "shared", "L1")
    assert [(t.authority, t.status, t.contact.phone_now) for t in leeds.ring] == [
        (HULL, "current", "0113 496 0001")
    ]
    assert [(t.authority, t.status) for t in hull.ring] == [(LEEDS, "previous")]
    assert hull.reference == "H1"
    assert leeds.cause == hull.cause  # what both say on the phone
    (followed,) = events(moving, MovesFollowed)
    assert set(followed.told) == {leeds.id, hull.id}
    read = events(moving, NoticesRead)[-1]
    assert len(read.disclosed) == 1


def test_a_third_is_told_of_two_and_both_of_it(moving: Service, send: Send) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW), (YORK, THIRD)):
        send(authority, child)
    told = {who: {t.authority for item in inbox(moving, who) for t in item.ring} for who in (ANN, BEN, YAN)}
    assert told == {ANN: {HULL, YORK}, BEN: {LEEDS, YORK}, YAN: {LEEDS, HULL}}


def test_sent_again_nothing_is_told_again(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, OLD)
    send(HULL, NEW)
    clock.pass_by(days=1)
    send(LEEDS, OLD)
    send(HULL, NEW)
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["shared"], ["shared"])


def test_a_doubtful_link_waits_for_people_and_then_tells(moving: Service, send: Send, owner: Owner) -> None:
    send(LEEDS, Child(given="Oliver", family="Smith"))
    send(HULL, Child(given="Oliver", family="Smith", postcode="HU1 1UU"))
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["links_wait"], ["links_wait"])
    ((link,),) = owner.execute("SELECT id FROM link WHERE state = 'proposed'").fetchall()
    for person in (ANN, BEN):
        moving.review.decide(link, person, same=True)  # type: ignore[arg-type]
    moving.moves.beat()
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["shared"], ["shared"])


def test_two_past_works_are_nobodys_news(moving: Service, send: Send) -> None:
    send(LEEDS, OLD)
    send(HULL, msgspec.structs.replace(NEW, closed="2025-12-01"))
    assert (kinds(moving, ANN), kinds(moving, BEN)) == ([], [])


def test_a_broken_link_recalls_even_what_was_seen(moving: Service, send: Send, owner: Owner) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW)):
        send(authority, child)
    (seen,) = inbox(moving, ANN)
    moving.notices.inbox.acknowledge(seen.id, ANN)
    assert kinds(moving, ANN) == []
    ((link,),) = owner.execute("SELECT id FROM link").fetchall()
    moving.review.break_link(link, ANN, BreakReason.WRONG_MATCH)  # type: ignore[arg-type]
    moving.moves.beat()
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["shared recalled"], ["shared recalled"])
    assert [item.ring for item in (*inbox(moving, ANN), *inbox(moving, BEN))] == [(), ()]


def test_a_record_that_goes_is_recalled_where_it_was_told(moving: Service, send: Send) -> None:
    send(LEEDS, OLD)
    send(HULL, NEW)
    send(HULL, Child(reference="H9", given="Some", family="Else", born="2015-02-03", postcode="HU1 1UU"))
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["shared recalled"], [])


def test_a_shield_looks_like_any_recall(moving: Service, send: Send, owner: Owner) -> None:
    """Hidden afterwards: both sides see the word that a correction brings, and no team."""
    send(LEEDS, OLD)
    send(HULL, NEW)
    owner.execute("DELETE FROM link")  # as hiding does
    owner.execute("UPDATE record SET hidden = 'shielded' WHERE authority = %s", (HULL,))
    moving.moves.beat()
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["shared recalled"], ["shared recalled"])
    assert inbox(moving, ANN)[0].ring == ()


def test_only_people_of_the_authority_read_and_acknowledge(moving: Service, send: Send) -> None:
    send(LEEDS, OLD)
    send(HULL, NEW)
    (item,) = inbox(moving, ANN)
    with pytest.raises(NotFound):
        moving.notices.inbox.acknowledge(item.id, BEN)
    moving.accounts.save_practitioner(Practitioner(LEEDS, "desk", "Desk", Role.DESK_OFFICER, active=True))
    with pytest.raises(Refused):
        moving.notices.inbox.items(Person(LEEDS, "desk"))
