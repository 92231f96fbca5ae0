"""The token index in memory, by the rule of the database: a token that too many records share is dropped.

Where a file has many records of one person, those of one name and birth count once: the rule is about how
many people a token may mean, and an authority holds one record of each.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from secrets import token_bytes
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fingerpost.matching import MOST_RECORDS_PER_TOKEN, Prepared, question_keys, record_keys
from fingerpost.vault.tokens import IndexKey

Places = NDArray[np.int64]

MOST_OF_ONE_TOKEN = 1_000  # records, whoever's: more are a stand-in, and would all be compared

_LOWEST = -(2**63)


class TokenIndex:
    """Records by token, under a key thrown away with it.

    Tokens are sorted. They are spread evenly, so the first bits of one tell nearly where it stands: `_starts`
    holds that for each beginning, and a search looks at one or two places instead of halving millions.
    """

    def __init__(self, records: Sequence[Prepared]) -> None:
        self._key = IndexKey(token_bytes(32))
        tokens, places = self._tokens_of(records)
        order = np.argsort(tokens, kind="stable")
        tokens, places = tokens[order], places[order]
        found, first, count = np.unique(tokens, return_index=True, return_counts=True)
        people, kept = _people(records), count <= MOST_RECORDS_PER_TOKEN
        for at in np.flatnonzero(~kept & (count <= MOST_OF_ONE_TOKEN)):
            sharing = people[places[first[at] : first[at] + count[at]]]
            kept[at] = len(np.unique(sharing)) <= MOST_RECORDS_PER_TOKEN
        found, first, count = found[kept], first[kept], count[kept]
        self._bits = max(len(found).bit_length(), 1)
        beginnings = np.array(
            [_LOWEST + (n << (64 - self._bits)) for n in range(2**self._bits)], dtype=np.int64
        )
        self._starts = _column("q", np.append(np.searchsorted(found, beginnings), len(found)))
        self._tokens, self._places = _column("q", found), _column("q", places)
        self._first, self._count = _column("q", first), _column("h", count)

    def _tokens_of(self, records: Iterable[Prepared]) -> tuple[Places, Places]:
        tokens: list[int] = []
        counts: list[int] = []
        for record in records:
            found = self._key.tokens(record_keys(record))
            tokens += found
            counts.append(len(found))
        places = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return np.array(tokens, dtype=np.int64), places

    def candidates(self, question: Prepared) -> list[int]:
        """Return the places of the records that share a token with the question, each once."""
        found: set[int] = set()
        shift, tokens = 64 - self._bits, self._tokens
        for token in self._key.tokens(question_keys(question)):
            start = (token - _LOWEST) >> shift
            end = self._starts[start + 1]
            at = bisect_left(tokens, token, self._starts[start], end)
            if at < end and tokens[at] == token:
                first = self._first[at]
                found.update(self._places[first : first + self._count[at]])
        return list(found)


def _people(records: Sequence[Prepared]) -> Places:
    """Return a number for each record, the same for those of one name and birth."""
    numbers: dict[object, int] = {}
    told = ((record.names, record.born_from, record.born_to) for record in records)
    return np.array([numbers.setdefault(one, len(numbers)) for one in told], dtype=np.int64)


def _column(kind: Literal["h", "q"], values: NDArray[np.int64]) -> "array[int]":
    """Return values as an array that Python reads one by one without a detour."""
    column: array[int] = array(kind)
    column.frombytes(values.astype(column.typecode).tobytes())
    return column
