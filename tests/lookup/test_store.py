"""The statements that find candidates keep to the limits named beside them, and find the same records."""

import inspect
import re

import pytest

from fingerpost.lookup import store
from fingerpost.wiring import Service
from tests.conftest import Child, Publish, form_of, question


def test_the_statements_hold_the_named_limits():
    written = inspect.getsource(store.candidates) + inspect.getsource(store.strongest)
    limits = [int(figure) for figure in re.findall(r"LIMIT (\d+)", written)]
    # What is too many for a question; of a token in either index; and of the question.
    of_a_token, most = store.MOST_OF_A_TOKEN, store.MOST_CANDIDATES
    assert limits == [most + 1, of_a_token, of_a_token, most]


def test_a_question_that_reaches_too_many_gets_those_that_share_most(
    service: Service, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = Child()
    publish("E08000035", child, Child(reference="P2", given="Barnaby", nhs_number=""))
    asked = service.vault.question(question(form_of(child)).child)
    with service.lookup_database.statement() as session:
        found = store.candidates(session, asked.tokens, sensitive=False)
        monkeypatch.setattr(store, "MOST_CANDIDATES", 1)
        ranked = store.candidates(session, asked.tokens, sensitive=True)
    assert len(found) == 2
    assert {candidate.id for candidate in ranked} == {candidate.id for candidate in found}
