"""An answer as cards: for each child, for each team one card, whoever works with it now first."""

from datetime import date
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Contact, Match, Signpost
from fingerpost.words.vocabulary import Band


class Line(Struct, frozen=True):
    """One service of one team: what, in which role, and since or until when.

    Where the asker may learn the contact alone, `service` and `role` are empty and there are no dates.
    """

    service: str
    role: str
    current: bool
    started: date | None
    ended: date | None
    disputed: bool


class Card(Struct, frozen=True):
    """One team to ring, and what it does or did for the child.

    Where contact is `brokered`, neither authority nor team is named: the desk is rung, or contact asked for.
    """

    signpost: UUID
    authority: str
    team: str
    band: Band
    contact: Contact
    current: bool
    last_confirmed: date | None
    brokered: bool
    why: str  # it is held to be this child
    lines: tuple[Line, ...]

    @property
    def disputed(self) -> bool:
        """Whether any of it is disputed."""
        return any(line.disputed for line in self.lines)


class Child(Struct, frozen=True):
    """The cards held to be of one child, and how sure that is."""

    number: int
    band: Band
    cards: tuple[Card, ...]


def cards(answer: Answer) -> tuple[Child, ...]:
    """Return the answer's children with their cards."""
    return tuple(
        _child(number, list(matches)) for number, matches in groupby(answer.matches, key=lambda m: m.child)
    )


def _child(number: int, matches: list[Match]) -> Child:
    drawn = [card for match in matches for card in _cards(match)]
    return Child(
        number,
        min((match.band for match in matches), key=list(Band).index),
        tuple(sorted(drawn, key=lambda card: not card.current)),
    )


def _cards(match: Match) -> list[Card]:
    teams: dict[tuple[str, str], list[Signpost]] = {}
    for signpost in match.signposts:
        teams.setdefault((signpost.authority, signpost.team), []).append(signpost)
    return [_card(match, signposts) for signposts in teams.values()]


def _card(match: Match, signposts: list[Signpost]) -> Card:
    first = signposts[0]
    lines = tuple(
        Line(
            s.service_words if s.service else "",
            s.role_words if s.role else "",
            s.status == "current",
            s.started,
            s.ended,
            s.disputed,
        )
        for s in signposts
    )
    return Card(
        first.id,
        first.authority_name,
        first.team,
        match.band,
        first.contact,
        any(line.current for line in lines),
        max((s.last_confirmed for s in signposts if s.last_confirmed), default=None),
        first.brokered,
        match.explanation,
        lines,
    )
