"""The same child, registered at one moment by many; a link that breaks; a receiver that is silent."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep
from uuid import UUID

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.moves import moves
from fingerpost.moves.alert import EndReason
from fingerpost.moves.life import State
from fingerpost.reference import authorities
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import FingerpostError
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner, form_of, question, write_extract
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, inbox, kinds
from tests.moves.test_alerts import out
from tests.stepped import beside

NUMBER = "9990000034"
CHILD = Child(reference="R", nhs_number=NUMBER)
AT_HULL = msgspec.structs.replace(CHILD, reference="H1", postcode="HU1 1UU")
THREADS, PLACES = 64, 8
ENOUGH = 6  # failures: two beats and more


def test_sixty_four_threads_register_one_child(moving: Service, owner: Owner, tmp_path: Path) -> None:
    """Eight authorities, eight loads each, all followed at once: each pair of authorities is told once."""
    codes = [code for code in sorted(authorities()) if code.startswith("E08")][:PLACES]

    def load(number: int) -> None:
        moving.feeds.load_ssd(write_extract(tmp_path / str(number), CHILD), codes[number % PLACES])
        moving.moves.follow.run()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(load, range(THREADS)))
    moving.moves.follow.run()
    told = owner.execute(
        "SELECT n.authority, r.authority FROM notice n JOIN record r ON r.id = n.other_id"
        " WHERE n.kind = 'shared'"
    ).fetchall()
    assert sorted(told) == sorted((one, other) for one in codes for other in codes if one != other)
    ((records,),) = owner.execute("SELECT count(*) FROM record").fetchall()
    assert records == PLACES


def test_what_fails_stands_in_no_childs_way(
    moving: Service, owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither answers nor alerts can be read: whoever shares a child is told all the same."""
    for authority, child in ((LEEDS, CHILD), (HULL, AT_HULL)):
        moving.feeds.load_ssd(write_extract(tmp_path / authority, child), authority)
    owner.execute("REVOKE ALL ON asked_waiting, missing_alert FROM fingerpost_moves")
    monkeypatch.setattr(moves, "BEAT_SECONDS", 0.01)
    stopped, failures = Event(), list[FingerpostError]()

    def failed(error: FingerpostError) -> None:
        failures.append(error)
        if len(failures) > ENOUGH:
            stopped.set()

    moving.moves.run(stopped, failed)
    assert [sorted(kinds(moving, who)) for who in (ANN, BEN)] == [["contact_test", "shared"]] * 2


def test_an_alert_that_ends_while_it_is_followed_is_called_back(
    moving: Service, send: Send, owner: Owner, owner_conninfo: str, tmp_path: Path
) -> None:
    """It finds a record, and is ended before that commits: whoever is told of it is told that it is over."""
    moving.accounts.save_practitioner(Practitioner(LEEDS, "senior", "A Senior", Role.MANAGER, active=True))
    alert = out(moving, CHILD)
    moving.feeds.load_ssd(write_extract(tmp_path / "h", AT_HULL), HULL)
    with ThreadPoolExecutor(2) as pool, psycopg.connect(owner_conninfo) as between:
        between.execute("LOCK TABLE link_call IN ACCESS EXCLUSIVE MODE")  # past the alert, before the notices
        following = pool.submit(moving.moves.follow.run)
        _wait_for(owner, 1)
        ending = pool.submit(moving.moves.alerts.end, alert, EndReason.FOUND, ANN)
        _wait_for(owner, 2, or_done=ending)
        between.rollback()
        following.result()
        ending.result()
    moving.moves.beat()
    assert "alert" not in kinds(moving, BEN)
    left = owner.execute("SELECT count(*) FROM watch_hit WHERE standing = %s", (alert,)).fetchone()
    assert left == (0,)


