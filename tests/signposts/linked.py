"""Records of several authorities that are of one child, and who decides on them."""

from uuid import UUID

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.events import AnyEvent
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner

LEEDS, HULL, YORK, BRISTOL, BATH = "E08000035", "E06000010", "E06000014", "E06000023", "E06000022"
NUMBER = "9990000034"
OLD = Child(reference="L1", family="Featherstonehaugh", nhs_number=NUMBER, closed="2025-09-01")
NEW = Child(reference="H1", family="Okonkwo", postcode="HU1 1UU", nhs_number=NUMBER)
ANN, BEN, DESK = Person(LEEDS, "ann"), Person(HULL, "ben"), Person(BRISTOL, "desk")


def register_officers(service: Service) -> None:
    for person in (ANN, BEN, DESK):
        role = Role.SERVICE_RECORDS_OFFICER if person is DESK else Role.RECORDS_OFFICER
        officer = Practitioner(person.authority, person.reference, "An Officer", role, active=True)
        service.accounts.save_practitioner(officer)


def links(owner: Owner) -> list[tuple[UUID, str, str]]:
    return owner.execute("SELECT id, band, state FROM link ORDER BY decided_at, id").fetchall()  # type: ignore[return-value]


def between(owner: Owner, one: str, other: str) -> tuple[UUID, str]:
    row = owner.execute(
        "SELECT l.id, l.state FROM link l JOIN record a ON a.id = l.record_a"
        " JOIN record b ON b.id = l.record_b"
        " WHERE ARRAY[a.authority, b.authority] @> ARRAY[%s, %s]",
        (one, other),
    ).fetchone()
    assert row is not None
    return row  # type: ignore[return-value]


def events(service: Service) -> list[AnyEvent]:
    return [e.event for _, e in service.ledger.checked(service.records_database) if e and e.event]


def held(owner: Owner, authority: str) -> UUID:
    row = owner.execute("SELECT id FROM record WHERE authority = %s", (authority,)).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def apart(service: Service, owner: Owner, one: str, other: str) -> bool:
    held = dict(owner.execute("SELECT authority, id FROM record").fetchall())
    return held[other] not in service.review.trail(held[one], DESK).records  # type: ignore[index,arg-type]
