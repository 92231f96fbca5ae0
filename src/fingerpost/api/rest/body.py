"""What a client sends: who it is, and the JSON of its form."""

from typing import TypeVar

import msgspec
from flask import request
from msgspec import Struct

from fingerpost.access.caller import Caller
from fingerpost.lookup.form import unreadable
from fingerpost.words.errors import Invalid, Problem, Unknown

Form = TypeVar("Form", bound=Struct)


def known(caller: Caller | None) -> Caller:
    """Return the client, or raise `Unknown`."""
    if caller is None:
        raise Unknown("a bearer token is needed")
    return caller


def read(form: type[Form]) -> Form:
    """Return the body as this form, or raise `Invalid`: what was sent is never repeated."""
    if request.mimetype != "application/json":
        raise Invalid(Problem("Content-Type", "must be application/json"))
    try:
        return msgspec.json.decode(request.get_data(), type=form)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        raise Invalid(Problem("body", "is not JSON in UTF-8")) from None
