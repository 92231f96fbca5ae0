"""A notice is written with its cause and once; it is passed on, sent as a number, and never about a child."""

# pyright: basic

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fingerpost.notices import deliver
from fingerpost.notices.delivery_store import Route
from fingerpost.notices.kinds import NEXT, NoticeKind, Step
from fingerpost.notices.tell import Telling, recall, tell
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import Invalid
from fingerpost.words.working_time import after_working_hours, working_days_after, working_days_between
from tests.conftest import Owner
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, Clock, inbox
from tests.notices.servers import mail_server, webhook


def _tell(service: Service, *causes: object, authority: str = LEEDS) -> None:
    with service.notices.database.transaction() as session:
        items = [Telling(authority=authority, kind=NoticeKind.LOOKED_FOR, cause=uuid4()) for _ in causes]
        tell(session, items, service.now())


def _tell_and_fail(service: Service) -> None:
    with service.notices.database.transaction() as session:
        tell(session, [Telling(authority=LEEDS, kind=NoticeKind.LOOKED_FOR, cause=uuid4())], service.now())
        raise RuntimeError


def test_working_hours_know_nights_weekends_and_bank_holidays() -> None:
    """Times in UTC; England is an hour ahead from 29 March 2026."""

    def after(text: str) -> str:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return after_working_hours(moment, 4).isoformat(timespec="minutes").removesuffix("+00:00")

    assert after("2026-03-02T10:00") == "2026-03-02T14:00"
    assert after("2026-03-02T15:00") == "2026-03-03T11:00"
    assert after("2026-03-06T23:00") == "2026-03-09T13:00"  # Friday night, to Monday
    assert after("2026-03-27T15:00") == "2026-03-30T10:00"  # the clocks go forward in between
    assert after("2026-04-02T15:00") == "2026-04-07T11:00"  # over Easter
    assert working_days_after(datetime(2026, 4, 2, tzinfo=UTC).date(), 1).isoformat() == "2026-04-07"
    days = working_days_between(datetime(2026, 4, 2).date(), datetime(2026, 4, 7).date())  # noqa: DTZ001
    assert days == 1


def test_silence_passes_a_notice_on_and_an_answer_ends_it(moving: Service, clock: Clock) -> None:
    _tell(moving, 1, 2)
    first, second = inbox(moving, ANN)
    moving.notices.inbox.acknowledge(first.id, ANN)
    seen: list[str] = []
    for _ in range(4):
        clock.pass_by(hours=3, minutes=59)
        moving.notices.passing_on.run()
        seen += [item.step.value for item in inbox(moving, ANN) if item.id == second.id]
        clock.pass_by(hours=20)
    assert seen == ["team", "manager", "duty", "duty"]
    assert {NEXT[step] for step in Step} == {Step.MANAGER, Step.DUTY, None}


def test_a_notice_stands_or_falls_with_its_cause(moving: Service) -> None:
    with pytest.raises(RuntimeError):
        _tell_and_fail(moving)
    assert inbox(moving, ANN) == []
    cause = uuid4()
    for _ in range(3):
        with moving.notices.database.transaction() as session:
            tell(session, [Telling(authority=LEEDS, kind=NoticeKind.LOOKED_FOR, cause=cause)], moving.now())
    assert len(inbox(moving, ANN)) == 1


def test_what_was_seen_long_ago_is_recalled_without_a_word(moving: Service, clock: Clock) -> None:
    """One that nobody saw waits on, however old."""
    _tell(moving, 1, 2)
    old, unseen = inbox(moving, ANN)
    moving.notices.inbox.acknowledge(old.id, ANN)
    clock.pass_by(days=2)
    _tell(moving, 3)
    newer = next(item for item in inbox(moving, ANN) if item.id != unseen.id)
    moving.notices.inbox.acknowledge(newer.id, ANN)
    clock.pass_by(days=89)
    everything = (old, newer, unseen)
    with moving.notices.database.transaction() as session:
        recalled = recall(session, [item.cause for item in everything], moving.now())
    assert set(recalled) == {item.id for item in everything}
    assert {item.id for item in inbox(moving, ANN)} == {newer.id, unseen.id}
    assert all(item.recalled_at for item in inbox(moving, ANN, acknowledged=True))


