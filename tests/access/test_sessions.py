"""Signing in to the pages, from leaving for the provider to the session's end; and one's own sign-ins."""

from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.access.provider import Registration, SignedIn, Started
from fingerpost.access.rules import Emergency, RecordsAct
from fingerpost.access.sessions import HANDED_BACK, IDLE, Cookies, Person
from fingerpost.access.sessions_store import NewsKind
from fingerpost.instance import Instance
from fingerpost.ledger.events import RecordsRefused, SessionEnded, SignInRefused
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person as Deciding
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, NotFound, Refused, Unavailable
from fingerpost.words.vocabulary import Role
from tests.access.idp import STRONG, Idp, claims_of, signed
from tests.conftest import copy_of

BACK = "https://ours.example/sign-in/back"


class Clock:
    """A clock that a test moves."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


CLOCK = Clock()


@pytest.fixture(scope="module")
def ours(instance: Instance, idp: Idp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose people sign in at the stand-in: a nurse, her manager, and one of another trust."""
    issuer = f"http://127.0.0.1:{idp.server_port}"
    with copy_of(instance, tmp_path_factory.mktemp("sessions")) as made:
        known: Settings = msgspec.structs.replace(
            made, oidc_issuer=issuer, oidc_client_id="fingerpost", oidc_strong=(STRONG,)
        )
        with opened(known, CLOCK) as service:
            for authority, name, role in (
                ("RJ1", "nurse", Role.CLINICIAN),
                ("RJ1", "boss", Role.MANAGER),
                ("E06000010", "other", Role.MANAGER),
            ):
                service.accounts.save_practitioner(
                    Practitioner(authority, name, "A Person", role, active=True)
                )
                service.sessions.name_account(issuer, name, authority, name)
            yield service


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    CLOCK.ahead = timedelta()
    yield
    CLOCK.ahead = timedelta()


def _sign_in(ours: Service, idp: Idp, who: str = "nurse", before: str = "", **claims: object) -> Cookies:
    cookie, address = ours.sessions.start(BACK, "/work")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    idp.token = signed(claims_of(idp, sub=who, nonce=asked["nonce"], **claims))
    cookies, onward = ours.sessions.finish(cookie, asked["state"], "code", BACK, before)
    assert onward == "/work"
    return cookies


def _person(ours: Service, cookies: Cookies) -> Person:
    person = ours.sessions.who(cookies)
    assert person is not None
    return person


def _last(ours: Service) -> object:
    ((_, entry),) = ours.ledger.checked(ours.records_database, last=1)
    return entry and entry.event


def test_somebody_signs_in_and_out(ours: Service, idp: Idp) -> None:
    cookies = _sign_in(ours, idp)
    person = _person(ours, cookies)
    assert (person.practitioner.reference, person.authority_name != "") == ("nurse", True)
    assert person.owns(person.form_token())
    assert not person.owns("another")
    assert _person(ours, Cookies(cookies.name, person.seen_at(ours.now()))).session == person.session
    assert ours.sessions.end(person, "https://ours.example/signed-out") is None  # it has no such place
    assert ours.sessions.who(cookies) is None
    assert ours.sessions.who(Cookies("", "")) is None
    assert _last(ours) == SessionEnded(session=person.session, sessions=1)


def test_a_sign_in_is_finished_once_by_the_browser_that_began_it(ours: Service, idp: Idp) -> None:
    cookie, _ = ours.sessions.start(BACK, "/work")
    for _ in range(2):  # another's state; and then it is gone
        with pytest.raises(Refused, match="begun elsewhere"):
            ours.sessions.finish(cookie, "another", "code", BACK)
    late, address = ours.sessions.start(BACK, "/work")
    CLOCK.ahead = timedelta(minutes=16)
    with pytest.raises(Refused, match="too long"):
        ours.sessions.finish(late, parse_qs(urlsplit(address).query)["state"][0], "code", BACK)


def test_a_new_sign_in_ends_the_session_that_the_browser_had(ours: Service, idp: Idp) -> None:
    first, elsewhere = _sign_in(ours, idp), _sign_in(ours, idp)
    for before in (first.name, "forged"):
        after = _sign_in(ours, idp, "boss", before=before)
        assert ours.sessions.who(first) is None
        assert _person(ours, after).practitioner.reference == "boss"
    assert _person(ours, elsewhere).practitioner.reference == "nurse"


