"""A look as its pages keep it: sealed, for one session, until it is closed."""

from uuid import UUID, uuid4, uuid5

import msgspec
from msgspec import Struct

from fingerpost.lookup import Answer
from fingerpost.web.route import Visit
from fingerpost.words.errors import Problem
from fingerpost.words.vocabulary import LookupReason, Purpose

LONGEST_REFERENCE = 60  # as in the question's own form
LONGEST_TYPED = 200


class Look(Struct, frozen=True):
    """One look for one child."""

    purpose: Purpose
    case_reference: str
    typed: dict[str, str] = {}  # as it was last sent
    problems: tuple[Problem, ...] = ()  # that were found in it
    wanted: tuple[LookupReason, ...] = ()  # of which it wants one
    asked: dict[str, str] = {}  # what `answer` answers
    answer: Answer | None = None
    stands: bool = False  # that the asker wants to be told if the child comes
    emergency: str = ""  # why a child cannot wait, where this look opens emergency access
    why: str = "/look"  # the address of the form that says why

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


def begin(visit: Visit, form: UUID, begun: Look) -> UUID:
    """Begin a look by a form that says why. Sent again, it goes on with the same child."""
    look = uuid5(form, "look")
    before = kept_look(visit, look)
    if before is not None:
        look = uuid4() if before.answer else look  # an answer stands as it was asked for
        begun = msgspec.structs.replace(begun, typed=before.typed)
    keep(visit, look, begun)
    return look
