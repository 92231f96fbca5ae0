"""The frequency attack: whoever steals the tokens and knows how common names and births are learns nothing.

The attacker holds the stored tokens of a made-up population and its very counts of names and births, which
no real one has so exactly, but not the key. She ranks tokens by how many records share them, ranks values by
how many children bear them, and lays one list beside the other (Naveed, Kamara & Wright 2015). The control is
the same attack on tokens of single fields, which gives most of the commoner values away.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from fingerpost.matching import MOST_RECORDS_PER_TOKEN, Prepared, prepare, record_keys
from fingerpost.matching.names import FAMILY_SHARES, GIVEN_SHARES
from fingerpost.vault.tokens import IndexKey
from fingerpost.words.child import ChildDetails, PersonName

PEOPLE, SEED = 6_000, 4
MOST_RECOVERED = 0.001
FIELDS = ("given", "family", "birth")
Values = dict[str, str]


def _population() -> list[tuple[Values, Prepared]]:
    rng = random.Random(SEED)
    given = rng.choices(list(GIVEN_SHARES), list(GIVEN_SHARES.values()), k=PEOPLE)
    family = rng.choices(list(FAMILY_SHARES), list(FAMILY_SHARES.values()), k=PEOPLE)
    births = [date(2008, 1, 1) + timedelta(days=int(rng.triangular(0, 6_500, 0))) for _ in range(PEOPLE)]
    return [
        (
            {"given": one, "family": other, "birth": born.isoformat()},
            prepare(ChildDetails(names=(PersonName(one, other),), date_of_birth=born)),
        )
        for one, other, born in zip(given, family, births, strict=True)
    ]


def _guessed(stored: Sequence[Sequence[int]], values: Sequence[str], most: int) -> float:
    """Return the share of records whose value is guessed by laying ranks of tokens beside ranks of values."""
    records: defaultdict[int, list[int]] = defaultdict(list)
    for record, tokens in enumerate(stored):
        for token in tokens:
            records[token].append(record)
    shown = sorted((found for found in records.values() if len(found) <= most), key=len, reverse=True)
    ranked = [value for value, _ in Counter(values).most_common()]
    right: set[int] = set()
    for found, value in zip(shown, ranked, strict=False):
        right.update(record for record in found if values[record] == value)
    return len(right) / len(values)


def test_stored_tokens_give_no_field_away():
    people, key = _population(), IndexKey(random.Random(SEED + 1).randbytes(32))
    by_scheme: defaultdict[str, list[list[int]]] = defaultdict(lambda: [[] for _ in people])
    for place, (_, prepared) in enumerate(people):
        for written in record_keys(prepared):  # she may even know the scheme of each token
            by_scheme[written[0]][place] += key.tokens([written])
    for field in FIELDS:
        values = [known[field] for known, _ in people]
        for scheme, stored in by_scheme.items():
            recovered = _guessed(stored, values, MOST_RECORDS_PER_TOKEN)
            assert recovered <= MOST_RECOVERED, f"{field} by {scheme}: {recovered:.4f}"


def test_tokens_of_single_fields_would_give_most_away():
    """The control: without it the test above could not fail."""
    people, key = _population(), IndexKey(random.Random(SEED + 1).randbytes(32))
    values = [known["given"] for known, _ in people]
    common = {value for value, _ in Counter(values).most_common(10)}
    kept = [value for value in values if value in common]
    assert _guessed([key.tokens([value]) for value in kept], kept, PEOPLE) > 0.5
