"""The Splink 5 peer, by its documented recipe, on DuckDB, with the same fields as ours.

Names are compared by `NameComparison` with term frequencies, births by `DateOfBirthComparison`, British
postcodes by `PostcodeComparison`; other countries' codes and identifiers by edit distance, as Splink's own
FEBRL example does; sex exactly. u is estimated by sampling, m by expectation maximisation over two or
three blockings. Sets of a few thousand records are blocked on every single field, larger ones on pairs.
"""

import logging
import tempfile
from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_library as cl
from anyascii import anyascii
from benchmarks.matching.sets import Row, Trial
from msgspec import Struct
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.splink_dataframe import SplinkDataFrame

SEED = 1
_MOST_PAIRS = 1e6  # of the u sample
_MOST_EM_PAIRS = 5e6
_SWAPPED = "l.given = r.family and l.family = r.given"
_SINGLE = [["given"], ["family"], ["birth"], ["postcode"]]
_PAIRED = [
    ["family", "birth"], ["given", "birth"], ["given", "family", "substr(birth, 1, 4)"],
    ["substr(given, 1, 2)", "substr(family, 1, 2)", "substr(birth, 1, 7)"],
    ["postcode", "birth"], ["postcode", "given"], ["postcode", "family"],
    ["given", "family", "substr(birth, 6, 5)"],
]  # fmt: skip
# Blocked on a birth alone, or on family name and postcode, most pairs of children are twins and siblings,
# and what is learnt of them is worse (measured on 15,000 records of families: best F1 0.955; those below
# give 0.958). FEBRL has no families, and there the three wider ones give more: each set gets its best.
_TRAINED_ON = (block_on("given", "birth"), block_on("given", "family"))
_TRAINED_ON_SMALL = (block_on("birth"), block_on("given", "family"), block_on("postcode", "family"))
_COLUMNS = ("given", "family", "birth", "sex", "postcode", "number")

for _name in ("splink", "sqlglot"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class Scored(Struct):
    """Pairs as places in the two lists asked, their match weight in bits and their probability."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    weight: NDArray[np.float64]
    probability: NDArray[np.float64]


def _birth(text: str) -> str | None:
    digits = "".join(c for c in text if c.isdigit())
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else None


def _cleaned(row: Row) -> tuple[str | None, ...]:
    given, family = (anyascii(row[name]).lower().strip() for name in ("given_names", "family_name"))
    values = (
        given.partition(" ")[0], family, _birth(row["date_of_birth"]), row.get("sex", ""),
        row["postcode"].upper(), row["nhs_number"],
    )  # fmt: skip
    return tuple(value or None for value in values)


def table(rows: Sequence[Row], first: int = 0) -> pa.Table:
    """Return rows cleaned as Splink's guide asks: one case, no accents, dates as text, gaps as null."""
    columns = list(zip(*map(_cleaned, rows), strict=True)) or [()] * len(_COLUMNS)
    held = {name: pa.array(column, pa.string()) for name, column in zip(_COLUMNS, columns, strict=True)}
    return pa.table({"unique_id": pa.array(range(first, first + len(rows)), pa.int64())} | held)


def settings(trial: Trial, link: bool) -> SettingsCreator:
    """Return the model before training."""
    comparisons: list[Any] = [
        cl.NameComparison("given"),
        cl.NameComparison("family"),
        cl.DateOfBirthComparison("birth", input_is_string=True, datetime_format="%Y-%m-%d"),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])
        if trial.small
        else cl.PostcodeComparison("postcode"),
    ]
    if not trial.small:
        comparisons.append(cl.ExactMatch("sex"))
    if trial.identified:
        comparisons.append(cl.DamerauLevenshteinAtThresholds("number", [1, 2]))
    rules: list[Any] = [block_on(*fields) for fields in (_SINGLE if trial.small else _PAIRED)]
    rules += [block_on("number")] * trial.identified
    rules.append(_SWAPPED if trial.small else f"{_SWAPPED} and l.birth = r.birth")
    return SettingsCreator(
        link_type="link_only" if link else "dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _train(linker: Linker, trial: Trial) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("given", "family", "birth"), block_on("family", "birth", "postcode", "given")], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=_MOST_PAIRS, seed=SEED)
    for rule in _TRAINED_ON_SMALL if trial.small else _TRAINED_ON:
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=_MOST_EM_PAIRS)


class Splink:
    """Splink with one set loaded and its model trained on it, without labels."""

    def __init__(self, trial: Trial, parts: Sequence[Sequence[Row]]) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="splink")
        self.connection = duckdb.connect(config={"temp_directory": self._temporary.name})
        self.api = DuckDBAPI(self.connection)
        starts = np.cumsum([0, *map(len, parts)]).tolist()
        self.inputs = [self._stored(f"part_{n}", table(rows, starts[n])) for n, rows in enumerate(parts)]
        self.linker = Linker(
            self.inputs if len(parts) > 1 else self.inputs[0], settings(trial, len(parts) > 1), log_level=None
        )
        _train(self.linker, trial)

    def _stored(self, name: str, content: pa.Table) -> SplinkDataFrame:
        """Keep a table in DuckDB itself, which it scans faster than one that is only lent to it."""
        self.connection.register("lent", content)
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM lent")  # noqa: S608 - our own name
        self.connection.unregister("lent")
        return self.api.register(name, dataset_display_name=name)

    def pairs(self) -> Scored:
        """Return every pair of the set that its blocking rules find."""
        return self._scored(self.linker.inference.predict())

    def _scored(self, predictions: SplinkDataFrame) -> Scored:
        columns = "unique_id_l, unique_id_r, match_weight, match_probability"
        held = self.connection.table(predictions.physical_name)
        found = held.project(columns).order("unique_id_l, unique_id_r").fetchnumpy()
        predictions.drop_table_from_database_and_remove_from_cache()
        return Scored(*(np.asarray(column) for column in found.values()))

    def ask(self, questions: pa.Table) -> Scored:
        """Ask the first table by `predict_between`; `left` is a question's `unique_id`.

        Term frequencies come from the tables that training registered. (Columns of them beside the records
        would save two joins, but Splink 5.0.0 joins all the same and then fails.)
        """
        asked = self.api.register(questions)
        predictions = self.linker.inference.predict_between(asked, self.inputs[0], warning_mode="never")
        found = self._scored(predictions)
        asked.drop_table_from_database_and_remove_from_cache(force_non_splink_table=True)
        return found

    def one_thread(self) -> None:
        """Keep DuckDB to one thread, as the others are when one lookup is timed."""
        self.connection.execute("SET threads = 1")
