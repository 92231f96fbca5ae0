"""Subject access: two people, one pack; third parties and shielded children are in none."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from click.testing import CliRunner

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.cli import fingerpost as root
from fingerpost.feeds.sensitive import read
from fingerpost.ledger.events import SubjectAccessMade
from fingerpost.rights.pack import REDACTED, Pack, page
from fingerpost.rights.request import Delay, HeldBack, Requester
from fingerpost.settings import Settings
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Purpose, Role
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.signposts.test_sensitive import listed

LEEDS, HULL = "E08000035", "E06000010"
FIRST, SECOND, MANAGER = Person(LEEDS, "first"), Person(LEEDS, "second"), Person(LEEDS, "boss")
NATION = Person(HULL, "nation")
ROLES = {
    FIRST: Role.RECORDS_OFFICER, SECOND: Role.RECORDS_OFFICER, MANAGER: Role.MANAGER,
    NATION: Role.SERVICE_RECORDS_OFFICER,
}  # fmt: skip
ZEBEDEE = Child(nhs_number="9990000034")
OTHER = Child(reference="P2", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
Packed = Callable[..., Pack]


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    for person, role in ROLES.items():
        service.accounts.save_practitioner(
            Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        )


@pytest.fixture
def packed(service: Service) -> Packed:
    def make(requester: Requester = Requester.YOUNG_PERSON, **changes: Any) -> Pack:
        request = service.rights.access.ask(LEEDS, "P1", requester, FIRST, changes.get("held_back"))
        return service.rights.access.make(request, LEEDS, "P1", SECOND).pack

    return make


def test_it_holds_data_sources_days_and_who_looked(
    service: Service, publish: Publish, nurse: Caller, packed: Packed
) -> None:
    publish(LEEDS, ZEBEDEE)
    publish(HULL, msgspec.structs.replace(ZEBEDEE, reference="H1", postcode="HU1 1UU"))
    asked = question(form_of(ZEBEDEE), purpose=Purpose.UNSCHEDULED_CARE)
    service.lookup.ask(nurse, asked)
    service.lookup.ask(nurse, question(form_of(OTHER)))
    made = packed()
    assert [r.authority for r in made.records] == ["Kingston upon Hull, City of", "Leeds"]
    (signpost,) = made.records[1].signposts
    assert (signpost.service, signpost.source, signpost.rule) == (
        "child in need", "ssd_cin_episodes", "cin-episode",
    )  # fmt: skip
    assert signpost.leaves_on > today()
    (look,) = made.looks
    assert (look.role, look.purpose, len(look.shown)) == (
        Role.CLINICIAN.label, Purpose.UNSCHEDULED_CARE.label, 2,
    )  # fmt: skip
    html = page(made)
    assert "9990000034" in html
    assert "A Nurse" not in html  # third parties
    *_, last = (entry.event for _, entry in service.ledger.checked(service.records_database) if entry)
    assert isinstance(last, SubjectAccessMade)
    assert set(last.signposts) == {s.id for r in made.records for s in r.signposts}


def test_it_names_who_was_shown_a_team_by_a_notice(
    service: Service, publish: Publish, packed: Packed
) -> None:
    publish(LEEDS, ZEBEDEE)
    publish(HULL, msgspec.structs.replace(ZEBEDEE, reference="H1", postcode="HU1 1UU"))
    assert packed().looks == ()
    service.moves.beat()
    reader = Person(HULL, "reader")
    service.accounts.save_practitioner(
        Practitioner(reader.authority, reader.reference, "Somebody", Role.MANAGER, active=True)
    )
    assert any(item.ring for item in service.notices.inbox.items(reader))
    made = packed()
    (look,) = made.looks
    assert "<td>Kingston upon Hull, City of</td>" in page(made)
    assert (look.authority, len(look.shown)) == ("Kingston upon Hull, City of", 1)
    assert look.shown[0].endswith("(contact)")


def test_one_request_is_not_answered_for_ever(settings: Settings, service: Service, publish: Publish) -> None:
    """A pack that got lost is made again; a year later whoever made it looks at nobody by that request."""
    publish(LEEDS, ZEBEDEE)
    request = service.rights.access.ask(LEEDS, "P1", Requester.YOUNG_PERSON, FIRST)
    late = service.rights.access.ask(LEEDS, "P1", Requester.YOUNG_PERSON, FIRST)
    for _ in range(2):
        assert service.rights.access.make(request, LEEDS, "P1", SECOND).pack.records
    with opened(settings, lambda: now() + timedelta(days=40)) as later:
        with pytest.raises(Refused, match="over"):
            later.rights.access.make(request, LEEDS, "P1", SECOND)
        assert later.rights.access.make(late, LEEDS, "P1", SECOND).pack.records


def test_a_request_asked_in_vain_goes_after_a_year(service: Service, owner: Owner) -> None:
    service.rights.access.ask(LEEDS, "P9", Requester.PARENT, FIRST)
    assert service.purge.run().requests == 0
    owner.execute("UPDATE subject_request SET asked_at = asked_at - interval '367 days'")
    assert service.purge.run().requests == 1


def test_a_parent_learns_no_home_and_no_other_authority(
    service: Service, publish: Publish, packed: Packed, tmp_path: Path
) -> None:
    """One parent must not learn from it where the other lives; a sensitive service is the child's to tell."""
    publish(LEEDS, ZEBEDEE)
    publish(HULL, msgspec.structs.replace(ZEBEDEE, reference="H1", postcode="HU1 1UU"))
    service.sensitive.state(
        read(listed(tmp_path, msgspec.structs.replace(ZEBEDEE, reference="P1")), today()), FIRST
    )
    parents = packed(Requester.PARENT)
    assert [(r.authority, r.details.postcodes) for r in parents.records] == [("Leeds", (REDACTED,))]
    own = packed(Requester.YOUNG_PERSON)
    assert [r.sensitive.service for r in own.records if r.sensitive] == ["mental health"]
    assert all(r.sensitive is None for r in packed(Requester.REPRESENTATIVE).records)


