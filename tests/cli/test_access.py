"""`access`, `emergency`, and what lets people and clients in: the commands of those who answer for access."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from fingerpost.access.accounts import authenticate
from fingerpost.access.caller import Caller
from fingerpost.access.rules import Emergency
from fingerpost.wiring import Service
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Refused, Unknown
from fingerpost.words.vocabulary import Purpose, Scope
from tests.cli.conftest import Run
from tests.conftest import Child, form_of, question

CALLER = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
BOSS = ("--by", "RJ1/boss")


def _add(run: Run, reference: str, role: str) -> None:
    run("practitioner", "add", "--authority", "RJ1", "--reference", reference, "--name", f"A {reference}",
        "--role", role)  # fmt: skip


def _opened(service: Service, why: str) -> None:
    asked = question(form_of(Child()), purpose=Purpose.TRANSFER_IN)
    emergency = Emergency(why, service.now())
    service.lookup.ask(CALLER, msgspec.structs.replace(asked, emergency=emergency))


def test_an_emergency_is_listed_and_reviewed(run: Run, service: Service) -> None:
    _add(run, "nurse", "clinician")
    _add(run, "boss", "manager")
    assert "Nothing waits" in run("emergency", "list", *BOSS).output
    _opened(service, "Unconscious, no parent reached")
    _opened(service, "Transfer team waits")
    listed = run("emergency", "list", *BOSS).output
    assert "Unconscious, no parent reached" in listed
    first, second = re.findall(r"^([0-9a-f-]{36}) ", listed, re.MULTILINE)
    assert '"practitioner": "nurse"' in run("emergency", "list", *BOSS, "--json").output
    run("emergency", "list", "--by", "RJ1/nurse", code=1)
    run("emergency", "review", first, "--by", "RJ1/nurse", "--justified", code=1)
    assert run("emergency", "review", first, *BOSS, "--justified").output == "Reviewed.\n"
    run("emergency", "review", first, *BOSS, "--justified", code=1)
    assert "suspended" in run("emergency", "review", second, *BOSS, "--not-justified").output
    with pytest.raises(Refused, match="suspended"):
        service.lookup.ask(CALLER, question(form_of(Child())))


def test_leavers_are_out_from_the_day_they_leave(run: Run, service: Service, tmp_path: Path) -> None:
    _add(run, "nurse", "clinician")
    _add(run, "later", "clinician")
    listed = tmp_path / "leavers.csv"
    tomorrow = today() + timedelta(days=1)
    listed.write_text(f"reference,leaves_on\nnurse,\nlater,{tomorrow}\nnobody,\n", "utf-8")
    done = run("practitioner", "leavers", "--authority", "RJ1", str(listed))
    assert "2 people of RJ1" in done.output
    assert "nobody" in done.stderr
    with pytest.raises(Refused, match="has left"):
        service.lookup.ask(CALLER, question(form_of(Child())))
    service.lookup.ask(CALLER, question(form_of(Child()), practitioner="later"))
    listed.write_text("reference,leaves_on\nnurse,soon\n", "utf-8")
    run("practitioner", "leavers", "--authority", "RJ1", str(listed), code=2)


def test_what_ends_soon_is_listed(run: Run) -> None:
    _add(run, "nurse", "clinician")
    assert "Nothing ends" in run("access", "expiring").output
    checked = ("--authority", "RJ1", "--reference", "nurse")
    last_year = today() - timedelta(days=350)
    run("practitioner", "accredit", *checked, "--dbs-on", str(today()), "--trained-on", str(last_year))
    listed = run("access", "expiring").output
    assert re.search(r"ends \S+ +training +RJ1 +nurse", listed)
    assert "Nothing ends" in run("access", "expiring", "--days", "1").output


def test_a_clients_token_is_rotated_with_an_overlap(run: Run, service: Service) -> None:
    issue = ("client", "issue", "--authority", "RJ1", "--name", "case system", "--scope", "lookup")
    first = run(*issue, "--assured-on", str(today())).stdout.strip()
    known = authenticate(service.lookup_database, first, now())
    second = run("client", "rotate", str(known.client), "--overlap-hours", "1").stdout.strip()
    assert {authenticate(service.lookup_database, t, now()).authority for t in (first, second)} == {"RJ1"}
    with pytest.raises(Unknown, match="expired"):
        authenticate(service.lookup_database, first, now() + timedelta(hours=2))
    assert authenticate(service.lookup_database, second, now() + timedelta(hours=2)).barred is None
    run("client", "rotate", str(uuid4()), code=1)
    assert "assured until" in run("client", "assure", str(known.client), "--on", str(today())).output


def test_the_nation_is_switched_off_by_one_and_on_by_two(run: Run, service: Service) -> None:
    _add(run, "nurse", "clinician")
    for officer in ("one", "two"):
        _add(run, officer, "service_records_officer")
    assert "Switched off" in run("access", "suspend", "nation", "--because", "rehearsal").output
    with pytest.raises(Refused, match="whole of England"):
        service.lookup.ask(CALLER, question(form_of(Child())))
    run("access", "restore", "nation", code=2)
    assert "Noted" in run("access", "restore", "nation", "--by", "RJ1/one").output
    assert "Noted" in run("access", "restore", "nation", "--by", "RJ1/one").output
    run("access", "restore", "nation", "--by", "RJ1/nurse", code=1)
    assert "on again" in run("access", "restore", "nation", "--by", "RJ1/two").output
    service.lookup.ask(CALLER, question(form_of(Child())))


def test_an_officers_role_takes_a_second_word(run: Run) -> None:
    _add(run, "officer", "records_officer")
    _add(run, "boss", "manager")
    run("access", "agree", "RJ1/officer", "--by", "RJ1/officer", code=1)
    assert "may act" in run("access", "agree", "RJ1/officer", *BOSS).output
    _add(run, "nurse", "clinician")
    run("access", "agree", "RJ1/nurse", *BOSS, code=2)


def test_the_matrix_is_printed(run: Run) -> None:
    assert "s47_enquiry" in run("access", "matrix").output
