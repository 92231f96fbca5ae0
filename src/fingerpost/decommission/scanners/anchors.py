"""Where dates and postcodes stand in some bytes, pure: a name beside one of them identifies a child.

All of a block at once, as arrays: runs of digits are joined over one separator, and what a run or three
make is read as a date where it can be one. Both orders of day and month are taken where both could be.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Content = NDArray[np.uint8]

DIGIT, UPPER, LOWER, HIGH, MARK = 1, 2, 4, 8, 16
LETTER = UPPER | LOWER
_MONTHS = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAMED = re.compile(
    rb"([0-9]{1,2})(?:st|nd|rd|th)?[ -](" + b"|".join(_MONTHS) + rb")[a-z]*[ -,]{1,2}((?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_FIRST, _LAST = 1900, 2099
_CENTURY_TURNS = 40  # two digits of a year below it are of the years 2000
_EPOCH = date(2000, 1, 1)  # of PostgreSQL's dates
_DAYS = 6_000  # around it, in which a child may be born


def _classes() -> Content:
    table = np.zeros(256, np.uint8)
    table[ord("0") : ord("9") + 1] = DIGIT
    table[ord("A") : ord("Z") + 1] = UPPER
    table[ord("a") : ord("z") + 1] = LOWER
    table[0x80:] = HIGH
    table[[ord(mark) for mark in "'-`"]] = MARK
    return table


CLASSES = _classes()
_OF_MONTHS = np.zeros((256, 256, 256), np.bool_)
for _first, _second, _third in _MONTHS:
    _OF_MONTHS[_first, _second, _third] = True
_STORED_DAYS = np.array(
    [int((_EPOCH + timedelta(n)).strftime("%Y%m%d")) for n in range(-_DAYS, _DAYS)], np.uint64
)
_JOINS_DATE, _JOINS_NUMBER, _GAP = (np.zeros(256, np.bool_) for _ in range(3))
_JOINS_DATE[[ord(c) for c in "-/. "]] = True
_JOINS_NUMBER[[ord(c) for c in "- "]] = True
_GAP[[ord(c) for c in " +_-\t"]] = True


_LENGTHS = (12, 11, 10)  # of a number; a column of numbers forgets a zero in front; an NHS number has ten


class Runs(NamedTuple):
    """Runs of digits: where each begins and ends, and all their digits behind each other."""

    start: Places
    end: Places
    rank: Places  # of a run's first digit among all digits
    digits: Places


class Anchors(NamedTuple):
    """Dates (as YYYYMMDD) or postcodes: where each begins and ends."""

    start: Places
    end: Places
    value: NDArray[np.uint64]


def runs_of(flags: Flags) -> tuple[Places, Places]:
    """Return where runs of a flag begin and end."""
    edges = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    if len(flags) and flags[0]:
        edges = np.concatenate(([0], edges))
    if len(flags) and flags[-1]:
        edges = np.concatenate((edges, [len(flags)]))
    return edges[::2], edges[1::2]


def digits_of(content: Content, classes: Content) -> Runs:
    """Return the runs of digits."""
    digit = classes == DIGIT
    start, end = runs_of(digit)
    rank = np.concatenate(([0], np.cumsum(end - start)[:-1])) if len(start) else start
    return Runs(start, end, rank, content[digit].astype(np.int64) - ord("0"))


def numbers(content: Content, runs: Runs) -> tuple[Places, NDArray[np.uint64]]:
    """Return the numbers of as many digits as are looked for, single blanks and hyphens between allowed."""
    begun: list[tuple[Places, int]] = []
    count = len(runs.start)
    lengths = np.concatenate(([0], np.cumsum(runs.end - runs.start)))
    joined = _joined(content, runs, _JOINS_NUMBER)
    together = np.ones(count, np.bool_)
    for span in range(1, min(6, count) + 1):
        first = count - span + 1
        if span > 1:
            together = together[:first] & joined[span - 2 : span - 2 + first]
        total = lengths[span:] - lengths[:first]
        begun += [(np.flatnonzero(together & (total == length)), length) for length in _LENGTHS]
    if not begun:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    values = [_value(runs, which, 0, length) for which, length in begun]
    which = np.concatenate([which for which, _ in begun])
    return runs.start[which], np.concatenate(values).astype(np.uint64)


def _joined(content: Content, runs: Runs, by: Flags) -> Flags:
    """Tell of each run but the last whether one separator stands between it and the next."""
    return (runs.start[1:] - runs.end[:-1] == 1) & by[content[runs.end[:-1]]]


def dates(content: Content, runs: Runs) -> Iterator[Anchors]:
    """Yield dates: YYYYMMDD and what follows it, year first, day first, month by name."""
    length = runs.end - runs.start
    whole = np.flatnonzero((length == 8) | (length == 12) | (length == 14))
    year, month, day = (_value(runs, whole, at, n) for at, n in ((0, 4), (4, 2), (6, 2)))
    yield _valid(runs.start[whole], runs.start[whole] + 8, year, month, day)
    joined = _joined(content, runs, _JOINS_DATE)
    three = np.flatnonzero(joined[:-1] & joined[1:])
    short = length <= 2
    year_first = three[(length[three] == 4) & short[three + 1] & short[three + 2]]
    yield _dated(runs, year_first, (0, 1, 2))
    day_first = three[short[three] & short[three + 1] & ((length[three + 2] == 4) | (length[three + 2] == 2))]
    yield _dated(runs, day_first, (2, 1, 0))
    yield _dated(runs, day_first, (2, 0, 1))
    yield _named(content, runs.start[short], runs.end[short])


def _value(runs: Runs, which: Places, at: int, count: int) -> Places:
    return runs.digits[runs.rank[which][:, None] + np.arange(at, at + count)] @ 10 ** np.arange(
        count - 1, -1, -1
    )


def _dated(runs: Runs, which: Places, order: tuple[int, int, int]) -> Anchors:
    year, month, day = (_number(runs, which + place) for place in order)
    year = np.where(year < 100, np.where(year < _CENTURY_TURNS, 2000, 1900) + year, year)
    return _valid(runs.start[which], runs.end[which + 2], year, month, day)


def _number(runs: Runs, which: Places) -> Places:
    """Return the value of runs of one to four digits."""
    value = np.zeros(len(which), np.int64)
    length = runs.end[which] - runs.start[which]
    for place in range(4):
        more = place < length
        digit = runs.digits[np.where(more, runs.rank[which] + place, 0)]
        value = np.where(more, value * 10 + digit, value)
    return value


def _valid(start: Places, end: Places, year: Places, month: Places, day: Places) -> Anchors:
    good = (year >= _FIRST) & (year <= _LAST) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    value = (year * 10_000 + month * 100 + day)[good]
    return Anchors(start[good], end[good], value.astype(np.uint64))


def _named(content: Content, start: Places, end: Places) -> Anchors:
    """Find days before a month's name: few, so each is matched by itself."""
    padded = np.concatenate((content, np.zeros(8, np.uint8)))
    month = np.zeros(len(start), np.bool_)
    for skip in (1, 3):  # the second behind "st", "nd", "rd", "th"
        letters = [padded[end + skip + n] | 0x20 for n in range(3)]
        month |= _OF_MONTHS[letters[0], letters[1], letters[2]]
    text = content.tobytes() if month.any() else b""
    found = [match for place in start[month].tolist() if (match := _NAMED.match(text, place))]
    parts = np.array(
        [(m.start(), m.end(), int(m[3]), _MONTHS.index(m[2].lower()) + 1, int(m[1])) for m in found], np.int64
    ).reshape(-1, 5)
    return _valid(*parts.T)