def test_shielded_and_absent_are_the_same_pack(
    settings: Settings, service: Service, publish: Publish, owner_conninfo: str
) -> None:
    """The same bytes, the same steps on the ledger, of the same size; the control is the one in sight."""
    moment = now()

    def pack_and_traces(fixed: Service) -> tuple[bytes, str, list[Any]]:
        request = fixed.rights.access.ask(LEEDS, "P1", Requester.YOUNG_PERSON, FIRST)
        made = fixed.rights.access.make(request, LEEDS, "P1", SECOND).pack
        with psycopg.connect(owner_conninfo) as owner:
            rows = owner.execute(
                "SELECT kind, octet_length(sealed) FROM ledger_entry ORDER BY position DESC LIMIT 2"
            ).fetchall()
        return msgspec.json.encode(made), page(made), rows

    with opened(settings, lambda: moment) as fixed:
        absent = pack_and_traces(fixed)
        publish(LEEDS, OTHER)
        request = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
        service.shields.ask(LEEDS, request, question(form_of(ZEBEDEE)).child, MANAGER)
        publish(LEEDS, OTHER, ZEBEDEE)
        shielded = pack_and_traces(fixed)
        assert shielded == absent
        seen = fixed.rights.access.make(
            fixed.rights.access.ask(LEEDS, "P2", Requester.PARENT, FIRST), LEEDS, "P2", SECOND
        )
    assert len(seen.pack.records) == 1


def test_it_takes_two_and_the_right_child(service: Service, publish: Publish) -> None:
    publish(LEEDS, ZEBEDEE)
    access = service.rights.access
    request = access.ask(LEEDS, "P1", Requester.YOUNG_PERSON, FIRST)
    with pytest.raises(Refused, match="takes another"):
        access.make(request, LEEDS, "P1", FIRST)
    with pytest.raises(NotFound):
        access.make(request, LEEDS, "P2", SECOND)
    with pytest.raises(NotFound):
        access.make(uuid4(), LEEDS, "P1", SECOND)
    with pytest.raises(Refused, match="may not answer"):
        access.ask(LEEDS, "P1", Requester.PARENT, MANAGER)
    assert access.make(request, LEEDS, "P1", NATION).pack.records


def test_who_looked_is_held_back_only_to_its_day(
    service: Service, publish: Publish, nurse: Caller, packed: Packed
) -> None:
    publish(LEEDS, ZEBEDEE)
    service.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    until = today() + timedelta(days=30)
    made = packed(held_back=HeldBack(until, Delay.CRIME))
    assert made.looks == ()
    assert f"{until:%-d %B %Y}" in made.looks_held_back
    assert len(packed().looks) == 1
    with pytest.raises(Invalid, match="183 days"):
        packed(held_back=HeldBack(today() + timedelta(days=400), Delay.CRIME))


def test_a_dispute_is_shown_at_once(service: Service, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, ZEBEDEE)

    def shown() -> tuple[UUID, bool]:
        (signpost,) = service.lookup.ask(nurse, question(form_of(ZEBEDEE))).matches[0].signposts
        return signpost.id, signpost.disputed

    signpost, disputed = shown()
    assert not disputed
    service.rights.disputes.mark(signpost, FIRST, disputed=True)
    publish(LEEDS, msgspec.structs.replace(ZEBEDEE, started="2025-01-16"))  # a correction settles nothing
    assert shown() == (signpost, True)
    service.rights.disputes.mark(signpost, FIRST, disputed=False)
    assert shown() == (signpost, False)
    with pytest.raises(NotFound):
        service.rights.disputes.mark(uuid4(), FIRST, disputed=True)


def test_the_command_makes_a_page_and_a_file(
    settings: Settings, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(LEEDS, ZEBEDEE)
    monkeypatch.setattr("fingerpost.settings.load", lambda: settings)
    which = ["--authority", LEEDS, "--reference", "P1"]
    asked = CliRunner().invoke(
        root, ["subject-access", "ask", *which, "--requester", "young_person", "--by", str(FIRST)]
    )
    request = asked.output.split()[-1]
    folder = tmp_path / "pack"
    made = CliRunner().invoke(
        root, ["subject-access", "make", request, str(folder), *which, "--by", str(SECOND)]
    )
    assert made.exit_code == 0, made.output
    assert sorted(path.name for path in folder.iterdir()) == ["pack.html", "pack.json"]
    assert folder.stat().st_mode & 0o077 == 0
    assert "Featherstonehaugh" in (folder / "pack.html").read_text("utf-8")
