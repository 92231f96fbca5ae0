"""Pairs that two people have to decide: whoever can is told that they wait, and told again while they do."""

from uuid import UUID

import msgspec

from fingerpost.ledger.movings import MovesFollowed
from fingerpost.wiring import Service
from tests.conftest import Child, Owner
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, Clock, Send, events, inbox, kinds

AT_LEEDS = Child(reference="L1", given="Oliver", family="Smith")
AT_HULL = msgspec.structs.replace(AT_LEEDS, reference="H1", postcode="HU1 1UU")
ALSO = [
    msgspec.structs.replace(child, reference=f"{child.reference}-2", given="Jack", born="2014-11-20")
    for child in (AT_LEEDS, AT_HULL)
]
BYSTANDER = Child(reference="H9", given="Some", family="Else", born="2011-02-03", postcode="HU1 1UU")


def _open(owner: Owner) -> list[UUID]:
    rows = owner.execute("SELECT id FROM link WHERE state = 'proposed' ORDER BY id").fetchall()
    return [UUID(str(link)) for (link,) in rows]


def test_both_sides_are_told_once_and_no_more_when_all_is_decided(
    moving: Service, send: Send, owner: Owner
) -> None:
    send(LEEDS, AT_LEEDS, ALSO[0])
    send(HULL, AT_HULL)
    send(HULL, AT_HULL, ALSO[1])
    assert (kinds(moving, ANN), kinds(moving, BEN), len(_open(owner))) == (["links_wait"], ["links_wait"], 2)
    (item,) = inbox(moving, BEN)
    assert (item.reference, item.ring, item.step) == (None, (), "manager")
    assert moving.review.queue(ANN).age.waiting == 2
    first, second = _open(owner)
    for link, same, waits in ((first, True, ["links_wait"]), (second, False, [])):
        for who in (ANN, BEN):
            moving.review.decide(link, who, same=same)
        moving.moves.beat()
        assert [kind for kind in kinds(moving, ANN) if kind != "shared"] == waits
    assert sorted(kinds(moving, BEN)) == ["shared"]
    assert moving.review.queue(ANN).age.oldest is None


def test_seen_and_not_decided_it_is_told_again_a_step_higher(
    moving: Service, send: Send, clock: Clock, owner: Owner
) -> None:
    send(LEEDS, AT_LEEDS)
    send(HULL, AT_HULL)
    (item,) = inbox(moving, ANN)
    moving.notices.inbox.acknowledge(item.id, ANN)
    for day, overdue, told in (("2026-03-09", 0, []), ("2026-03-10", 1, ["links_overdue"])):
        clock.on(day, "06:00")
        moving.moves.nightly()
        moving.moves.nightly()
        assert (moving.review.queue(ANN).age.overdue, kinds(moving, ANN)) == (overdue, told)
    (late,) = inbox(moving, ANN)
    assert (late.step, late.reference) == ("director", None)
    assert len([notice for e in events(moving, MovesFollowed) for notice in e.told]) == 4
    send(HULL, AT_HULL, ALSO[1])  # what comes new is told of beside
    send(LEEDS, AT_LEEDS, ALSO[0])
    assert sorted(kinds(moving, ANN)) == ["links_overdue", "links_wait"]
    send(HULL, BYSTANDER)
    assert (kinds(moving, ANN), _open(owner)) == ([], [])