def postcodes(content: Content, classes: Content) -> Iterator[Anchors]:
    """Yield postcodes, a single separator within allowed; with one letter before the digits and with two."""
    digit, letter = classes == DIGIT, (classes & LETTER) > 0
    inward = np.flatnonzero(digit[5:-2] & letter[6:-1] & letter[7:]) + 5
    last = inward - 1 - _GAP[content[inward - 1]]
    upper = np.where(classes == LOWER, content - 32, content).astype(np.uint64)
    tail = np.where(letter[last] | digit[last - 1], 2, 1)
    good = (digit[last] | digit[last - 1] & letter[last]) & letter[last - tail]
    for letters in (1, 2):
        more = good & letter[last - tail - 1] if letters == 2 else good
        begin, length = (last - tail - letters + 1)[more], (tail + letters)[more]
        value = np.zeros(len(begin), np.uint64)
        for place in range(4):
            value |= np.where(place < length, upper[begin + place] << np.uint64(8 * place), np.uint64(0))
        for place in range(3):
            value |= upper[inward[more] + place] << (8 * (length + place)).astype(np.uint64)
        yield Anchors(begin, inward[more] + 3, value)


def stored(content: Content) -> tuple[Anchors, tuple[Places, NDArray[np.uint64]]]:
    """Return dates and numbers that pages of PostgreSQL hold in binary, at any place where they may stand."""
    whole = content[: len(content) // 8 * 8]
    days = whole.view("<i4").astype(np.int64)
    day = np.flatnonzero((days >= -_DAYS) & (days < _DAYS) & (days != 0))
    return Anchors(day * 4, day * 4 + 4, _STORED_DAYS[days[day] + _DAYS]), large_at(content, 0)


def large_at(content: Content, first: int) -> tuple[Places, NDArray[np.uint64]]:
    """Return the numbers in binary at each eighth place from the `first` on."""
    large = content[first : first + (len(content) - first) // 8 * 8].view("<i8")
    number = np.flatnonzero((large >= 10**9) & (large < 10**12))
    return number * 8 + first, large[number].astype(np.uint64)
