"""What a client sends: who it is, and the JSON of its form."""

import json
from typing import Annotated, TypeVar

import msgspec
from flask import request
from msgspec import Meta, Struct

from fingerpost.access.caller import Caller
from fingerpost.lookup.form import unreadable
from fingerpost.signposts.person import Person
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem, Unknown

Form = TypeVar("Form", bound=Struct)
Signed = TypeVar("Signed", bound="ByForm")


# An id, or how it is said aloud (`ledger.spoken`): people read it to one another, systems send it whole.
Reference = Annotated[str, Meta(min_length=8, max_length=36, pattern="^[0-9A-Za-z -]+$")]


class ByForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who reads or decides: one of the calling authority's practitioners, by its own staff reference."""

    practitioner: Annotated[str, Meta(min_length=1, max_length=100)]


def known(caller: Caller | None) -> Caller:
    """Return the client, or raise `Unknown`."""
    if caller is None:
        raise Unknown("a bearer token is needed")
    return caller


def person(caller: Caller | None, reference: str) -> Person:
    """Return somebody of the client's authority, by its own staff reference."""
    caller, named = known(caller), checks.text(reference, "practitioner")
    caller.speaks_for(named)
    return Person(caller.authority, named)


def read(form: type[Form]) -> Form:
    """Return the body as this form, or raise `Invalid`: what was sent is never repeated."""
    if request.mimetype != "application/json":
        raise Invalid(Problem("Content-Type", "must be application/json"))
    try:
        found = msgspec.json.decode(request.get_data(), type=form)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        raise Invalid(Problem("body", "is not JSON in UTF-8")) from None
    json.loads(request.get_data(), object_pairs_hook=_each_once)
    return found


def by_form(caller: Caller | None, kind: type[Signed]) -> tuple[Signed, Person]:
    """Read the body, and who of the calling authority it names."""
    form = read(kind)
    return form, person(caller, form.practitioner)


def _each_once(pairs: list[tuple[str, object]]) -> None:
    """Refuse a field that is named twice: of two readers one takes the first, one the last (CWE-436)."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise Invalid(Problem("body", "names a field twice"))