@pytest.fixture
def mailing(settings: Settings, moving: Service, clock: Clock) -> Iterator[tuple[Service, list]]:  # type: ignore[type-arg]
    """A service that mails, to a server that keeps what it took."""
    with mail_server() as (port, mails):
        given = msgspec.structs.replace(settings, mail_host="127.0.0.1", mail_port=port)
        with opened(given, clock) as service:
            service.notices.routes.set(
                Route(managers="managers@leeds.example", duty="duty@leeds.example"), ANN
            )
            yield service, mails


def _team(owner: Owner, authority: str, inbox: str) -> None:
    owner.execute(
        "INSERT INTO team (id, authority, reference, name, office_phone, office_hours, duty_phone, inbox)"
        " VALUES (gen_random_uuid(), %s, 'T1', 'Team', '', '', '', %s)", (authority, inbox)
    )  # fmt: skip


def test_an_email_says_how_many_wait_and_no_more(
    mailing: tuple[Service, list], clock: Clock, owner: Owner
) -> None:  # type: ignore[type-arg]
    service, mails = mailing
    _team(owner, LEEDS, "team@leeds.example")
    _tell(service, 1, 2)
    assert service.notices.deliver.run() == 0  # what is told together waits together
    clock.pass_by(seconds=30)
    assert service.notices.deliver.run() == 1
    (mail,) = mails
    assert (mail["Subject"], mail["To"]) == ("2 items wait in Fingerpost", "team@leeds.example")
    assert mail.get_payload().split() == (
        [
            "2",
            "items",
            "wait",
            "for",
            "your",
            "team.",
            "Sign",
            "in",
            "to",
            "read",
            "and",
            "acknowledge:",
            "http://127.0.0.1:8420/inbox",
        ]
    )
    _tell(service, 3)
    clock.pass_by(minutes=5)
    assert service.notices.deliver.run() == 0  # one message in a quarter of an hour
    clock.pass_by(minutes=11)
    assert service.notices.deliver.run() == 1
    clock.pass_by(hours=5)
    service.notices.passing_on.run()
    clock.pass_by(minutes=1)
    service.notices.deliver.run()
    assert [m["To"] for m in mails[2:]] == ["managers@leeds.example"]
    assert len({m["Message-ID"] for m in mails}) == len(mails)


def test_what_was_acknowledged_meanwhile_is_not_sent(
    mailing: tuple[Service, list], clock: Clock, owner: Owner
) -> None:  # type: ignore[type-arg]
    service, mails = mailing
    _tell(service, 1)
    owner.execute("INSERT INTO notice_delivery VALUES (gen_random_uuid(), %s, 'email', 'a@b.example', %s)",
                  (LEEDS, clock.moment))  # fmt: skip
    (item,) = inbox(service, ANN)
    service.notices.inbox.acknowledge(item.id, ANN)
    assert (service.notices.deliver.run(), mails) == (0, [])


def test_no_server_of_an_authority_s_ends_the_messages_of_all(
    moving: Service, clock: Clock, owner: Owner
) -> None:
    """One that answers what is no HTTP, or is away for days, is tried again each hour like any other."""
    with webhook([0]) as (address, taken):
        moving.notices.routes.set(Route(webhook=address), ANN)
        _tell(moving, 1)
        clock.pass_by(minutes=3)
        assert moving.notices.deliver.run() == 0
        for attempts in (41, 1000, 100_000):
            owner.execute("UPDATE notice_delivery SET attempts = %s WHERE channel = 'webhook'", (attempts,))
            owner.execute(
                "UPDATE notice_delivery SET recipient = 'http://127.0.0.1:1/' WHERE channel = 'webhook'"
            )
            clock.pass_by(minutes=61)
            assert moving.notices.deliver.run() == 0
        owner.execute("UPDATE notice_delivery SET recipient = %s WHERE channel = 'webhook'", (address,))
        clock.pass_by(minutes=61)
        assert moving.notices.deliver.run() == 1
    assert len(taken) == 2


def test_an_address_that_cannot_be_written_ends_the_mail_of_nobody_else(
    mailing: tuple[Service, list], clock: Clock, owner: Owner
) -> None:  # type: ignore[type-arg]
    """A contact sheet may hold any: the e-mail library answers this one with a fault of its own."""
    service, mails = mailing
    _team(owner, LEEDS, "team@[leeds.example")
    _team(owner, HULL, "team@hull.example")
    _tell(service, 1)
    clock.pass_by(seconds=1)
    _tell(service, 1, authority=HULL)
    clock.pass_by(minutes=1)
    assert [service.notices.deliver.run() for _ in range(2)] == [0, 1]
    assert [mail["To"] for mail in mails] == ["team@hull.example"]


