"""What was opened: a list or a result, as it stood when somebody asked for it.

Reading what is sealed is itself on the ledger, and GET never writes. So it is opened by a form; what was
read is kept for this session, sealed, and shown under a random address until it is closed.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
from flask import Response
from msgspec import Struct

from fingerpost.web.pages import go, page, sentence
from fingerpost.web.route import Visit
from fingerpost.words.errors import FingerpostError, Invalid, NotFound, Problem, Refused


class Act(Struct, frozen=True):
    """A button: where it sends which fields. `plain` is a link that only reads, large where it is primary."""

    label: str
    address: str
    fields: dict[str, str] = {}
    about: str = ""  # of which item, for who hears the button alone
    kind: str = "secondary"
    plain: bool = False
    key: str = ""  # the access key, where there is one such button on the page


class Table(Struct, frozen=True):
    """Rows side by side."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Item(Struct, frozen=True):
    """One thing of a list: what it is called, what is known of it, what can be done with it.

    `tag` says in a word how it stands; `urgent` that it should not wait.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    acts: tuple[Act, ...] = ()
    tag: str = ""
    urgent: bool = False
    table: Table | None = None


class Opened(Struct, frozen=True, kw_only=True):
    """What a page shows. `again`, `again_with`: where and by which fields the same is read anew.

    `more`: the button to what comes next. `proof`: what a browser checks by itself.
    """

    heading: str
    intro: str = ""
    items: tuple[Item, ...] = ()
    acts: tuple[Act, ...] = ()
    more: Act | None = None
    empty: str = ""
    again: str = ""
    again_with: dict[str, str] = {}
    back: tuple[str, str] = ("/work", "My work")
    done: str = ""
    wrong: tuple[Problem, ...] = ()
    proof: dict[str, str] = {}
    read_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Opened({len(self.items)} items)"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Opened).decode


def keep(visit: Visit, shown: Opened, at: UUID | None = None) -> Response:
    """Keep what was read and go on to it."""
    at = at or uuid4()
    read = msgspec.structs.replace(shown, read_at=visit.service.now())
    visit.service.sessions.keep(visit.somebody, at, _encode(read))
    return go(f"/opened/{at}")


def draw(visit: Visit, shown: Opened) -> Response:
    """Draw what may be read without a record."""
    return page(visit, "opened.html", shown=shown, problems=shown.wrong, here=shown.back[0])


def show(visit: Visit, opened: UUID) -> Response:
    """Show what was opened."""
    shown = visit.kept(opened, _decode)
    if shown is None:
        return page(visit, "closed.html", HTTPStatus.NOT_FOUND)
    return draw(visit, shown)


def settle(visit: Visit, act: Callable[[], object], again: Callable[[Visit], Opened], words: str) -> Response:
    """Do what a button of a list says and open the list anew. Pressed twice, it is done once and says so."""
    wrong: tuple[Problem, ...] = ()
    try:
        act()
    except NotFound:
        words = "That was done already, or is no longer there."
    except Refused as refused:
        wrong, words = (Problem("list", said(refused)),), ""
    except Invalid as invalid:
        wrong, words = tuple(Problem("list", _sentence(p)) for p in invalid.problems), ""
    return keep(visit, msgspec.structs.replace(again(visit), done=words, wrong=wrong))


def _sentence(problem: Problem) -> str:
    return sentence(f"{problem.field.replace('_', ' ')} {problem.detail}")


def said(error: FingerpostError) -> str:
    """Return what an error says, as a sentence."""
    return f"{sentence(str(error))}."
