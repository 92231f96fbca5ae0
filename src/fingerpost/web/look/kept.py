"""A look as its pages keep it: sealed, for one session, until it is closed."""

from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.lookup import Answer
from fingerpost.web.route import Visit
from fingerpost.words.vocabulary import Purpose

LONGEST_REFERENCE = 60  # as in the question's own form
LONGEST_TYPED = 200


class Look(Struct, frozen=True):
    """One look for one child."""

    purpose: Purpose
    case_reference: str
    typed: dict[str, str] = {}
    answer: Answer | None = None
    stands: bool = False  # that the asker wants to be told if the child comes
    emergency: str = ""  # why a child cannot wait, where this look opens emergency access

    def __repr__(self) -> str:
        return f"Look({self.purpose})"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Look).decode


def keep(visit: Visit, look: UUID, content: Look) -> None:
    """Keep a look."""
    visit.service.sessions.keep(visit.somebody, look, _encode(content))


def kept_look(visit: Visit, look: UUID) -> Look | None:
    """Return a look of this session; None where there is none."""
    return visit.kept(look, _decode)