def test_an_idle_session_is_over_and_its_cookie_cannot_be_made(ours: Service, idp: Idp) -> None:
    cookies = _sign_in(ours, idp)
    second, _, proof = cookies.seen.partition(".")
    later = str(int(second) + 60)
    for seen in ("", "x", f"{later}.{proof}", f"{'9' * 13}.{proof}", "é.1"):
        assert ours.sessions.who(Cookies(cookies.name, seen)) is None
    CLOCK.ahead = IDLE - timedelta(minutes=1)
    assert ours.sessions.who(cookies) is not None
    CLOCK.ahead = IDLE + timedelta(minutes=1)
    assert ours.sessions.who(cookies) is None


def test_what_was_typed_without_a_session_comes_back_in_the_new_one(ours: Service, idp: Idp) -> None:
    cookie, address = ours.sessions.start(BACK, "/work", afresh=True, handed=b"typed")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert asked["max_age"] == "0"
    idp.token = signed(claims_of(idp, sub="nurse", nonce=asked["nonce"]))
    cookies, onward = ours.sessions.finish(cookie, asked["state"], "code", BACK)
    person, page = _person(ours, cookies), uuid4()
    assert onward == HANDED_BACK
    assert (ours.sessions.claim(person, page), ours.sessions.claim(person, page)) == (True, False)
    ours.sessions.release(person, page)
    assert ours.sessions.kept(person, page) is None
    ours.sessions.keep(person, page, b"answered")
    assert ours.sessions.kept(person, page) == b"answered"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, "neither a person nor a session"), ({"sub": "nurse", "nonce": "n"}, "not a logout token"),
        ({"sub": "nurse", "events": {"other": {}}}, "not a logout token"),
    ],
)  # fmt: skip
def test_what_ends_no_session(ours: Service, idp: Idp, claims: dict[str, object], said: str) -> None:
    given = {"nonce": None, "sub": None, "events": {BACK_CHANNEL: {}}, **claims}
    with pytest.raises(Refused, match=said):
        ours.sessions.end_at_provider(signed(claims_of(idp, **given)))


BACK_CHANNEL = "http://schemas.openid.net/event/backchannel-logout"


def test_the_provider_ends_sessions(ours: Service, idp: Idp) -> None:
    one, other = _sign_in(ours, idp, sid="s1"), _sign_in(ours, idp, sid="s2")
    logout = claims_of(idp, sid="s1", sub=None, nonce=None, events={BACK_CHANNEL: {}})
    ours.sessions.end_at_provider(signed(logout))
    assert (ours.sessions.who(one), ours.sessions.who(other) is None) == (None, False)
    assert _last(ours) == SessionEnded(session=None, sessions=1)


def test_an_account_is_named_by_who_may(ours: Service, idp: Idp) -> None:
    issuer = ours.sessions.provider.registration.issuer
    with pytest.raises(NotFound):
        ours.sessions.name_account(issuer, "x", "RJ1", "nobody")
    with pytest.raises(Invalid, match="another authority"):
        ours.sessions.name_account(issuer, "other", "RJ1", "nurse", by="RJ1/boss")
    with pytest.raises(Invalid, match="your own account"):
        ours.sessions.name_account(issuer, "boss", "RJ1", "nurse", by="RJ1/boss")
    with pytest.raises(Refused, match="nobody has said"):
        _sign_in(ours, idp, "stranger")
    assert ours.sessions.origins() == (issuer,)


def test_whoever_is_suspended_is_out_and_wakes_nothing(ours: Service, idp: Idp) -> None:
    cookies = _sign_in(ours, idp, "other")
    ours.accounts.save_practitioner(Practitioner("E06000010", "other", "A", Role.MANAGER, active=False))
    assert ours.sessions.who(cookies) is None
    assert ours.sessions.who(_sign_in(ours, idp, "other")) is None
    ours.accounts.save_practitioner(Practitioner("E06000010", "other", "A", Role.MANAGER, active=True))


def test_one_s_own_sessions_are_seen_and_ended(ours: Service, idp: Idp) -> None:
    here, phone, desk = (_person(ours, _sign_in(ours, idp, "boss")) for _ in range(3))
    others = {session.id for session in ours.offices.own_sign_ins.elsewhere(here)}
    assert others >= {phone.session, desk.session}
    assert here.session not in others
    nurse = _person(ours, _sign_in(ours, idp))
    for nobody_s in (here.session, nurse.session, uuid4()):
        with pytest.raises(NotFound):
            ours.offices.own_sign_ins.end(here, nobody_s)
    assert ours.offices.own_sign_ins.end(here, phone.session) == 1
    assert ours.offices.own_sign_ins.end(here) == len(others) - 1
    assert ours.offices.own_sign_ins.elsewhere(here) == []
    with pytest.raises(NotFound):
        ours.offices.own_sign_ins.end(here)
    assert _person(ours, _sign_in(ours, idp)).practitioner.reference == "nurse"


