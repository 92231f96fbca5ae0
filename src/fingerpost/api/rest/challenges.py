"""Challenges: which answers have to be justified, said by who asked and reviewed by a manager."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from fingerpost.access.caller import Caller
from fingerpost.api.rest.body import ByForm, Reference, by_form
from fingerpost.api.rest.moves import Done
from fingerpost.guard.challenges import LONGEST_LINE, SHORTEST_LINE
from fingerpost.guard.desk_store import Waiting
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Labelled

Line = Annotated[str, Meta(min_length=SHORTEST_LINE, max_length=LONGEST_LINE)]


class Whose(Labelled):
    """Which challenges are listed."""

    MINE = "mine", "the person's own, to be justified"
    AUTHORITY = "authority", "the authority's, to be justified or reviewed"


class ListForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who reads, and whose."""

    whose: Whose


class EntryForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which answer, by its receipt's entry or as it is said aloud."""

    entry: Reference


class JustifyForm(EntryForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why somebody asked: a line on what was needed, and one on what was done with the answer."""

    need: Line
    use: Line

    def __repr__(self) -> str:
        return "JustifyForm(…)"


class ReviewForm(EntryForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether what was said is accepted; if not, it has to be said again."""

    accepted: bool


class ChallengesShown(Struct, frozen=True):
    """Challenges, what is due first at first. Nothing about a child."""

    items: tuple[Waiting, ...]


class Said(Struct, frozen=True):
    """What an asker said."""

    entry: UUID
    need: str
    use: str

    def __repr__(self) -> str:
        return f"Said({self.entry})"


def challenges_list(service: Service, caller: Caller | None) -> ChallengesShown:
    """Give what a person has to justify, or what their authority has to justify or review."""
    form, by = by_form(caller, ListForm)
    challenges = service.challenges
    found = challenges.mine(by) if form.whose is Whose.MINE else challenges.waiting(by)
    return ChallengesShown(tuple(found))


def challenge_justify(service: Service, caller: Caller | None) -> Done:
    """Say why one asked."""
    form, by = by_form(caller, JustifyForm)
    entry = service.challenges.meant(form.entry, by)
    service.challenges.justify(entry, by, form.need, form.use)
    return Done()


def challenge_show(service: Service, caller: Caller | None) -> Said:
    """Give what an asker said. It is recorded who read it."""
    form, by = by_form(caller, EntryForm)
    entry = service.challenges.meant(form.entry, by)
    shown = service.challenges.show(entry, by)
    return Said(entry, shown.need, shown.use)


def challenge_review(service: Service, caller: Caller | None) -> Done:
    """Accept what an asker said, or question it."""
    form, by = by_form(caller, ReviewForm)
    entry = service.challenges.meant(form.entry, by)
    service.challenges.review(entry, by, accepted=form.accepted)
    return Done()
