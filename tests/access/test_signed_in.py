"""What signing in at the pages means for access: a day of use, and an emergency on a fresh sign-in."""

from datetime import date, timedelta

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.access.provider import SignedIn
from fingerpost.access.rules import FRESH
from fingerpost.access.sessions import Cookies
from fingerpost.access.standing import IDLE_DAYS
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Refused
from fingerpost.words.vocabulary import Purpose, Role
from tests.conftest import Child, form_of, question

ISSUER = "https://sign-in.example"


def _begin(service: Service) -> Cookies:
    service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
    service.sessions.name_account(ISSUER, "nurse", "RJ1", "nurse")
    return service.sessions.begin(SignedIn("nurse", now(), "demo", (), "", "token"))


@pytest.fixture
def at(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, oidc_issuer=ISSUER, oidc_client_id="fingerpost")


def _used_on(owner_conninfo: str, day: date | None = None) -> date:
    with psycopg.connect(owner_conninfo) as owner:
        if day is not None:
            owner.execute("UPDATE practitioner SET used_on = %s", (day,))
        found = owner.execute("SELECT used_on FROM practitioner").fetchone()
    assert found is not None
    return found[0]


def test_a_sign_in_counts_as_use_but_wakes_nobody(at: Settings, owner_conninfo: str) -> None:
    with opened(at) as service:
        _begin(service)
        lately, long_ago = (today() - timedelta(days=days) for days in (IDLE_DAYS, IDLE_DAYS + 1))
        for day, noted in ((lately, today()), (long_ago, long_ago)):
            _used_on(owner_conninfo, day)
            service.sessions.begin(SignedIn("nurse", now(), "demo", (), "", "token"))
            assert _used_on(owner_conninfo) == noted


def test_an_emergency_takes_the_moment_of_signing_in(at: Settings) -> None:
    moment = now()
    with opened(at, lambda: moment) as service:
        person = service.sessions.who(_begin(service))
        assert person is not None
        asked = question(form_of(Child()), purpose=Purpose.TRANSFER_IN)
        late = moment + FRESH + timedelta(minutes=1)
        assert (person.must_sign_in(moment), person.must_sign_in(late)) == (False, True)
        claimed = msgspec.structs.replace(asked, emergency=person.emergency("Transfer team waits"))
        service.lookup.ask(person.caller(), claimed)
    with opened(at, lambda: late) as service, pytest.raises(Refused, match="sign in again"):
        service.lookup.ask(person.caller(), claimed)