def _wait_for(owner: Owner, waiting: int, or_done: Future[object] | None = None) -> None:
    """Wait until so many of this database wait for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"  # noqa: E501
    while owner.execute(query).fetchone() != (waiting,) and not (or_done and or_done.done()):
        sleep(0.01)


def test_an_alert_that_waits_is_held_against_a_shield_that_is_just_asked_for(
    moving: Service, owner: Owner, owner_conninfo: str
) -> None:
    """The watch does not end the wait by what it sees before the shield is there."""
    moving.accounts.save_practitioner(Practitioner(LEEDS, "senior", "A Senior", Role.MANAGER, active=True))
    out(moving, CHILD)
    refuge = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
    with psycopg.connect(owner_conninfo) as between:
        between.execute("LOCK TABLE ledger_entry IN SHARE MODE")  # past all but its entry
        asked = question(form_of(CHILD)).child
        asking = beside(owner, lambda: moving.shields.ask(YORK, refuge, asked, YAN))
        watching = beside(owner, moving.watch.watch_all, waiting=2)
        between.rollback()
    shield = asking.result(30)
    assert watching.result(30)
    moving.watch.watch_all()
    assert [(alert.asked.shield, alert.asked.alert) for alert in moving.alerts.list(YAN)] == [(shield, True)]


def test_an_offer_that_is_accepted_while_time_passes_is_accepted(
    moving: Service, send: Send, owner: Owner, owner_conninfo: str, clock: Clock
) -> None:
    """Nobody is told then that it is overdue, or has lapsed; and time passes for every other offer."""
    named = {"A": "Osbert", "B": "Quintus", "C": "Barnaby"}
    send(LEEDS, *(Child(reference=name, given=given) for name, given in named.items()))
    soon, late, never = (moving.moves.hand_overs.offer(name, HULL, ANN).id for name in named)
    for days, taken, others in ((24, soon, 2), (26, late, 1)):  # past the clock, and past the last day
        clock.pass_by(days=days)
        with psycopg.connect(owner_conninfo) as accepting:
            accepting.execute("UPDATE hand_over SET state = 'accepted' WHERE id = %s", (taken,))
            passing = beside(owner, moving.moves.hand_overs.pass_time)
            accepting.commit()
        assert passing.result(30) == others
    told = owner.execute("SELECT DISTINCT kind, cause FROM notice WHERE kind LIKE 'hand_over_%'").fetchall()
    told = {kind: {cause for what, cause in told if what == kind} for kind in dict(told)}
    assert told["hand_over_overdue"] | told["hand_over_lapsed"] == {late, never}
    assert told["hand_over_lapsed"] == {never}


def test_a_broken_link_recalls_what_it_told_and_no_more(moving: Service, send: Send, owner: Owner) -> None:
    """Of three the odd one out: the two who still share the child keep what they were told."""
    send(LEEDS, msgspec.structs.replace(CHILD, reference="L1"))
    send(HULL, AT_HULL)
    send(YORK, msgspec.structs.replace(CHILD, reference="Y1", postcode="YO1 7HH"))
    links = owner.execute(
        "SELECT l.id FROM link l JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b"
        " WHERE %s IN (a.authority, b.authority)", (YORK,),
    ).fetchall()  # fmt: skip
    for (link,) in links:
        if owner.execute("SELECT FROM link WHERE id = %s AND state = 'linked'", (link,)).fetchall():
            who = ANN if _is_of(owner, link, LEEDS) else BEN
            moving.review.break_link(UUID(str(link)), who, BreakReason.WRONG_MATCH)
    moving.moves.beat()
    of = {who: sorted(t.authority for i in inbox(moving, who) for t in i.ring) for who in (ANN, BEN, YAN)}
    assert of == {ANN: [HULL], BEN: [LEEDS], YAN: []}
    assert sorted(kinds(moving, YAN)) == ["shared recalled", "shared recalled"]
    send(YORK, msgspec.structs.replace(CHILD, reference="Y1", postcode="YO1 7HH", family="Otherwise"))
    assert sorted(kinds(moving, YAN)) == ["shared recalled", "shared recalled"]  # broken for good


def _is_of(owner: Owner, link: object, authority: str) -> bool:
    found = owner.execute(
        "SELECT FROM link l JOIN record r ON r.id IN (l.record_a, l.record_b)"
        " WHERE l.id = %s AND r.authority = %s", (link, authority),
    ).fetchall()  # fmt: skip
    return bool(found)


def test_a_link_that_comes_back_tells_anew(moving: Service, send: Send) -> None:
    """Corrected away and corrected back: both times it is news."""
    send(LEEDS, msgspec.structs.replace(CHILD, reference="L1"))
    for number in (NUMBER, "9990000042", NUMBER):
        given = {} if number == NUMBER else {"given": "Osbert", "family": "Quill", "born": "2011-11-11"}
        send(HULL, msgspec.structs.replace(AT_HULL, nhs_number=number, **given))
    assert sorted(kinds(moving, ANN)) == ["shared", "shared recalled"]


def test_a_hand_over_to_a_silent_authority_warns_waits_and_stays_with_the_sender(
    moving: Service, send: Send, clock: Clock
) -> None:
    """Hull's feed stops: the sender is warned since when, both managers are told, and nothing is lost."""
    send(HULL, Child(reference="H9", given="Some", family="Else", born="2015-02-03"))
    send(LEEDS, msgspec.structs.replace(CHILD, reference="L1"))
    assert moving.moves.hand_overs.offer("L1", HULL, ANN).receiver_silent is False
    clock.on("2026-03-24")
    moving.moves.nightly()
    (listed,) = moving.moves.hand_overs.listed(ANN)
    assert (listed.receiver_silent, str(listed.receiver_silent_since)[:10]) == (True, "2026-03-02")
    assert (listed.state, listed.overdue) == (State.OFFERED, True)
    assert "hand_over_overdue" in kinds(moving, ANN)
    assert {(i.kind.value, i.step.value) for i in inbox(moving, BEN)} == {
        ("hand_over_offered", "manager"), ("hand_over_overdue", "manager"),
    }  # fmt: skip
