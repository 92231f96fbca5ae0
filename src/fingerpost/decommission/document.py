"""A document as blocks: what a letter, a certificate, a summary and a board are before they are drawn."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from fingerpost.words.clock import LONDON


class Link(Struct, frozen=True):
    """Words that lead to another page of the same folder."""

    words: str
    to: str


Cell = str | Link


class Heading(Struct, frozen=True):
    """A heading within the document."""

    words: str


class Words(Struct, frozen=True):
    """A paragraph."""

    words: str


class Typed(Struct, frozen=True):
    """A command, on a line of its own however long: to be typed as it stands."""

    words: str


class Warned(Struct, frozen=True):
    """A paragraph that nobody should miss."""

    words: str


class Listed(Struct, frozen=True):
    """A list, counted where the order matters."""

    items: tuple[Cell, ...]
    counted: bool = False


class Facts(Struct, frozen=True):
    """Terms, each with what it says."""

    rows: tuple[tuple[str, Cell], ...]


class Table(Struct, frozen=True):
    """A table with a caption. `numbers`: columns that hold numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...] = ()


Block = Heading | Words | Typed | Warned | Listed | Facts | Table


class Document(Struct, frozen=True):
    """A titled sequence of blocks. `above`: what stands over the title, as on a letter."""

    title: str
    blocks: tuple[Block, ...]
    above: tuple[str, ...] = ()


def words_of(cell: Cell) -> str:
    """Return what a cell says."""
    return cell.words if isinstance(cell, Link) else cell


def day(moment: date) -> str:
    """Return a day as people write it."""
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime) -> str:
    """Return a moment as people in England write it."""
    local = moment.astimezone(LONDON)
    return f"{day(local)}, {local:%H:%M}"


def many(count: int, one: str, several: str = "") -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def enumerated(words: Sequence[str]) -> str:
    """Return words as a list within a sentence."""
    return ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else "".join(words)
