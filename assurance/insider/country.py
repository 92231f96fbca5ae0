"""A made-up country for insiders to learn of: who is found there, and children whom nobody knows."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from nhs_number.validate import calculate_checksum

from assurance.insider.strategies import Lists
from fingerpost.access.caller import Caller, Practitioner
from fingerpost.cli.demo import go_live
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm, QuestionForm, read_question
from fingerpost.settings import Settings
from fingerpost.synthetic.country import Order, make_country
from fingerpost.synthetic.days import AS_OF
from fingerpost.wiring import opened
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import Purpose, Role, Scope

SCOUT = Practitioner("RJ1", "scout", "A Scout", Role.CLINICIAN, active=True)


def load(settings: Settings, folder: Path, children: int, authorities: int, seed: int) -> list[ChildForm]:
    """Make and load a country; return what its authorities write of their children, each once."""
    order = Order(children=children, seed=seed, authorities=authorities, as_of=AS_OF.toordinal())
    make_country(order, folder, lambda _: None)
    with opened(settings) as service:
        for extract in sorted(p for p in folder.iterdir() if p.is_dir()):
            go_live(service, extract.name)
            service.feeds.load_ssd(extract, extract.name)
    with (folder / "evaluate.csv").open(encoding="utf-8") as file:
        rows = {row["cluster_id"]: row for row in csv.DictReader(file) if row["date_of_birth"]}
    return [_form(row) for row in rows.values() if row["given_names"] and row["family_name"]]


def _form(row: dict[str, str]) -> ChildForm:
    return ChildForm(
        given_names=row["given_names"], family_name=row["family_name"], date_of_birth=row["date_of_birth"],
        sex=row["sex"], nhs_number=row["nhs_number"], postcodes=(row["postcode"],) if row["postcode"] else (),
    )  # fmt: skip


def found(settings: Settings, forms: list[ChildForm], most: int) -> list[ChildForm]:
    """Return those of the forms by which somebody is found: what the worst of insiders might know already."""
    caller = Caller(uuid4(), "campaign", SCOUT.authority, "", (Scope.LOOKUP,))
    known: list[ChildForm] = []
    with opened(settings) as service:
        service.accounts.save_practitioner(SCOUT)
        for child in forms:
            form = QuestionForm(
                practitioner=SCOUT.reference,
                purpose=Purpose.UNSCHEDULED_CARE,
                case_reference="S-1",
                child=child,
            )
            try:
                answer = service.lookup.ask(caller, read_question(form, today(service.now())))
            except Invalid:
                continue
            if answer.outcome is Outcome.FOUND:
                known.append(child)
            if len(known) == most:
                break
    return known


def lists(known: list[ChildForm], forms: list[ChildForm], dice: random.Random) -> Lists:
    """Return lists that name a child to three insiders at most: of one more it is noticed that many ask.

    The unknown are put together from parts of many.
    """
    return Lists(iter(known * 3), nobody(forms, dice), dice)


def nobody(forms: list[ChildForm], dice: random.Random) -> Iterator[ChildForm]:
    """Yield children who are, but for chance, none of those there are."""
    while True:
        given, family, place = (dice.choice(forms) for _ in range(3))
        born = f"{dice.randrange(2010, 2024)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        yield ChildForm(
            given_names=given.given_names, family_name=family.family_name, date_of_birth=born,
            postcodes=place.postcodes, nhs_number=_number(dice),
        )  # fmt: skip


def _number(dice: random.Random) -> str:
    """Return a number of a range that is not issued, with its check digit."""
    body = f"5{dice.randrange(10**8):08}"
    check = calculate_checksum(body)
    return f"{body}{check}" if check is not None and check < 10 else _number(dice)
