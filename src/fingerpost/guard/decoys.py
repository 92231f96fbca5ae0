"""Details of children who do not exist: parts of many who do, put together by chance. Pure but for the dice.

Whatever is in clear is as a real child's of the same feed: services, teams, rules, the days of the week.
Whatever is sealed is as long as a real child's. Numbers are of ranges that were never issued.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec
from nhs_number.validate import calculate_checksum

from fingerpost.signposts.signpost import Draft, Registration, SourceRow
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid

TRIES = 2_000
_DICE = secrets.SystemRandom()
_SHIFTS = tuple(timedelta(weeks=weeks) for weeks in (-3, -2, -1, 1, 2, 3))  # the day of the week stays
_BIRTH_SHIFT = 150  # days at most, so that the age stays one that the service is for
_NOBODYS = [chr(code) for code in range(1, 32)]  # no authority's own reference can hold such a character
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

Pair = tuple[str, object]


class Decoys:
    """Makes children out of those a feed states."""

    def __init__(self, real: Sequence[Registration], today: date) -> None:
        self._real = [r for r in real if r.signposts and r.details.names and r.details.date_of_birth]
        self._today = today
        self._pairs = {pair for r in self._real for pair in _pairs(r.details)}

    def some(self) -> Iterator[Registration]:
        """Yield one after another, each unlike any child of the feed; in the end no more."""
        for _ in range(TRIES if self._real else 0):
            model = _DICE.choice(self._real)
            details = self._details(model.details)
            signposts = self._signposts(model)
            if details and signposts and not self._pairs.intersection(_pairs(details)):
                self._pairs.update(_pairs(details))
                own = _unreadable(model.reference)
                drafts = (_of(draft, own) for draft in signposts)
                yield Registration(reference=own, details=details, signposts=tuple(drafts))

    def _details(self, like: ChildDetails) -> ChildDetails | None:
        """Return details with the same fields as a real child's, each of them somebody else's or nobody's."""
        given, family, place = (_DICE.choice(self._real).details for _ in range(3))
        born = like.date_of_birth and like.date_of_birth + timedelta(
            days=_DICE.randint(-_BIRTH_SHIFT, _BIRTH_SHIFT)
        )
        if not born or born > self._today:
            return None
        return msgspec.structs.replace(
            like,
            names=_names(given.names, family.names, len(like.names)),
            date_of_birth=born,
            sex=given.sex,
            postcodes=(place.postcodes * len(like.postcodes))[: len(like.postcodes)],
            nhs_number=like.nhs_number and _nhs_number(),
            upn=like.upn and _upn(born),
            former_nhs_numbers=tuple(_nhs_number() for _ in like.former_nhs_numbers),
            former_upns=tuple(_upn(born) for _ in like.former_upns),
            mother=like.mother and PersonName(like.mother.given, family.names[0].family),
        )

    def _signposts(self, model: Registration) -> list[Draft]:
        """Return the model's signposts some weeks earlier or later; nothing where that is in the future."""
        shift = _DICE.choice(_SHIFTS)
        moved = [
            msgspec.structs.replace(
                draft, started=draft.started + shift, ended=draft.ended and draft.ended + shift
            )
            for draft in model.signposts
        ]
        last = max((draft.ended or draft.started) for draft in moved)
        return moved if last <= self._today else []


def _pairs(details: ChildDetails) -> Iterator[Pair]:
    """Yield what two children who share it could be taken for each other by."""
    for name in details.names:
        for part in (name.given, name.family):
            yield part.casefold(), details.date_of_birth
            for place in details.postcodes:
                yield part.casefold(), place


def _names(given: Sequence[PersonName], family: Sequence[PersonName], many: int) -> tuple[PersonName, ...]:
    first = PersonName(given[0].given, family[0].family)
    return (first, *(PersonName(first.given, other.family) for other in (*given, *family)))[:many]


def _unreadable(like: str) -> str:
    return "".join(_DICE.choice(_NOBODYS) for _ in like)


def _of(draft: Draft, own: str) -> Draft:
    source = SourceRow(draft.source.table, _unreadable(draft.source.row_id), own)
    return msgspec.structs.replace(draft, source=source)


def _nhs_number() -> str:
    """Return a well-formed number of a range that is not to be issued (500 000 0000 to 599 999 9999)."""
    while True:
        body = f"5{_DICE.randrange(10**8):08d}"
        check = calculate_checksum(body)
        if check is not None and check < 10:
            return f"{body}{check}"


def _upn(born: date) -> str:
    """Return a well-formed pupil number of an authority number that was never issued (below 200)."""
    body = f"{_DICE.randrange(1, 200):03d}{_DICE.randrange(2000, 7000)}{born.year % 100:02d}"
    for letter in _UPN_LETTERS:
        try:
            return checks.upn_of(f"{letter}{body}{_DICE.randrange(1000):03d}", "upn")
        except Invalid:
            continue
    return _upn(born)
