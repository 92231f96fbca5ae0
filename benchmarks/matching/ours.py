"""Ours, in memory: the pairs it finds, and one lookup's time and where that time goes."""

import gc
import time
from collections.abc import Callable

from benchmarks.matching.sets import Row
from benchmarks.matching.timing import Times, timed

from fingerpost.evaluation.index import TokenIndex
from fingerpost.matching import Model, Prepared, assess, fitted, prepare, question_keys
from fingerpost.vault.tokens import IndexKey
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid


def details(row: Row) -> ChildDetails:
    """Return a row of a set as a practitioner's question, or an authority's record, would hold it."""
    try:
        born = checks.day(row["date_of_birth"], "date_of_birth")
    except Invalid:
        born = None
    return ChildDetails(
        names=(PersonName(row["given_names"], row["family_name"]),),
        date_of_birth=born,
        sex=checks.sex_of(row["sex"], "sex") if row["sex"] else None,
        postcodes=(row["postcode"],) if row["postcode"] else (),
        nhs_number=row["nhs_number"] or None,
    )


class InMemory:
    """An index in memory and one lookup of it: read the question, find candidates, score and band them."""

    def __init__(self, records: list[Prepared]) -> None:
        self.records = records
        self.index = TokenIndex(records)
        self.model: Model = fitted(records)
        gc.freeze()  # as a server would once its index is built: the collector need not walk it

    def ask(self, question: ChildDetails) -> list[object]:
        asked = prepare(question)
        records, model = self.records, self.model
        found = [assess(asked, records[place], model=model) for place in self.index.candidates(asked)]
        return [assessment for assessment in found if assessment.band is not None]

    def times(self, questions: list[ChildDetails]) -> Times:
        return timed(self.ask, questions)

    def stages(self, questions: list[ChildDetails]) -> dict[str, float]:
        """Return mean milliseconds a question of each step; the steps are run apart, all questions each."""
        key = IndexKey(bytes(32))
        asked = [prepare(question) for question in questions]
        keys = [question_keys(one) for one in asked]
        found = [self.index.candidates(one) for one in asked]

        def score(place: int) -> None:
            for record in found[place]:
                assess(asked[place], self.records[record], model=self.model)

        took = {
            "prepare": _mean(lambda n: prepare(questions[n]), len(questions)),
            "keys": _mean(lambda n: question_keys(asked[n]), len(questions)),
            "tokens": _mean(lambda n: key.tokens(keys[n]), len(questions)),
            "keys, tokens and search": _mean(lambda n: self.index.candidates(asked[n]), len(questions)),
            "score": _mean(score, len(questions)),
        }
        took["search"] = took["keys, tokens and search"] - took["keys"] - took["tokens"]
        took["candidates a question"] = sum(map(len, found)) / max(len(found), 1)
        return {step: round(value, 4) for step, value in took.items()}


def _mean(step: Callable[[int], object], times: int) -> float:
    began = time.perf_counter()
    for place in range(times):
        step(place)
    return (time.perf_counter() - began) * 1000 / max(times, 1)
