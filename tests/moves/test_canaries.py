"""A marked child goes through an alert and a covert enquiry: nothing told, sent or kept holds a mark."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from psycopg.sql import SQL, Identifier

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.moves.alert import EndReason
from fingerpost.moves.covert import CovertReason
from fingerpost.notices.delivery_store import Route
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.vocabulary import Purpose, Role, Scope
from tests.conftest import Child, Owner, form_of, question, write_extract
from tests.laws.canaries import BORN, FAMILY, GIVEN, NHS, STEM, canaries_in
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, Clock, inbox
from tests.moves.test_late_hits import ask
from tests.notices.servers import mail_server, webhook

MARKED = Child(reference="H1", given=GIVEN, family=FAMILY, born=BORN[0], postcode="HU1 1UU", nhs_number=NHS)
NURSE, SENIOR, AT_LEEDS = Person("RJ1", "nurse"), Person("RJ1", "senior"), Person(LEEDS, "senior")
COVERT = f"AE {STEM}"
HOSPITAL = Caller(uuid4(), "test", "RJ1", "", (Scope.LOOKUP,))


def _kept(owner: Owner) -> bytes:
    """Return every row of every table, as the database itself reads it."""
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows = [
        owner.execute(SQL("SELECT t::text FROM {} t").format(Identifier(str(table)))) for (table,) in tables
    ]
    return "\n".join(str(row) for some in rows for (row,) in some.fetchall()).encode()


@pytest.fixture
def output(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], bytes]:
    """What was printed and logged until it is asked for."""
    caplog.set_level(logging.DEBUG)

    def so_far() -> bytes:
        return ("".join(capfd.readouterr()) + caplog.text).encode()

    return so_far


def test_no_mark_is_in_what_an_alert_and_a_covert_enquiry_tell_send_or_keep(
    settings: Settings, clock: Clock, owner: Owner, output: Callable[[], bytes], tmp_path: Path
) -> None:
    with mail_server() as (port, mails), webhook([]) as (address, posts):
        given = msgspec.structs.replace(settings, mail_host="127.0.0.1", mail_port=port)
        with opened(given, clock) as service:
            for who, role in (
                (ANN, Role.MANAGER), (BEN, Role.MANAGER), (AT_LEEDS, Role.MANAGER), (SENIOR, Role.MANAGER),
                (NURSE, Role.CLINICIAN),
            ):  # fmt: skip
                person = Practitioner(who.authority, who.reference, "Somebody", role, active=True)
                service.accounts.save_practitioner(person)
            for who in (ANN, BEN):
                service.notices.routes.set(Route(duty="duty@council.example", webhook=address), who)
            extract = write_extract(tmp_path / "hull", MARKED)
            service.feeds.load_ssd(extract, HULL)
            entry = ask(service, ANN, MARKED, Purpose.MISSING_CHILD).receipt.entry
            alert = service.moves.alerts.raise_([entry], clock().date() + timedelta(days=7), ANN)
            service.moves.alerts.approve(alert.id, AT_LEEDS)
            last = clock().date() + timedelta(days=2)
            service.moves.covert.note(COVERT, CovertReason.CRIME, last, SENIOR)
            about = question(form_of(MARKED), practitioner=NURSE.reference)
            service.lookup.ask(HOSPITAL, msgspec.structs.replace(about, case_reference=COVERT))
            service.moves.nightly()
            clock.pass_by(days=3)
            service.moves.nightly()
            alerts = [service.moves.alerts.end(alert.id, EndReason.FOUND, ANN)]
            clock.pass_by(minutes=20)
            service.moves.nightly()
            notices = [inbox(service, who, acknowledged=True) for who in (ANN, BEN)]
    assert {"alert", "looked_for"} <= {item.kind.value for item in notices[1]}
    assert mails
    assert posts
    told = {
        "notices": msgspec.json.encode([notices, alerts]), "tables": _kept(owner), "output": output(),
        "mails": b"".join(bytes(mail) for mail in mails),
        "webhook": b"".join(post.body + str(post.headers).encode() for post in posts),
    }  # fmt: skip
    assert {place: canaries_in(content) for place, content in told.items() if canaries_in(content)} == {}
    control = b"".join(path.read_bytes() for path in extract.iterdir())
    assert {STEM, NHS, BORN[0]} <= canaries_in(control)
