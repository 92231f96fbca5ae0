"""What the vault is handed of things that end: pointers for a held copy, items told, kinds of seal."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct


class Pointer(Struct, frozen=True):
    """A signpost on its way into a held copy: what it said, as words, and its sealed source row.

    Or what is sealed beside the record of a sensitive service.
    """

    id: UUID
    cohort: date
    source: bytes
    said: tuple[str, ...]
    kind: Literal["source", "sensitive"] = "source"


class ToldItem(Struct, frozen=True):
    """What an authority was told, still sealed."""

    id: UUID
    authority: str
    cohort: date
    sealed: bytes


class OpenPointer(Struct, frozen=True, array_like=True):
    """What a held copy seals of a signpost."""

    said: tuple[str, ...]
    source: str


Sealed = Literal["record", "source", "told", "hold", "copy", "shield", "alert", "request", "sensitive"]
NoteKind = Literal["shield", "alert"]
