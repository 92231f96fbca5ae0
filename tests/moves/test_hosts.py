"""In whose area a child lives: the host is told once, and again when that is another."""

import msgspec

from fingerpost.wiring import Service
from tests.conftest import Child, Owner
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, inbox, kinds

AT_HULL = Child(reference="L1", nhs_number="9990000034", postcode="HU1 1UU")
AT_YORK = msgspec.structs.replace(AT_HULL, postcode="YO1 7HH")
AT_HOME = msgspec.structs.replace(AT_HULL, postcode="LS1 4DY")
SAME = msgspec.structs.replace(AT_HULL, reference="H1")


def test_the_host_is_told_once_and_whom_to_ring(moving: Service, send: Send, clock: Clock) -> None:
    for _ in range(2):
        send(LEEDS, AT_HULL)
        moving.moves.nightly()
        clock.pass_by(days=1)
    (item,) = inbox(moving, BEN)
    assert (item.kind, item.reference) == ("out_of_area", None)
    assert [(team.authority, team.status) for team in item.ring] == [(LEEDS, "current")]
    assert (kinds(moving, ANN), kinds(moving, YAN)) == ([], [])


def test_at_home_nobody_is_told(moving: Service, send: Send) -> None:
    send(LEEDS, AT_HOME)
    assert kinds(moving, ANN) == kinds(moving, BEN) == []


def test_the_next_host_is_told_and_the_last_one_too(moving: Service, send: Send) -> None:
    for child in (AT_HULL, AT_YORK, AT_HOME, AT_YORK):
        send(LEEDS, child)
    assert kinds(moving, BEN) == ["out_of_area recalled"]
    assert sorted(kinds(moving, YAN)) == ["out_of_area", "out_of_area recalled"]
    assert [item.ring for item in inbox(moving, BEN)] == [()]


def test_a_host_that_works_with_the_child_is_told_of_that_instead(moving: Service, send: Send) -> None:
    send(LEEDS, AT_HULL)
    send(HULL, SAME)
    assert sorted(kinds(moving, BEN)) == ["out_of_area recalled", "shared"]
    assert kinds(moving, ANN) == ["shared"]


def test_a_child_on_its_way_stays_the_hosts_news_until_somebody_opens(moving: Service, send: Send) -> None:
    """Closed as handed on, it is nobody's: that is no moment to take back that it lives there."""
    send(LEEDS, AT_HULL)
    send(LEEDS, msgspec.structs.replace(AT_HULL, closed="2026-03-02", why="RC5"))
    assert kinds(moving, BEN) == ["out_of_area"]
    send(YORK, msgspec.structs.replace(SAME, reference="Y1", postcode="YO1 7HH", started="2026-03-01"))
    assert kinds(moving, BEN) == ["out_of_area recalled"]


def test_a_child_with_whom_nobody_works_any_more_is_nobodys_news(moving: Service, send: Send) -> None:
    send(LEEDS, AT_HULL)
    send(LEEDS, msgspec.structs.replace(AT_HULL, closed="2026-03-02", why="RC8"))
    assert kinds(moving, BEN) == ["out_of_area recalled"]


def test_a_hidden_child_lives_nowhere(moving: Service, send: Send, owner: Owner) -> None:
    """To the host it is a recall like any other."""
    send(LEEDS, AT_HULL)
    owner.execute("UPDATE record SET hidden = 'shielded'")
    moving.moves.beat()
    assert kinds(moving, BEN) == ["out_of_area recalled"]
    send(LEEDS, AT_YORK)
    assert kinds(moving, YAN) == []
