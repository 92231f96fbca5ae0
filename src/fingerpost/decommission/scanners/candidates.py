"""What in some bytes may identify a child, pure: numbers, names beside a date of birth or a postcode."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fingerpost.decommission.scanners.anchors import (
    CLASSES,
    DIGIT,
    HIGH,
    LETTER,
    LOWER,
    MARK,
    UPPER,
    Anchors,
    Content,
    Places,
    dates,
    digits_of,
    large_at,
    numbers,
    postcodes,
    runs_of,
    stored,
)
from fingerpost.decommission.scanners.listed import LETTERS, Kind, Seeker, folded, pairs, word_numbers

CANARY_LETTERS = 13  # of a canary's family name, Q the first: such words alone are tried
OVERLAP = 256  # bytes that two neighbouring blocks share, so that nothing is cut in two
_NEAR = 110  # bytes around a date or a postcode in which a name may stand
_DIGITS = 3  # fewer make no number, date or postcode
_Q = re.compile(rb"[Qq][a-zA-Z]")
_LONGEST = 40  # bytes of a name

Found = tuple[str, int, int]  # kind, offset in the bytes, place in the list


class Words(NamedTuple):
    """Words of two letters and more: where each begins and ends, and its letters without marks."""

    start: Places
    end: Places
    letters: Content
    first: Places  # of a word's letters
    length: Places


def found_in(content: bytes, seeker: Seeker, *, pages: bool = False, log: bool = False) -> Iterator[Found]:
    """Yield whoever is listed and stands in some bytes.

    `pages`: of PostgreSQL, with values in binary. `log`: its log, where a row may begin at any byte.
    """
    block = np.frombuffer(content, np.uint8)
    if len(block) < 8:
        return
    classes = CLASSES[block]
    if np.count_nonzero(classes == DIGIT) < _DIGITS and not _Q.search(content):
        return
    runs = digits_of(block, classes)
    born = list(dates(block, runs))
    numbered = [numbers(block, runs)]
    if pages:
        days, large = stored(block)
        born.append(days)
        numbered.append(large)
    if log:
        numbered += [large_at(block, first) for first in range(8)]
    for start, values in numbered:
        yield from _found(seeker, Kind.NUMBER, start, np.zeros(len(values), np.uint64), values)
    anchors = {Kind.BORN: _together(born), Kind.PLACE: _together(list(postcodes(block, classes)))}
    for words, near in _words(block, classes, anchors):
        yield from _canaries(words, seeker)
        yield from _beside(words, near, seeker)


def _found(
    seeker: Seeker, kind: Kind, start: Places, words: NDArray[np.uint64], details: NDArray[np.uint64]
) -> Iterator[Found]:
    for candidate, place in seeker.found(kind, words, details):
        yield kind.name.lower(), int(start[candidate]), place


def _together(found: list[Anchors]) -> Anchors:
    return Anchors(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _words(
    block: Content, classes: Content, anchors: dict[Kind, Anchors]
) -> Iterator[tuple[Words, dict[Kind, Anchors]]]:
    """Yield words with the anchors that may have names beside them: as they are, then cut at their humps."""
    letter = (classes & (LETTER | HIGH)) > 0
    mark = classes == MARK
    inner = letter | mark
    within = mark[1:-1] & inner[:-2] & inner[2:]
    if within.any():
        kept = np.flatnonzero(np.concatenate(([True], ~within, [True])))
        block, classes, letter = block[kept], classes[kept], letter[kept]
    else:
        kept = np.arange(len(block))
    start, end = runs_of(letter)
    yield _some(block, kept, start, end), anchors
    lower, upper = classes == LOWER, classes == UPPER
    # SQLite sets one value straight behind another, and text behind numbers whose bytes may pass for letters.
    hump = (lower[:-2] | letter[:-2] & lower[2:]) & upper[1:-1]
    cut = np.flatnonzero(hump) + 1
    if not len(cut):
        return
    beside = {kind: _with_some(found, kept[cut]) for kind, found in anchors.items()}
    if any(len(found.start) for found in beside.values()):
        start, end = np.sort(np.concatenate((start, cut))), np.sort(np.concatenate((end, cut)))
        yield _some(block, kept, start, end), beside


def _with_some(anchors: Anchors, places: Places) -> Anchors:
    """Return the anchors near which one of some places lies."""
    low, high = (np.searchsorted(places, at) for at in (anchors.start - _NEAR, anchors.end + _NEAR))
    near = low < high
    return Anchors(anchors.start[near], anchors.end[near], anchors.value[near])


def _some(letters: Content, kept: Places, start: Places, end: Places) -> Words:
    fit = (end - start >= 2) & (end - start <= _LONGEST)
    start, end = start[fit], end[fit]
    return Words(kept[start], kept[end - 1] + 1, letters, start, end - start)


def _numbers_of(words: Words, which: Places) -> NDArray[np.uint64]:
    """Return the numbers that stand for some of the words."""
    if not len(which):
        return np.empty(0, np.uint64)
    column = np.arange(LETTERS)
    length = words.length[which]
    inside = column < length[:, None]
    places = np.minimum(words.first[which][:, None] + column, len(words.letters) - 1)
    letters = np.where(inside, words.letters[places] | 0x20, 0).astype(np.uint8)
    length = length.astype(np.uint64)
    for odd in np.flatnonzero(((letters & 0x80) > 0).any(axis=1)).tolist():
        first = words.first[which[odd]]
        word = folded(words.letters[first : first + words.length[which[odd]]].tobytes())
        letters[odd] = np.frombuffer(word[:LETTERS].ljust(LETTERS, b"\0"), np.uint8)
        length[odd] = len(word)
    return word_numbers(letters.view("<u8"), length)


def _canaries(words: Words, seeker: Seeker) -> Iterator[Found]:
    which = np.flatnonzero(words.length == CANARY_LETTERS)
    which = which[words.letters[words.first[which]] | 0x20 == ord("q")]
    yield from _found(
        seeker, Kind.CANARY, words.start[which], _numbers_of(words, which), np.zeros(len(which), np.uint64)
    )


def _beside(words: Words, anchors: dict[Kind, Anchors], seeker: Seeker) -> Iterator[Found]:
    near = _near(words, anchors)
    value = np.zeros(len(words.start), np.uint64)
    value[near] = _numbers_of(words, near)
    named = np.zeros(len(words.start), np.bool_)
    named[near] = seeker.names_of_somebody(value[near])
    for apart in (1, 2):  # beside each other, or with one word between
        first = np.flatnonzero(named[:-apart] & named[apart:])
        if len(first):
            pair = pairs(value[first], value[first + apart])
            start, end = words.start[first], words.end[first + apart]
            for kind, found in anchors.items():
                at, which = _joined(found, start, end)
                yield from _found(seeker, kind, found.start[at], pair[which], found.value[at])


def _near(words: Words, anchors: dict[Kind, Anchors]) -> Places:
    """Return which words stand near an anchor."""
    change = np.zeros(len(words.start) + 1, np.int64)
    for found in anchors.values():
        for sign, places in ((1, found.start - _NEAR), (-1, found.end + _NEAR)):
            at = np.searchsorted(words.start, places)
            change += sign * np.bincount(at, minlength=len(change))
    return np.flatnonzero(np.cumsum(change[:-1]) > 0)


def _joined(anchors: Anchors, start: Places, end: Places) -> tuple[Places, Places]:
    """Return, as two arrays, each anchor with each pair that stands near it."""
    low = np.searchsorted(start, anchors.start - _NEAR)
    high = np.searchsorted(end, anchors.end + _NEAR, "right")
    count = np.maximum(high - low, 0)
    at = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    return at, low[at] + within
