"""From expected to born, named and numbered: one record throughout, linked with another authority's."""

import csv
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
import pytest
from msgspec import Struct

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.feeds import ssd
from fingerpost.lookup import Answer
from fingerpost.lookup.form import ChildForm, NameForm
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.child import MOTHER_STANDS_IN
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, question, write_extract

LEEDS, HULL = "E08000035", "E06000010"
NUMBER = "9990000034"
DUE = today() + timedelta(days=20)
MOTHER = ("Shanice", "Featherstonehaugh")


class Pregnancy(Struct, frozen=True, kw_only=True):
    """What an extract says of one child and its mother."""

    reference: str
    born: date | None = None
    given: str = ""
    family: str = ""
    nhs_number: str = ""
    postcode: str = "LS1 4DY"


def _extract(folder: Path, child: Pregnancy) -> Path:
    """Write an extract in which the child's row stands beside its mother's."""
    made = Child(
        reference=child.reference, given=child.given, family=child.family, sex="",
        born=child.born.isoformat() if child.born else "", postcode=child.postcode,
        nhs_number=child.nhs_number, started=(today() - timedelta(days=40)).isoformat(),
    )  # fmt: skip
    write_extract(folder, made)
    with (folder / "ssd_person.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    mother = {"pers_person_id": f"M{child.reference}", "pers_forename": MOTHER[0], "pers_surname": MOTHER[1]}
    mother |= {"pers_dob": "1999-05-06", "pers_is_mother": "Y"}
    rows = [{**row, "pers_expected_dob": DUE.isoformat()}, mother]
    _write(folder / "ssd_person.csv", rows, [*row, "pers_expected_dob", "pers_is_mother"])
    link = {"moth_table_id": "1", "moth_person_id": f"M{child.reference}"}
    link["moth_childs_person_id"] = child.reference
    _write(folder / "ssd_mother.csv", [link], list(link))
    return folder


def _write(path: Path, rows: list[dict[str, str]], columns: list[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


UNBORN = Pregnancy(reference="L1")
ELSEWHERE = Pregnancy(reference="H1", postcode="HU1 1UU")
BORN_ON = today() - timedelta(days=2)
# Night by night, as a case system fills in: born, then named, then numbered.
LIFE = (
    Pregnancy(reference="L1", born=BORN_ON, given="Baby", family=MOTHER[1]),
    Pregnancy(reference="L1", born=BORN_ON, given="Zebedee", family="Okonkwo"),
    Pregnancy(reference="L1", born=BORN_ON, given="Zebedee", family="Okonkwo", nhs_number=NUMBER),
)
ASKED_UNBORN = ChildForm(
    expected_on=DUE.isoformat(), mother=NameForm(given_names=MOTHER[0], family_name=MOTHER[1]),
    postcodes=("LS1 4DY",),
)  # fmt: skip
ASKED_BORN = ChildForm(
    given_names="Zebedee", family_name="Okonkwo", date_of_birth=BORN_ON.isoformat(), nhs_number=NUMBER
)


class World(Struct):
    service: Service
    owner: str
    folder: Path
    nights: int = 0

    def load(self, authority: str, child: Pregnancy) -> None:
        self.nights += 1
        self.service.feeds.load_ssd(_extract(self.folder / str(self.nights), child), authority)

    def records(self) -> dict[str, UUID]:
        with psycopg.connect(self.owner) as owner:
            return dict(owner.execute("SELECT authority, id FROM record").fetchall())

    def links(self) -> list[str]:
        with psycopg.connect(self.owner) as owner:
            return [row[0] for row in owner.execute("SELECT state FROM link").fetchall()]


@pytest.fixture
def world(service: Service, owner_conninfo: str, tmp_path: Path) -> World:
    return World(service, owner_conninfo, tmp_path)


def _authorities(answer: Answer) -> set[str]:
    return {s.authority for m in answer.matches for s in m.signposts}


def test_birth_name_and_number_leave_one_record(world: World, nurse: Caller) -> None:
    world.load(LEEDS, UNBORN)
    before = world.records()
    assert _authorities(world.service.lookup.ask(nurse, question(ASKED_UNBORN))) == {LEEDS}
    for night in LIFE:
        world.load(LEEDS, night)
        assert world.records() == before
    assert _authorities(world.service.lookup.ask(nurse, question(ASKED_BORN))) == {LEEDS}
    # Who only knew of the pregnancy still finds the child.
    assert _authorities(world.service.lookup.ask(nurse, question(ASKED_UNBORN))) == {LEEDS}


@pytest.mark.parametrize("nights", range(4))
def test_another_authoritys_unborn_record_stays_with_it(world: World, nurse: Caller, nights: int) -> None:
    """Whatever the first knows by then, both are shown to whoever asks by what the second knows."""
    world.load(LEEDS, UNBORN)
    world.load(HULL, ELSEWHERE)
    for night in LIFE[:nights]:
        world.load(LEEDS, night)
    assert world.links() in (["linked"], ["proposed"])
    assert _authorities(world.service.lookup.ask(nurse, question(ASKED_UNBORN))) == {LEEDS, HULL}


def test_who_asks_by_the_new_number_finds_the_unborn_record_near_by(world: World, nurse: Caller) -> None:
    world.load(LEEDS, UNBORN)
    world.load(HULL, msgspec.structs.replace(ELSEWHERE, postcode="LS1 5AA"))
    for night in LIFE:
        world.load(LEEDS, night)
        assert world.links() == ["linked"]
    assert _authorities(world.service.lookup.ask(nurse, question(ASKED_BORN))) == {LEEDS, HULL}


def test_what_two_people_said_of_the_unborn_stands(world: World, nurse: Caller) -> None:
    """Far away the machine asks people; what they said before birth outlives birth, name and number."""
    world.load(LEEDS, UNBORN)
    world.load(HULL, ELSEWHERE)
    assert world.links() == ["proposed"]
    review = world.service.review
    for reference in ("ann", "ben"):
        officer = Practitioner(LEEDS, reference, "An Officer", Role.RECORDS_OFFICER, active=True)
        world.service.accounts.save_practitioner(officer)
        (waiting,) = review.queue(Person(LEEDS, reference)).links
        review.decide(waiting.id, Person(LEEDS, reference), same=True)
    for night in LIFE:
        world.load(LEEDS, night)
        assert world.links() == ["confirmed"]
    assert _authorities(world.service.lookup.ask(nurse, question(ASKED_BORN))) == {LEEDS, HULL}


def test_the_mother_is_let_go_when_the_child_is_a_year_old(world: World) -> None:
    old = today() - MOTHER_STANDS_IN - timedelta(days=1)
    for place, (born, kept) in enumerate(((BORN_ON, True), (old, False))):
        child = Pregnancy(reference="L1", born=born, given="Zebedee", family="Okonkwo")
        extract = ssd.read(_extract(world.folder / f"old{place}", child), today())
        details = extract.people["L1"].details
        assert (details.mother is not None, len(details.names) > 1) == (kept, kept)