def test_a_webhook_leads_nowhere_else(moving: Service, clock: Clock) -> None:
    """It was looked at, and what it points to was not: that may stand within our own walls."""
    with webhook([]) as (inside, wrong), webhook([302], location=inside) as (address, taken):
        moving.notices.routes.set(Route(webhook=address), ANN)
        _tell(moving, 1)
        clock.pass_by(minutes=1)
        assert moving.notices.deliver.run() == 0
    assert (len(taken), wrong) == (1, [])


def test_a_server_that_never_comes_to_an_end_is_left(
    moving: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte is in time, and the answer is whole at last; nobody waited for that."""
    monkeypatch.setattr(deliver, "PATIENCE", 0.3)
    with webhook([-1]) as (address, taken):
        moving.notices.routes.set(Route(webhook=address), ANN)
        _tell(moving, 1)
        clock.pass_by(minutes=1)
        assert moving.notices.deliver.run() == 0
    assert len(taken) == 1


def test_where_servers_are_away_one_message_is_tried_a_beat(moving: Service, clock: Clock) -> None:
    """Whoever follows the moves waits for one of them, not for all."""
    with webhook([500, 500]) as (address, taken):
        moving.notices.routes.set(Route(webhook=address), ANN)
        moving.notices.routes.set(Route(webhook=address), BEN)
        _tell(moving, 1)
        _tell(moving, 1, authority=HULL)
        clock.pass_by(minutes=1)
        tried = []
        for _ in range(3):
            moving.notices.deliver.run()
            tried.append(len(taken))
    assert tried == [1, 2, 2]


def test_a_webhook_is_signed_and_tried_until_it_is_taken(moving: Service, clock: Clock) -> None:
    with webhook([500, 503]) as (address, taken):
        moving.notices.routes.set(Route(webhook=address), ANN)
        _tell(moving, 1, 2)
        for _ in range(4):
            clock.pass_by(minutes=3)
            moving.notices.deliver.run()
    assert [post.headers["webhook-id"] for post in taken] == [taken[0].headers["webhook-id"]] * 3
    post = taken[-1]
    assert msgspec.json.decode(post.body).keys() == {"type", "timestamp", "authority", "waiting"}
    assert msgspec.json.decode(post.body)["waiting"] == 2
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    version, _, signature = post.headers["webhook-signature"].partition(",")
    assert version == "v1a"
    key = Ed25519PublicKey.from_public_bytes(moving.vault.verifying_key())
    key.verify(base64.b64decode(signature), signed)  # the key that anybody is given


def test_a_route_that_cannot_be_is_refused(moving: Service) -> None:
    for route in (
        Route(managers="no address"), Route(webhook="http://elsewhere.example/x"),
        Route(webhook="https://u@h/x"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match="must"):
            moving.notices.routes.set(route, ANN)
    assert moving.notices.routes.of(LEEDS) == Route()


def test_a_poll_tells_how_many_wait_and_nothing_of_a_child(moving: Service) -> None:
    _tell(moving, 1, 2)
    count, waiting = moving.notices.inbox.waiting(LEEDS)
    assert (count, {w.kind for w in waiting}) == (2, {"looked_for"})
    assert moving.notices.inbox.waiting(HULL) == (0, [])


def test_what_was_sent_and_seen_is_forgotten_in_time(moving: Service, clock: Clock, owner: Owner) -> None:
    with webhook([]) as (address, _):
        moving.notices.routes.set(Route(webhook=address), ANN)
        _tell(moving, 1)
        clock.pass_by(minutes=1)
        moving.notices.round()
    moving.notices.inbox.acknowledge(inbox(moving, ANN)[0].id, ANN)
    clock.moment += timedelta(days=366)
    moving.notices.forget()
    left = owner.execute(
        "SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM notice_delivery)"
    ).fetchone()
    assert left == (0, 0)


def test_each_kind_is_a_word_that_the_database_knows() -> None:
    migrations = Path(__file__).parents[2] / "src/fingerpost/db/migrations"
    text = "".join(next(migrations.glob(f"{number}*")).read_text("utf-8") for number in ("0019", "0033"))
    assert all(f"'{kind.value}'" in text for kind in (*NoticeKind, *Step))
