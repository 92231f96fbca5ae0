"""The token index in memory, by the rule of the database: a token that too many records share is dropped."""

from collections.abc import Iterable, Sequence
from secrets import token_bytes

import numpy as np
from numpy.typing import NDArray

from fingerpost.matching import MOST_RECORDS_PER_TOKEN, Prepared, question_keys, record_keys
from fingerpost.vault.tokens import IndexKey

Places = NDArray[np.int64]


class TokenIndex:
    """Records by token, under a key thrown away with it. Tokens are sorted and found by halving."""

    def __init__(self, records: Sequence[Prepared]) -> None:
        self._key = IndexKey(token_bytes(32))
        tokens, places = self._tokens_of(records)
        order = np.argsort(tokens, kind="stable")
        tokens, self._places = tokens[order], places[order]
        self._tokens, self._first, self._count = np.unique(tokens, return_index=True, return_counts=True)
        self._count[self._count > MOST_RECORDS_PER_TOKEN] = 0

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
        wanted = np.array(self._key.tokens(question_keys(question)), dtype=np.int64)
        if not len(wanted) or not len(self._tokens):
            return []
        at = np.minimum(np.searchsorted(self._tokens, wanted), len(self._tokens) - 1)
        at = at[self._tokens[at] == wanted]
        found: set[int] = set()
        for first, count in zip(self._first[at].tolist(), self._count[at].tolist(), strict=True):
            found.update(self._places[first : first + count].tolist())
        return list(found)
