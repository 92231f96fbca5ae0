"""Switches: off from the next call, on again by the right people, and always on the ledger."""

from uuid import UUID

import pytest

from fingerpost.access.accounts import authenticate
from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.switches import ENGLAND, Because, Subject
from fingerpost.ledger.events import AccessRestored, AccessSuspended, RestoreProposed, RoleAgreed
from fingerpost.wiring import Service
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Role, Scope
from tests.access.test_accreditation import _refusal
from tests.conftest import unagreed


def _add(service: Service, reference: str, role: Role, authority: str = "RJ1") -> tuple[str, str]:
    service.accounts.save_practitioner(Practitioner(authority, reference, "A Person", role, active=True))
    return authority, reference


def _kinds(service: Service) -> list[type]:
    return [type(entry.event) for _, entry in service.ledger.checked(service.records_database) if entry]


@pytest.mark.parametrize(
    ("subject", "which", "words"),
    [
        (Subject.PERSON, "RJ1/nurse", "account is suspended"),
        (Subject.AUTHORITY, "RJ1", "authority is suspended"),
    ],
)
def test_off_and_on_again(service: Service, nurse: Caller, subject: Subject, which: str, words: str) -> None:
    assert nurse.authority == "RJ1"
    assert _refusal(service) == ""
    service.switches.suspend(subject, which, Because.MISUSE)
    assert words in _refusal(service)
    service.switches.restore(subject, which)
    assert _refusal(service) == ""
    assert _kinds(service).count(AccessSuspended) == _kinds(service).count(AccessRestored) == 1


def test_a_client_off_and_on_again(service: Service) -> None:
    token = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
    (client,) = service.accounts.clients()

    def barred() -> str | None:
        return authenticate(service.lookup_database, token, now()).barred

    assert barred() is None
    service.switches.suspend(Subject.CLIENT, str(client.id), Because.INCIDENT)
    assert "suspended" in str(barred())
    service.switches.restore(Subject.CLIENT, str(client.id))
    assert barred() is None


@pytest.mark.parametrize(
    ("subject", "which"),
    [
        (Subject.PERSON, "RJ1/nobody"), (Subject.PERSON, "RJ1"), (Subject.CLIENT, str(UUID(int=7))),
        (Subject.CLIENT, "case system"), (Subject.AUTHORITY, "E99999999"),
    ],
)  # fmt: skip
def test_what_is_not_there(service: Service, subject: Subject, which: str) -> None:
    before = _kinds(service)
    for turn in (lambda: service.switches.suspend(subject, which, Because.INCIDENT),
                 lambda: service.switches.restore(subject, which)):  # fmt: skip
        with pytest.raises(NotFound):
            turn()
    assert _kinds(service) == before


def test_the_nation_goes_off_at_once_and_on_by_two(service: Service, nurse: Caller) -> None:
    one, two = (_add(service, who, Role.SERVICE_RECORDS_OFFICER) for who in ("one", "two"))
    manager = _add(service, "manager", Role.MANAGER)
    switches = service.switches
    with pytest.raises(Invalid, match="not switched off"):
        switches.restore_nation(*one)
    switches.suspend(Subject.NATION, ENGLAND, Because.REHEARSAL)
    assert nurse
    assert "switched off for the whole of England" in _refusal(service)
    assert service.settings.desk_phone in _refusal(service)
    with pytest.raises(Refused, match="two people"):
        switches.restore(Subject.NATION, ENGLAND)
    with pytest.raises(Refused, match="team manager"):
        switches.restore_nation(*manager)
    with pytest.raises(Refused, match="not registered"):
        switches.restore_nation("RJ1", "nobody")
    assert [switches.restore_nation(*one), switches.restore_nation(*one)] == [False, False]
    assert "switched off" in _refusal(service)
    assert switches.restore_nation(*two) is True
    assert _refusal(service) == ""
    assert _kinds(service).count(RestoreProposed) == 2
    restored = [e.event for _, e in service.ledger.checked(service.records_database) if e][-1]
    assert isinstance(restored, AccessRestored) or _kinds(service).count(AccessRestored) == 1


def test_a_word_from_before_does_not_count_the_next_time(service: Service) -> None:
    one, two = (_add(service, who, Role.SERVICE_RECORDS_OFFICER) for who in ("one", "two"))
    service.switches.suspend(Subject.NATION, ENGLAND, Because.REHEARSAL)
    service.switches.restore_nation(*one)
    service.switches.suspend(Subject.NATION, ENGLAND, Because.INCIDENT)
    assert service.switches.restore_nation(*two) is False


def test_a_records_officer_waits_for_a_second_person(service: Service, owner_conninfo: str) -> None:
    manager, officer = _add(service, "manager", Role.MANAGER), _add(service, "officer", Role.RECORDS_OFFICER)
    stranger = _add(service, "manager", Role.MANAGER, "E08000035")
    unagreed(owner_conninfo)
    with pytest.raises(Refused, match="second person"):
        service.emergencies.waiting(officer)
    for wrong in (officer, stranger, _add(service, "nurse", Role.CLINICIAN)):
        with pytest.raises(Refused):
            service.switches.agree_role(*officer, wrong)
    with pytest.raises(NotFound):
        service.switches.agree_role("RJ1", "nobody", manager)
    with pytest.raises(Invalid, match="needs no second word"):
        service.switches.agree_role("RJ1", "nurse", manager)
    service.switches.agree_role(*officer, manager)
    assert service.emergencies.waiting(officer) == []
    assert _kinds(service).count(RoleAgreed) == 1


def test_another_role_waits_anew(service: Service, owner_conninfo: str) -> None:
    manager, officer = _add(service, "manager", Role.MANAGER), _add(service, "officer", Role.RECORDS_OFFICER)
    unagreed(owner_conninfo)
    service.switches.agree_role(*officer, manager)
    _add(service, "officer", Role.RECORDS_OFFICER)
    assert service.emergencies.waiting(officer) == []
    _add(service, "officer", Role.SERVICE_RECORDS_OFFICER)
    _add(service, "officer", Role.RECORDS_OFFICER)
    with pytest.raises(Refused, match="second person"):
        service.emergencies.waiting(officer)
