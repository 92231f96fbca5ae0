"""What a page is: method, path, who may open it, and the view that answers."""

from collections.abc import Callable
from enum import Enum, auto

from flask import Response
from msgspec import Struct

from fingerpost.access.sessions import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import Unknown


class Guard(Enum):
    """Who may open a page. Every page declares one (law 1)."""

    OPEN = auto()
    SIGNED_IN = auto()


class Page(Struct, frozen=True):
    """One line of the route table. `foreign`: a form that comes from another site by design."""

    method: str
    path: str
    guard: Guard
    view: Callable[..., Response]
    foreign: bool = False

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
