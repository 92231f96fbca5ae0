"""Papers recorded, lists read whole or not at all, warned of ahead; and the first day out is out."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.lists import Checked, read_checked, read_leavers
from fingerpost.access.standing import last_day
from fingerpost.ledger.events import AuthorityAccredited, ClientAssured, LeaversListed, PractitionerAccredited
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, form_of, question

DAY = today()
CALLER = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
ASKED = question(form_of(Child()))


@pytest.fixture
def bare(service: Service, owner_conninfo: str) -> Service:
    """A service as an upgrade leaves it: a nurse and a client, and no paper of anybody."""
    service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
    service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("UPDATE authority SET owner = '', checked_on = NULL")
        owner.execute("UPDATE practitioner SET dbs_on = NULL, trained_on = NULL, used_on = current_date")
        owner.execute("UPDATE client SET assured_on = NULL")
    return service


def _refusal(service: Service) -> str:
    try:
        service.lookup.ask(CALLER, ASKED)
    except Refused as refused:
        return str(refused)
    return ""


def test_nobody_asks_until_body_and_person_are_recorded(bare: Service) -> None:
    assert "accreditation is not in force" in _refusal(bare)
    assert bare.settings.desk_phone in _refusal(bare)
    assert bare.accreditation.accredit_authority("RJ1", "Olive Owner", DAY).year == DAY.year + 1
    assert "DBS" in _refusal(bare)
    assert "ask Olive Owner" in _refusal(bare)
    assert bare.accreditation.accredit_people("RJ1", [Checked("nurse", DAY, DAY)]) == 1
    assert _refusal(bare) == ""
    (client,) = bare.accounts.clients()
    bare.accreditation.assure_client(client.id, DAY)
    kinds = [type(e.event) for _, e in bare.ledger.checked(bare.records_database) if e]
    for kind in (AuthorityAccredited, PractitionerAccredited, ClientAssured):
        assert kinds.count(kind) == 1


def test_what_is_wrong_is_not_recorded(bare: Service) -> None:
    record, later, long_ago = bare.accreditation, DAY + timedelta(days=1), date(2001, 1, 1)
    before = len(list(bare.ledger.checked(bare.records_database)))
    for wrong in (later, long_ago):
        with pytest.raises(Invalid):
            record.accredit_authority("RJ1", "Olive Owner", wrong)
        with pytest.raises(Invalid):
            record.assure_client(uuid4(), wrong)
        with pytest.raises(Invalid):
            record.accredit_people("RJ1", [Checked("nurse", DAY, DAY), Checked("nurse", DAY, wrong)])
        with pytest.raises(Invalid):
            record.accredit_people("RJ1", [Checked("nurse", wrong, DAY)])
    with pytest.raises(Invalid, match="named person"):
        record.accredit_authority("RJ1", " ", DAY)
    for unknown in (
        lambda: record.accredit_authority("E99999999", "Olive Owner", DAY),
        lambda: record.assure_client(uuid4(), DAY),
        lambda: record.accredit_people("RJ1", [Checked("nurse", DAY, DAY), Checked("nobody", DAY, DAY)]),
    ):
        with pytest.raises(NotFound):
            unknown()
    assert len(list(bare.ledger.checked(bare.records_database))) == before
    assert "accreditation is not in force" in _refusal(bare)


def test_a_leaver_is_out_on_the_day_and_may_come_back(
    service: Service, settings: Settings, nurse: Caller, tmp_path: Path
) -> None:
    listed = tmp_path / "leavers.csv"
    listed.write_text(f"reference,leaves_on\nnurse,{DAY + timedelta(days=1)}\nstranger,\n")
    leavers = read_leavers(listed, DAY)
    assert service.accreditation.list_leavers(nurse.authority, leavers) == ["stranger"]
    assert _refusal(service) == ""
    with opened(settings, lambda: now() + timedelta(days=1)) as tomorrow:
        assert "has left" in _refusal(tomorrow)
    service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
    with opened(settings, lambda: now() + timedelta(days=1)) as tomorrow:
        assert _refusal(tomorrow) == ""
    events = [e.event for _, e in service.ledger.checked(service.records_database) if e]
    assert [e.practitioners for e in events if isinstance(e, LeaversListed)] == [("nurse",)]


def test_a_leaver_without_a_day_is_out_at_once(service: Service, nurse: Caller, tmp_path: Path) -> None:
    (tmp_path / "leavers.csv").write_text("reference\nnurse\n")
    service.accreditation.list_leavers(nurse.authority, read_leavers(tmp_path / "leavers.csv", DAY))
    assert "has left" in _refusal(service)


def test_sixty_idle_days_suspend_and_use_is_noted_once_a_day(
    service: Service, settings: Settings, nurse: Caller, owner_conninfo: str
) -> None:
    def used_on() -> date:
        with psycopg.connect(owner_conninfo) as owner:
            row = owner.execute("SELECT used_on, xmin::text FROM practitioner").fetchone()
            assert row is not None
            versions.append(row[1])
            return row[0]

    versions: list[str] = []
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("UPDATE practitioner SET used_on = %s", (DAY - timedelta(days=60),))
    assert used_on() == DAY - timedelta(days=60)
    assert _refusal(service) == ""
    assert used_on() == DAY
    assert _refusal(service) == ""
    used_on()
    assert versions[1] == versions[2], "a second lookup of the day wrote the row again"
    with opened(settings, lambda: now() + timedelta(days=61)) as later:
        assert "not used for 60 days" in _refusal(later)


def test_what_ends_is_told_ahead(bare: Service) -> None:
    def ending(days: int) -> list[tuple[str, date | None]]:
        return [(e.what, e.ends) for e in bare.accreditation.ending(DAY + timedelta(days=days))]

    assert ending(0) == [("client", None), ("DBS", None), ("organisation", None), ("training", None)] or {
        what for what, ends in ending(0) if ends is None
    } == {"client", "DBS", "organisation", "training"}
    bare.accreditation.accredit_authority("RJ1", "Olive Owner", DAY)
    bare.accreditation.accredit_people("RJ1", [Checked("nurse", DAY, DAY - timedelta(days=350))])
    (client,) = bare.accounts.clients()
    bare.accreditation.assure_client(client.id, DAY)
    assert ending(0) == []
    assert [what for what, _ in ending(30)] == ["training"]
    assert len(ending(366)) == 3
    assert len(ending(1200)) == 4


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("reference,dbs_on\nnurse,2026-01-01\n", "has no column trained_on"),
        ("reference,dbs_on,trained_on\n,2026-01-01,2026-01-01\n", "row 2 reference: must not be empty"),
        ("reference,dbs_on,trained_on\nnurse,soon,2026-01-01\n", "row 2 dbs_on: is not a date"),
        ("reference,dbs_on,trained_on\nnurse,2026-01-01,2999-01-01\n", "row 2 trained_on: is in the future"),
        ("reference,dbs_on,trained_on\nnurse,2026-01-01\n", "row 2 trained_on: is not a date"),
        ("", "has no column reference, dbs_on, trained_on"),
    ],
)
def test_a_list_with_a_fault_is_refused_whole(tmp_path: Path, written: str, fault: str) -> None:
    (tmp_path / "list.csv").write_text(written)
    with pytest.raises(Invalid, match=fault):
        read_checked(tmp_path / "list.csv", date(2026, 11, 27))


def test_a_list_that_is_no_csv(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"reference,dbs_on,trained_on\n\xff\xfe\n")
    with pytest.raises(Invalid, match="not a CSV file in UTF-8"):
        read_checked(tmp_path / "list.csv", DAY)


def test_a_list_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("\ufeffreference,dbs_on,trained_on\r\nnurse,1/2/2026,2026-03-04\r\n")
    assert read_checked(tmp_path / "list.csv", date(2026, 11, 27)) == [
        Checked("nurse", date(2026, 2, 1), date(2026, 3, 4))
    ]


def test_a_list_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fingerpost.access.lists.LONGEST_LIST", 2)
    (tmp_path / "list.csv").write_text("reference\none\ntwo\n")
    with pytest.raises(Invalid, match="longer than 2 rows"):
        read_leavers(tmp_path / "list.csv", DAY)


def test_what_was_done_on_a_leap_day_counts_to_the_day_before_march() -> None:
    assert last_day(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert last_day(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert last_day(None, 1) is None
