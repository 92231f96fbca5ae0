"""The model: what each comparison level weighs, how likely a match is beforehand, where the bands begin.

`model.json` holds m, u and t for every level: how often it is seen between two records of one child (m), of
two strangers (u) and of two members of one household (t). Fellegi & Sunter 1969, with a third class.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache
from math import inf, log2
from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.matching.names import family_share, given_share
from fingerpost.words.errors import Invalid, Problem

SECOND_RECORD = 2.0**-7  # one child in about a hundred is on an authority's books twice
FEWEST_RECORDS = 1_000  # a smaller index is weighed as if it held so many
# Too few in made-up data, and too few in most samples: nothing is learnt of them.
KEPT = (
    "given.order",
    "given.initial",
    "given.other_tongue",
    "family.initial",
    "birth.guess",
    "birth.guesses_close",
    "birth.guess_apart",
)
# Seen of one kind of pair only, so they have no alternative whose share theirs could be learnt against.
_ALONE = frozenset({"given.order", "given.initial", "family.initial", "order.swapped"})
_ESTIMATED = frozenset({"inside", "expected", "close", "outside"})  # births, one of them an interval
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
        self.second_record = SECOND_RECORD
        self.given_names: Mapping[str, float] = {}  # commoner in the index than the lists know
        self.family_names: Mapping[str, float] = {}

    def given_share(self, part: str) -> float:
        """Return the share of people who bear this given name."""
        return self.given_names.get(part) or given_share(part)

    def family_share(self, part: str) -> float:
        """Return the share of people who bear this family name."""
        return self.family_names.get(part) or family_share(part)

    def any_share(self, part: str) -> float:
        """Return the share of people who bear this as either name: for names the wrong way round."""
        return max(self.given_share(part), self.family_share(part))

    def shares(self) -> dict[str, float]:
        """Return how often each level is seen between records of one child, as written."""
        return {name: level.m for name, level in _flat(self.written)}

    def learnt(self, match: dict[str, float], prior: float, second_record: float) -> "Model":
        """Return this model with other bits for the same child, by level, and other odds beforehand."""
        changed = copy(self)
        changed.match, changed.prior, changed.second_record = match, prior, second_record
        return changed

    def fitted(
        self, *, records: int, household_share: float = 1.0, chance: Mapping[str, float] | None = None,
        given_names: Mapping[str, float] | None = None, family_names: Mapping[str, float] | None = None,
    ) -> "Model":  # fmt: skip
        """Return this model for an index of `records`; see `fit.fitted`, which reads the arguments off one.

        `household_share` is 0 where nobody has a relative in the index and 1 on a register of children;
        `chance` is how often two strangers in it are on a level; the names, what share bears them.
        """
        fitted = Model(self.written, records, household_share)
        fitted.given_names, fitted.family_names = given_names or {}, family_names or {}
        for level, share in (chance or {}).items():
            bits = log2(self.chance[level] / share)
            fitted.match[level] += bits
            fitted.household[level] += bits
            fitted.chance[level] = share
        return fitted


def _flat(written: ModelFile) -> list[tuple[str, Level]]:
    return [
        (f"{field}.{name}", level)
        for field, levels in written.levels.items()
        for name, level in levels.items()
    ]


def _read(path: Path) -> Model:
    return Model(msgspec.json.decode(path.read_bytes(), type=ModelFile))


@cache
def shipped() -> Model:
    """Return the model that is shipped."""
    return _read(_SHIPPED)


def load(path: Path | None) -> Model:
    """Return the model in a file, or the one shipped; `Invalid` says what is wrong with the file."""
    if path is None:
        return shipped()
    try:
        model = _read(path)
    except (OSError, ValueError, KeyError, ArithmeticError) as error:
        raise Invalid(Problem(path.name, f"is not a model: {error}")) from None
    if missing := sorted(shipped().match.keys() - model.match.keys()):
        raise Invalid(Problem(path.name, f"is not a model: it lacks {', '.join(missing)}"))
    return model


def _set_of(level: str) -> str:
    field, _, name = level.partition(".")
    if level in _ALONE:
        return f"{field}_{name}"
    if field == "birth" and name in _ESTIMATED:
        return "birth_estimated"
    if field == "place" and name.startswith("code"):
        return "place_code"
    return field


def level_sets(levels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return levels (`field.level`) in named sets: those of one set are alternatives of each other.

    A field may hold several: dates and estimated births, English and foreign postcodes. The shares of a set
    sum to one over the pairs that are on one of its levels; a set of one level has nothing to learn.
    """
    found: dict[str, list[str]] = {}
    for level in levels:
        found.setdefault(_set_of(level), []).append(level)
    return {name: tuple(members) for name, members in found.items()}


def learnable_sets(levels: Iterable[str]) -> list[list[str]]:
    """Return the sets of levels whose shares can be learnt of any index: those left to judgement are out."""
    kept = level_sets(level for level in levels if level not in KEPT and level != "birth.expected")
    return [list(members) for members in kept.values() if len(members) > 1]
