"""The model: what each comparison level weighs, how likely a match is beforehand, where the bands begin.

`model.json` holds m, u and t for every level: how often it is seen between two records of one child (m), of
two strangers (u) and of two members of one household (t). Fellegi & Sunter 1969, with a third class.
"""

from functools import cache
from math import inf, log2
from pathlib import Path

import msgspec
from msgspec import Struct

FEWEST_RECORDS = 1_000  # a smaller index is weighed as if it held so many
_SHIPPED = Path(__file__).parent / "model.json"


class Level(Struct, frozen=True):
    """How often one comparison level is seen, by class of pair: shares between 0 and 1."""

    m: float
    u: float
    t: float


class Bands(Struct, frozen=True):
    """The posterior probability at which each band begins."""

    certain: float
    probable: float
    possible: float


class Provenance(Struct, frozen=True):
    """How the figures came about."""

    trained_on: str
    method: str
    trained: str


class ModelFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`model.json` as written. `records` is how many records a question is asked of."""

    version: int
    provenance: Provenance
    records: int
    relatives: float
    bands: Bands
    levels: dict[str, dict[str, Level]]


class Model:
    """A model ready to weigh: dictionaries from level to bits (`match`, `household`) and to u (`chance`)."""

    def __init__(self, written: ModelFile, records: int | None = None, household_share: float = 1.0) -> None:
        self.written = written
        self.bands = written.bands
        self.household_share = min(max(household_share, 0.0), 1.0)
        self.prior = -log2(max(records or written.records, FEWEST_RECORDS))
        relatives = written.relatives * self.household_share
        self.household_prior = self.prior + log2(relatives) if relatives else -inf
        self.match = {name: log2(level.m / level.u) for name, level in _flat(written)}
        self.household = {name: log2(level.t / level.u) for name, level in _flat(written)}
        self.chance = {name: level.u for name, level in _flat(written)}

    def fitted(
        self, *, records: int, household_share: float = 1.0, birth_chance: float | None = None
    ) -> "Model":
        """Return this model for an index of `records`; see `fit.fitted`, which reads the arguments off one.

        `household_share` is 0 where nobody has a relative in the index and 1 on a register of children;
        `birth_chance` is how often two strangers in it share a date of birth.
        """
        fitted = Model(self.written, records, household_share)
        if birth_chance:
            bits = log2(self.chance["birth.exact"] / birth_chance)
            fitted.match["birth.exact"] += bits
            fitted.household["birth.exact"] += bits
        return fitted


def _flat(written: ModelFile) -> list[tuple[str, Level]]:
    return [
        (f"{field}.{name}", level)
        for field, levels in written.levels.items()
        for name, level in levels.items()
    ]


def load(path: Path) -> Model:
    """Return the model in a file; `msgspec.DecodeError` says what is wrong with one that is not."""
    return Model(msgspec.json.decode(path.read_bytes(), type=ModelFile))


@cache
def shipped() -> Model:
    """Return the model that is shipped."""
    return load(_SHIPPED)
