"""Tokens are of 64 bits because they find and protect nothing: two children of equal tokens stay two."""

import psycopg

from fingerpost.access.caller import Caller
from fingerpost.lookup.answer import Outcome
from fingerpost.wiring import Service
from tests.conftest import Child, Publish, form_of, question

HELD = Child()
OTHER = Child(
    reference="OTHER", given="Imogen", family="Quartermaine", born="2011-10-09", postcode="HU1 1UU",
    nhs_number="",
)  # fmt: skip


def test_of_equal_tokens_nothing_is_learned(
    service: Service, publish: Publish, nurse: Caller, owner_conninfo: str
) -> None:
    publish("E08000035", HELD)
    asked = question(form_of(OTHER))
    tokens = service.vault.question(asked.child).tokens
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        added = owner.execute(
            "INSERT INTO token (token, record_id) SELECT t, r.id FROM record r, unnest(%s::bigint[]) AS t",
            (list(tokens),),
        )
        assert added.rowcount == len(tokens) > 0
    assert service.lookup.ask(nurse, asked).outcome is Outcome.NOT_FOUND
    assert service.lookup.ask(nurse, question(form_of(HELD))).outcome is Outcome.FOUND
