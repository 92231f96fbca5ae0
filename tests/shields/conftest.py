"""Keepers, a desk, and shields asked for as on the phone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, form_of, question

LEEDS, HULL, YORK = "E08000035", "E06000010", "E06000014"
KEEPER, OTHER, SERVICE = Person(LEEDS, "keeper"), Person(HULL, "other"), Person(YORK, "service")
WORKER, DESK = Person(LEEDS, "worker"), Person(YORK, "desk")
ROLES = {
    KEEPER: Role.MANAGER, OTHER: Role.MANAGER, SERVICE: Role.SERVICE_RECORDS_OFFICER,
    WORKER: Role.SOCIAL_WORKER, DESK: Role.DESK_OFFICER,
}  # fmt: skip
REFUGE = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
ZEBEDEE = Child(nhs_number="9990000034")

Shield = Callable[..., UUID]


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    for person, role in ROLES.items():
        somebody = Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        service.accounts.save_practitioner(somebody)


@pytest.fixture
def shield(service: Service) -> Shield:
    """Ask for a shield of a child, as somebody who knows all of it."""

    def ask(child: Child, by: Person = KEEPER, keeper: str = LEEDS, **changes: Any) -> UUID:
        details = question(form_of(child, **changes)).child
        return service.shields.ask(keeper, REFUGE, details, by)

    return ask