def test_people_learn_what_happens_to_their_accounts(ours: Service, idp: Idp) -> None:
    """A weak sign-in, another account named as theirs, one taken away; for two weeks. A first is no news."""
    issuer = ours.sessions.provider.registration.issuer

    def news(who: str) -> list[NewsKind]:
        person = _person(ours, _sign_in(ours, idp, who))
        return [item.kind for item in ours.offices.own_sign_ins.news(person)]

    assert (news("nurse"), news("boss")) == ([], [])
    with pytest.raises(Refused, match="not strong enough"):
        _sign_in(ours, idp, acr="urn:weak")
    assert _last(ours) == SignInRefused(issuer=issuer, subject="nurse")
    with pytest.raises(Refused, match="not strong enough"):
        _sign_in(ours, idp, "stranger", acr="urn:weak")
    ours.sessions.name_account(issuer, "spare", "RJ1", "nurse")
    ours.sessions.name_account(issuer, "spare", "RJ1", "nurse")  # said again: nothing changes
    ours.sessions.name_account(issuer, "spare", "RJ1", "boss")
    assert news("nurse") == [NewsKind.TAKEN, NewsKind.NAMED, NewsKind.WEAK]
    assert news("boss") == [NewsKind.NAMED]
    CLOCK.ahead = timedelta(days=15)
    nurse = _person(ours, _sign_in(ours, idp, auth_time=int(ours.now().timestamp()), exp=2**33))
    assert ours.offices.own_sign_ins.news(nurse) == []


def test_without_a_provider_nobody_signs_in(ours: Service) -> None:
    sessions = copy(ours.sessions)
    sessions._provider = None
    with pytest.raises(Refused, match="no sign-in service is set up"):
        sessions.start(BACK, "/work")
    assert sessions.origins() == ()


def test_a_provider_that_cannot_be_reached_or_does_not_accept(ours: Service, idp: Idp) -> None:
    provider = ours.sessions.provider
    described = provider.described()
    gone = msgspec.structs.replace(
        described, token_endpoint="http://127.0.0.1:9/token", end_session_endpoint=f"{BACK}/out"
    )
    provider._described = gone
    try:
        with pytest.raises(Unavailable):
            _sign_in(ours, idp)
        address = provider.address_to_sign_out("token", BACK)
        assert address is not None
        assert "id_token_hint=token" in address
        provider._described = msgspec.structs.replace(described, token_endpoint=f"{described.issuer}/error")
        with pytest.raises(Refused, match="did not accept"):
            _sign_in(ours, idp)
    finally:
        provider._described = described
    plain = type(provider)(Registration(described.issuer, "fingerpost"), now)
    asked = plain.address_to_sign_in(Started("s", "n", "v"), BACK, afresh=False)
    assert "acr_values" not in asked
    away = type(provider)(Registration("http://127.0.0.1:9", "fingerpost"), now)
    with pytest.raises(Unavailable):
        away.described()


def test_nothing_of_a_sign_in_is_printed(ours: Service, idp: Idp) -> None:
    person = _person(ours, cookies := _sign_in(ours, idp))
    shown = f"{person!r} {cookies!r} {ours.sessions.provider.registration!r} {Emergency('words', now())!r}"
    signed_in = SignedIn("nurse", now(), "", (), "", person.id_token)
    shown += f"{signed_in!r} {Started('state', 'nonce', 'words')!r}"
    for secret in (person.id_token, person.secret.hex(), cookies.name, cookies.seen, "words"):
        assert secret not in shown


def test_a_refusal_that_is_a_reading_is_not_recorded(ours: Service) -> None:
    """A page that shows no child must not write."""
    nurse = Deciding("RJ1", "nurse")
    for recorded in (False, True):
        before = _last(ours)
        with pytest.raises(Refused):
            ours.offices.reviewers.allow(nurse, RecordsAct.LEDGER, {"RJ1"}, recorded=recorded)
        assert (_last(ours) != before) is recorded
    assert isinstance(_last(ours), RecordsRefused)


def test_whose_records_somebody_reaches(ours: Service) -> None:
    """Their own authority's; an officer of the service, anybody's."""
    officer = Practitioner("E06000010", "desk", "An Officer", Role.SERVICE_RECORDS_OFFICER, active=True)
    ours.accounts.save_practitioner(officer)
    keepers = ours.emergencies._keepers
    assert keepers.reach(("RJ1", "boss"), RecordsAct.REVIEW) == "RJ1"
    assert keepers.reach(("E06000010", "desk"), RecordsAct.REVIEW) is None
    with pytest.raises(Refused):
        keepers.reach(("RJ1", "nurse"), RecordsAct.REVIEW)
