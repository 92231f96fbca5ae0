"""Identifying numbers that are well formed and belong to nobody."""

from functools import cache

import numpy as np

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # DfE UPN guide: 23 letters, I, O and S left out
_SCATTER = 611_953  # a prime: neighbouring children do not get neighbouring numbers
_PERSON_MODULUS = 9_999_991
_PERSON_SCATTER = 7_654_321


@cache
def _test_numbers() -> tuple[int, ...]:
    """Return every valid NHS number of the range kept for tests, 999 000 0000 to 999 999 9999."""
    body = np.arange(1_000_000)
    digits = (body[:, None] // 10 ** np.arange(5, -1, -1)) % 10
    total = 9 * (10 + 9 + 8) + digits @ np.arange(7, 1, -1)
    check = (11 - total % 11) % 11
    valid = check < 10
    return tuple((9_990_000_000 + body[valid] * 10 + check[valid]).tolist())


def nhs_numbers_available() -> int:
    """Return how many children the test range can number."""
    return len(_test_numbers())


def nhs_number(index: int) -> str:
    """Return the NHS number of the `index`th child: ten digits, check digit right (modulus 11)."""
    numbers = _test_numbers()
    return str(numbers[index * _SCATTER % len(numbers)])


def upn(index: int, area: int, year: int) -> str:
    """Return a unique pupil number: check letter, authority, school, year of allocation, serial.

    Authority numbers below 200 were never issued, so no number here is a pupil's.
    """
    school, serial = divmod(index, 1000)
    body = f"{area % 199 + 1:03d}{2000 + school % 5000:04d}{year % 100:02d}{serial:03d}"
    total = sum(int(d) * w for d, w in zip(body, range(2, 14), strict=True))
    return UPN_LETTERS[total % 23] + body


def person_number(index: int, authority: int) -> str:
    """Return an authority's own reference for its `index`th person; no two of one authority are alike."""
    return str(10_000_000 + (index * _PERSON_SCATTER + authority * 123_457) % _PERSON_MODULUS)
