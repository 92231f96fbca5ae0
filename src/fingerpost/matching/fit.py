"""A model fitted to the index it will be asked of: its size, its births, its households.

Four things that no shipped figure can know, read off the records without labels:

* *size*: the more records, the more strangers look alike, so the lower the odds beforehand;
* *chance*: strangers agree oftener among the children of one town than among adults of four generations;
* *names*: what is rare in England may be common elsewhere;
* *households*: twins cannot be told from one child with a misread name unless it is known whether the set
  holds families at all. Brothers and sisters show it: other given name, other birth, same family name and
  postcode. Where there are none the household class weighs nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random

from fingerpost.matching.alike import Grade, grade_given
from fingerpost.matching.decide import FEWEST_HOUSEHOLDS
from fingerpost.matching.model import Model, learnable_sets, shipped
from fingerpost.matching.names import codes, family_share, given_share
from fingerpost.matching.normalise import KNOWN, Prepared, Tokens
from fingerpost.matching.weigh import compared

_USUAL_SHARE = 0.25  # of children on a register who have a sister or brother on it
_LEAST_SHARE = 0.05  # less is one person whose name and birth were both mistyped, seen as two
LARGEST_HOUSEHOLD = 30  # records at one home; beyond this it is a school or a hostel
_HALF_A_YEAR = 7_000  # between two dates written yyyymmdd
_FEWEST_BIRTHS = 200  # fewer tell nothing of how births are spread
_FEWEST_BEARERS = 10  # fewer may be one person, with slips in the date of birth
_FAR_COMMONER = 8.0  # than the lists say: three bits; less is the chance of a sample
_DRAWN = 20_000  # pairs
_SEEN_BEFORE = 20
_SEED = 1


def home(prepared: Prepared) -> tuple[str, str] | None:
    """Return the sound of the family name and the postcode, which members of a household share."""
    if not prepared.postcodes or not prepared.names or not prepared.names[0][1]:
        return None
    return codes(prepared.names[0][1][0])[0], prepared.postcodes[0]


def _relatives(one: Prepared, other: Prepared) -> bool:
    if (
        abs(one.born_from - other.born_from) < _HALF_A_YEAR
        or one.born_from % 10_000 == other.born_from % 10_000
    ):
        return False
    return grade_given(one.names[0][0][0], other.names[0][0][0]) == Grade.DIFFERENT


def _by_chance(homes: Mapping[tuple[str, str], list[Prepared]]) -> float:
    """Return how many records would share a home with a namesake if nobody lived with a relative.

    An English postcode is a dozen doors, but where codes stand for towns that is most of what is seen.
    """
    families, places = Counter[str](), Counter[str]()
    for (family, place), members in homes.items():
        families[family] += len(members)
        places[place] += len(members)
    housed = families.total()
    return sum(
        len(members) * min((places[place] - 1) * (families[family] - 1) / housed, 1.0)
        for (family, place), members in homes.items()
    )


def household_share(records: Sequence[Prepared]) -> float:
    """Return how far a set is made of households, from 0 (none) to 1 (as a register of children is)."""
    homes: defaultdict[tuple[str, str], list[Prepared]] = defaultdict(list)
    for record in records:
        whole = record.birth == KNOWN and record.names and record.names[0][0]
        if whole and (at := home(record)):
            homes[at].append(record)
    housed = sum(map(len, homes.values()))
    related = sum(
        any(_relatives(one, other) for other in members)
        for members in homes.values()
        if len(members) <= LARGEST_HOUSEHOLD
        for one in members
    )
    if not housed:
        return 1.0
    share = min((related - _by_chance(homes)) / housed / _USUAL_SHARE, 1.0)
    return share if share >= _LEAST_SHARE else 0.0


def birth_chance(records: Sequence[Prepared]) -> float | None:
    """Return how often two records share a date of birth by chance, from how their years are spread."""
    years = Counter(record.born_from // 10_000 for record in records if record.birth == KNOWN)
    births = sum(years.values())
    if births < _FEWEST_BIRTHS:
        return None
    return sum((count / births) ** 2 for count in years.values()) / 365.25


def stranger_chance(records: Sequence[Prepared], model: Model) -> dict[str, float]:
    """Return how often two records drawn at random are on each level that is not too rare to be drawn.

    A level counts as seen `_SEEN_BEFORE` times at its shipped share, so that chance does not unsettle it.
    """
    rng = Random(_SEED)  # noqa: S311 - a draw of pairs, no secret
    pairs = (rng.sample(records, 2) for _ in range(_DRAWN if len(records) > _FEWEST_BIRTHS else 0))
    seen = Counter(level for one, other in pairs for level, _ in compared(model, one, other))
    found: dict[str, float] = {}
    for levels in learnable_sets(model.match):
        total = sum(seen[level] for level in levels)
        for level in levels:
            shipped_at = model.chance[level]
            found[level] = (seen[level] + _SEEN_BEFORE) / (total + _SEEN_BEFORE / shipped_at)
    return found


def _far_commoner(
    bearers: Sequence[tuple[Tokens, int]], share_of: Callable[[str], float]
) -> dict[str, float]:
    """Return the shares of names that are far commoner among (name, birth) than the lists say.

    People are told apart by their births, so that one with many records is not taken for a community.
    """
    births: defaultdict[str, set[int]] = defaultdict(set)
    people: set[tuple[str, int]] = set()
    for parts, born in bearers:
        people.update((part, born) for part in parts[:1])
        for part in parts:
            births[part].add(born)
    shares = {part: len(born) / len(people) for part, born in births.items() if len(born) >= _FEWEST_BEARERS}
    return {part: share for part, share in shares.items() if share > _FAR_COMMONER * share_of(part)}


def _names(records: Sequence[Prepared]) -> dict[str, dict[str, float]]:
    """Return the shares of given and of family names that are far commoner here than in England."""
    named = [
        (record.names[0], record.born_from) for record in records if record.birth == KNOWN and record.names
    ]
    return {
        "given_names": _far_commoner([(given, born) for (given, _), born in named], given_share),
        "family_names": _far_commoner([(family, born) for (_, family), born in named], family_share),
    }


def fitted(records: Sequence[Prepared], model: Model | None = None) -> Model:
    """Return `model` (the shipped one, unless told) fitted to the records of an index.

    The lists of names are of England's children; where an index holds no families it is of others.
    """
    model = model or shipped()
    chance, share = stranger_chance(records, model), household_share(records)
    if birth := birth_chance(records):
        chance["birth.exact"] = birth
    names = _names(records) if share < FEWEST_HOUSEHOLDS else {}
    return model.fitted(records=len(records), household_share=share, chance=chance, **names)
