"""What in some bytes may identify a child, pure: numbers, names beside a date of birth or a postcode."""

import re
from collections.abc import Callable, Iterator

from fingerpost.decommission.scanners.listed import Seeker, pair

CANARY_LETTERS = 13  # of a canary's family name, Q the first: such words alone are tried
OVERLAP = 256  # bytes that two neighbouring blocks share, so that nothing is cut in two
_NEAR = 110  # bytes around a date or a postcode in which a name may stand

# Each begins with a few characters and not with a look behind, which `re` would try at every byte. What may not
# stand before a match is looked at afterwards.
_NUMBER = re.compile(rb"[0-9](?:[ -]?[0-9]){11}(?![0-9])")
_CANARY = re.compile(rb"[Qq][A-Za-z]{%d}(?![A-Za-z])" % (CANARY_LETTERS - 1))
_YEAR_FIRST = re.compile(rb"([12][09][0-9]{2})([-/.]?)([01][0-9])\2([0-3][0-9])(?![0-9])")
_DAY_FIRST = re.compile(rb"([0-9]{1,2})[-/. ]([01]?[0-9])[-/. ]((?:19|20)[0-9]{2})(?![0-9])")
_MONTHS = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAMED = re.compile(
    rb"([0-9]{1,2})(?:st|nd|rd|th)?[ -](" + b"|".join(_MONTHS) + rb")[a-z]*[ -,]{1,2}((?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_POSTCODE = re.compile(rb"[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}")
_AREA = re.compile(rb"[A-Za-z]{1,2}\Z")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]['\x80-\xffA-Za-z-]+")
_HUMP = re.compile(rb"[A-Z\xc3][a-z'\x80-\xff-]+")

Found = tuple[str, int, int]  # kind, offset in the bytes, place in the list


def found_in(content: bytes, seeker: Seeker) -> Iterator[Found]:
    """Yield whoever is listed and stands in some bytes."""
    for match in _NUMBER.finditer(content):
        if not _follows(content, match, bytes.isdigit):
            yield from _hit(seeker, b"number", match[0].translate(None, b" -"), match.start())
    for match in _CANARY.finditer(content):
        if not _follows(content, match, bytes.isalpha):
            yield from _hit(seeker, b"canary", match[0].lower(), match.start())
    for match, day in _dates(content):
        if not _follows(content, match, bytes.isdigit):
            yield from _named_beside(content, match, day, b"born", seeker)
    for match in _POSTCODE.finditer(content):
        if area := _AREA.search(content[max(0, match.start() - 2) : match.start()]):
            postcode = (area[0] + match[0]).translate(None, b" ").upper()
            yield from _named_beside(content, match, postcode, b"place", seeker)


def _follows(content: bytes, match: re.Match[bytes], kind: Callable[[bytes], bool]) -> bool:
    """Tell whether a match is the end of something longer."""
    return match.start() > 0 and kind(content[match.start() - 1 : match.start()])


def _dates(content: bytes) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """Yield dates, each as YYYYMMDD."""
    for match in _YEAR_FIRST.finditer(content):
        yield match, match[1] + match[3] + match[4]
    for match in _DAY_FIRST.finditer(content):
        yield match, match[3] + match[2].zfill(2) + match[1].zfill(2)
    for match in _NAMED.finditer(content):
        month = _MONTHS.index(match[2].lower()) + 1
        yield match, match[3] + b"%02d" % month + match[1].zfill(2)


def _hit(seeker: Seeker, kind: bytes, value: bytes, offset: int) -> Iterator[Found]:
    if (place := seeker.find(kind, value)) is not None:
        yield kind.decode(), offset, place


def _named_beside(
    content: bytes, match: re.Match[bytes], value: bytes, kind: bytes, seeker: Seeker
) -> Iterator[Found]:
    near = content[max(0, match.start() - _NEAR) : match.end() + _NEAR]
    words = _WORD.findall(near)
    for names in (words, _HUMP.findall(near)):  # SQLite sets one value straight behind another
        known = [seeker.names_somebody(word) for word in names]
        for first, second in _pairs(known):
            yield from _hit(seeker, kind, pair(first, second) + value, match.start())


def _pairs(names: list[bytes | None]) -> Iterator[tuple[bytes, bytes]]:
    """Yield names that stand beside each other, or with one between."""
    for place, first in enumerate(names):
        if first is None:
            continue
        for second in names[place + 1 : place + 3]:
            if second is not None:
                yield first, second
