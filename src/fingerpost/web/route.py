"""What a page is: method, path, who may open it, and the view that answers."""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar
from uuid import UUID

from flask import Response
from msgspec import MsgspecError, Struct

from fingerpost.access.rules import RecordsAct, may_keep
from fingerpost.access.sessions import Person
from fingerpost.signposts import person as deciding
from fingerpost.wiring import Service
from fingerpost.words.errors import Unknown

Kept = TypeVar("Kept")


class Guard(Enum):
    """Who may open a page. Every page declares one (law 1)."""

    OPEN = auto()
    SIGNED_IN = auto()


class Page(Struct, frozen=True):
    """One line of the route table.

    `acts`: of these, one must be allowed to somebody in their own authority (`access.rules.RECORDS`), or they
    are shown nothing. `again`: draws the form that is sent here as it was typed. `foreign`: a form that comes
    from another site by design. `fresh`: it needs a sign-in of the last few minutes (ASVS 5.0 7.5.1).
    """

    method: str
    path: str
    guard: Guard
    view: Callable[..., Response]
    acts: tuple[RecordsAct, ...] = ()
    again: Callable[..., Response] | None = None
    foreign: bool = False
    fresh: bool = False

    @property
    def name(self) -> str:
        """The endpoint's name, which no other page has."""
        return f"{self.view.__module__}.{self.view.__name__}"


class Visit(Struct, frozen=True):
    """One request to a page: the service, and who asks if anybody has signed in."""

    service: Service
    person: Person | None

    @property
    def somebody(self) -> Person:
        """The person who is signed in."""
        if self.person is None:
            raise Unknown("nobody is signed in")
        return self.person

    @property
    def by(self) -> deciding.Person:
        """Who is signed in, in the terms of those who decide."""
        person = self.somebody.practitioner
        return deciding.Person(person.authority, person.reference)

    def kept(self, page: UUID, decode: Callable[[bytes], Kept]) -> Kept | None:
        """Return what a page of this session holds; None where it is gone, or is another kind of page's."""
        content = self.service.sessions.kept(self.somebody, page)
        try:
            return None if content is None else decode(content)
        except MsgspecError:
            return None

    def refusal(self, act: RecordsAct, *holders: str) -> str | None:
        """Return why the person may not do this to what these authorities hold (else their own), or None."""
        person = self.somebody.practitioner
        return may_keep(person, act, holders or {person.authority}, self.service.now()).refusal

    def may(self, *acts: RecordsAct) -> bool:
        """Tell whether the person may do any of these in their own authority."""
        return self.person is not None and any(self.refusal(act) is None for act in acts)
