"""What a route is: method, path, who may call it, and the view that answers."""

import re
from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from fingerpost.access.caller import Caller
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Scope


class Guard(Enum):
    """Who may call a route. Every route declares one (law 1)."""

    OPEN = None
    LOOKUP = Scope.LOOKUP
    FEED = Scope.FEED
    NOTICES = Scope.NOTICES

    @property
    def scope(self) -> Scope | None:
        """The scope a client must hold, or None where anyone may call."""
        return self.value


class Route(Struct, frozen=True):
    """One line of the route table."""

    method: str
    path: str
    guard: Guard
    view: Callable[[Service, Caller | None], object]

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it: its arguments in braces."""
        return re.sub(r"<\w+:(\w+)>", r"{\1}", self.path)
