"""An alert of a missing family: two people let it out, every feed attests it, all are called back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.movings import MissingAlertMoved, MissingAlertsSwept
from fingerpost.moves.alert import Alert, AlertState, EndReason
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Purpose, Role
from tests.conftest import Child, Owner, form_of, question
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, events, inbox, kinds
from tests.moves.test_late_hits import CHILD, OTHER, ask, hide

SENIOR = Person(LEEDS, "senior")
SISTER = Child(reference="H2", given="Clementine", family="Featherstonehaugh", born="2018-06-02", sex="F",
               postcode="HU1 1UU", nhs_number="9990000042")  # fmt: skip


@pytest.fixture(autouse=True)
def senior(moving: Service) -> None:
    moving.accounts.save_practitioner(Practitioner(LEEDS, "senior", "A Senior", Role.MANAGER, active=True))


def raised(service: Service, *children: Child) -> Alert:
    """Ask about each child, and raise an alert of them."""
    entries = [ask(service, ANN, child, Purpose.MISSING_CHILD).receipt.entry for child in children]
    return service.moves.alerts.raise_(entries, service.now().date() + timedelta(days=7), ANN)


def out(service: Service, *children: Child) -> UUID:
    """Let an alert out, and have it looked for."""
    alert = raised(service, *children).id
    service.moves.alerts.approve(alert, SENIOR)
    service.moves.beat()
    return alert


def shown(service: Service, alert: UUID) -> Alert:
    return next(one for one in service.moves.alerts.listed(ANN) if one.id == alert)


def test_nobody_is_told_before_a_senior_approves(moving: Service, send: Send) -> None:
    send(HULL, CHILD)
    alert = raised(moving, CHILD)
    moving.moves.nightly()
    assert (alert.state, kinds(moving, BEN)) == (AlertState.RAISED, [])
    with pytest.raises(Refused, match="did not raise"):
        moving.moves.alerts.approve(alert.id, ANN)
    assert moving.moves.alerts.approve(alert.id, SENIOR).state is AlertState.OUT
    moving.moves.beat()
    (theirs,), (ours,) = inbox(moving, BEN), inbox(moving, ANN)
    assert (theirs.kind, theirs.reference, theirs.step) == ("alert", "H1", "duty")
    assert [(team.authority, team.status) for team in theirs.ring] == [(LEEDS, "front door")]
    assert (ours.kind, ours.reference) == ("alert_found", None)
    assert [(team.authority, team.status) for team in ours.ring] == [(HULL, "current")]
    assert [e.state for e in events(moving, MissingAlertMoved)] == ["raised", "out"]


def test_it_is_watched_for_and_each_feed_attests_it(moving: Service, send: Send, clock: Clock) -> None:
    send(YORK, OTHER)
    alert = out(moving, CHILD, SISTER)

    def swept() -> dict[str, Any]:
        return {s.authority: s.as_of for s in shown(moving, alert).sweeps if s.as_of}

    assert swept() == {YORK: clock.moment}
    assert len(shown(moving, alert).sweeps) == 153
    clock.pass_by(hours=5)
    send(HULL, CHILD, SISTER)
    assert swept() == {YORK: clock.moment - timedelta(hours=5), HULL: clock.moment}
    assert kinds(moving, BEN).count("alert") == 2
    assert [code for e in events(moving, MissingAlertsSwept) for _, code in e.swept] == [YORK, HULL]
    clock.pass_by(hours=1)
    send(HULL, CHILD, SISTER)
    assert (swept()[HULL], kinds(moving, BEN).count("alert")) == (clock.moment, 2)


def test_a_feed_that_is_not_followed_yet_attests_nothing(moving: Service, send: Send, owner: Owner) -> None:
    send(YORK, OTHER)
    alert = out(moving, CHILD)
    owner.execute("DELETE FROM alert_sweep")
    owner.execute("INSERT INTO move_due (record_id) VALUES (gen_random_uuid())")
    moving.moves.sweep.run()
    assert [s for s in shown(moving, alert).sweeps if s.as_of] == []
    moving.moves.beat()
    assert [s.authority for s in shown(moving, alert).sweeps if s.as_of] == [YORK]


def test_the_end_reaches_everyone_it_reached(moving: Service, send: Send, clock: Clock, owner: Owner) -> None:
    send(HULL, CHILD)
    send(YORK, msgspec.structs.replace(CHILD, reference="Y1"))
    owner.execute("DELETE FROM notice")
    alert = out(moving, CHILD)
    (seen,) = inbox(moving, BEN)
    moving.notices.inbox.acknowledge(seen.id, BEN)
    send(YORK, OTHER, accept=True)  # the record goes, and with it the notice of it
    assert "alert" not in kinds(moving, YAN)
    assert moving.moves.alerts.end(alert, EndReason.FOUND, ANN).reason is EndReason.FOUND
    assert "alert recalled" in kinds(moving, BEN)
    assert "alert_ended" in kinds(moving, YAN)
    assert kinds(moving, ANN).count("alert_found recalled") == 2
    assert owner.execute("SELECT count(*) FROM watch_hit").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM watch WHERE standing <> entry").fetchone() == (0,)
    clock.pass_by(days=1)
    send(HULL, CHILD, SISTER)
    assert kinds(moving, BEN).count("alert") == 0
    with pytest.raises(Invalid, match="ended already"):
        moving.moves.alerts.end(alert, EndReason.FOUND, ANN)


def test_it_expires_by_itself(moving: Service, send: Send, clock: Clock) -> None:
    send(HULL, CHILD)
    alert = out(moving, CHILD)
    clock.pass_by(days=7)
    moving.moves.nightly()
    assert shown(moving, alert).state is AlertState.OUT
    clock.pass_by(days=1)
    moving.moves.nightly()
    assert (shown(moving, alert).state, shown(moving, alert).reason) == ("ended", "expired")
    assert kinds(moving, BEN) == ["alert recalled"]


def test_what_is_out_is_listed_however_many_ended_since(moving: Service, owner: Owner, clock: Clock) -> None:
    alert = raised(moving, CHILD).id
    owner.execute(
        "INSERT INTO missing_alert"
        " (id, authority, state, entries, raised_by, raised_at, until, ended_at, reason)"
        " SELECT gen_random_uuid(), authority, 'ended', '{}', raised_by, raised_at + '1 h', until, raised_at,"
        " 'found' FROM missing_alert, generate_series(1, 30)"
    )
    listed = moving.moves.alerts.listed(ANN)
    assert (listed[0].id, len(listed)) == (alert, 21)


def test_a_correction_takes_it_back(moving: Service, send: Send) -> None:
    send(HULL, CHILD)
    out(moving, CHILD)
    send(HULL, msgspec.structs.replace(CHILD, given="Barnaby", born="2011-01-30", nhs_number=""))
    assert kinds(moving, BEN) == ["alert recalled"]


def test_what_can_be_raised(moving: Service, clock: Clock) -> None:
    day = clock.moment.date()
    mine = ask(moving, ANN, CHILD, Purpose.MISSING_CHILD).receipt.entry
    other = ask(moving, ANN, CHILD, Purpose.TRANSFER_IN).receipt.entry
    theirs = ask(moving, SENIOR, CHILD, Purpose.MISSING_CHILD).receipt.entry
    for entries in ([other], [theirs], [mine, uuid4()]):
        with pytest.raises(NotFound, match="answer of yours"):
            moving.moves.alerts.raise_(entries, day, ANN)
    for entries, until in (([mine], day + timedelta(days=29)), ([], day), ([mine], day - timedelta(days=1))):
        with pytest.raises(Invalid):
            moving.moves.alerts.raise_(entries, until, ANN)
    clock.pass_by(hours=25)
    with pytest.raises(NotFound):
        moving.moves.alerts.raise_([mine], day + timedelta(days=5), ANN)


def test_only_its_own_authority_sees_and_decides(moving: Service) -> None:
    alert = raised(moving, CHILD).id
    with pytest.raises(NotFound):
        moving.moves.alerts.approve(alert, BEN)
    with pytest.raises(NotFound):
        moving.moves.alerts.end(alert, EndReason.FOUND, BEN)
    assert moving.moves.alerts.listed(BEN) == []
    moving.accounts.save_practitioner(Practitioner(LEEDS, "w", "W", Role.SOCIAL_WORKER, active=True))
    with pytest.raises(Refused):
        moving.moves.alerts.approve(alert, Person(LEEDS, "w"))
    assert moving.moves.alerts.end(alert, EndReason.REFUSED, SENIOR).state is AlertState.ENDED
    with pytest.raises(Invalid):
        moving.moves.alerts.approve(alert, SENIOR)


def test_an_alert_for_a_shielded_child_is_as_for_an_absent_one(
    moving: Service, send: Send, owner: Owner
) -> None:
    """The same bytes for whoever raised it, the same traces; nobody but the keeper hears of it."""
    send(HULL, CHILD, SISTER)
    hide(owner, HULL, "shielded")

    def seen(*children: Child) -> tuple[object, ...]:
        counted = "SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM watch_hit), (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM alert_sweep), (SELECT count(*) FROM notice_delivery)"  # noqa: E501
        before = owner.execute(counted).fetchone()
        alert = out(moving, *children)
        after = owner.execute(counted).fetchone()
        assert before is not None
        assert after is not None
        one = msgspec.structs.replace(shown(moving, alert), id=UUID(int=0), spoken="")
        moving.moves.alerts.end(alert, EndReason.FOUND, ANN)
        return msgspec.json.encode(one), [b - a for a, b in zip(before, after, strict=True)]  # type: ignore[operator]

    shielded = seen(CHILD, SISTER)
    absent = Child(given="Nobody", family="Nowhere", born="2012-02-02"), Child(given="No", family="One", born="2013-02-02")  # fmt: skip  # noqa: E501
    assert seen(*absent) == shielded
    assert (kinds(moving, ANN), kinds(moving, BEN)) == ([], [])
    hide(owner, HULL, None)
    moving.moves.beat()
    assert seen(CHILD, SISTER) != shielded  # the control


def test_the_keeper_of_a_shield_is_told_of_the_alert(moving: Service, send: Send) -> None:
    """Of one that stands, and of one that is asked for while the alert is out."""
    moving.accounts.save_practitioner(Practitioner(YORK, "keeper", "A Keeper", Role.MANAGER, active=True))
    keeper = Person(YORK, "keeper")
    refuge = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
    send(HULL, CHILD, OTHER)
    moving.shields.ask(YORK, refuge, question(form_of(CHILD)).child, keeper)
    out(moving, CHILD, OTHER)
    moving.watch.watch_all()
    assert [a.asked.alert for a in moving.alerts.list(keeper)] == [True]
    moving.shields.ask(YORK, refuge, question(form_of(OTHER)).child, keeper)
    moving.watch.watch_all()
    assert sum(a.asked.alert for a in moving.alerts.list(keeper)) == 2
    for _ in range(2):  # shields of anybody else's, anywhere: whoever was told is not told again
        moving.shields.ask(LEEDS, refuge, question(form_of(SISTER)).child, SENIOR)
        moving.watch.watch_all()
    assert sum(a.asked.alert for a in moving.alerts.list(keeper)) == 2
    moving.moves.beat()
    assert kinds(moving, BEN) == ["alert recalled"]
