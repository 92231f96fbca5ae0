"""POST /api/v1/lookups: ask who else is, or was, working with one child."""

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from fingerpost.access.caller import Caller
from fingerpost.lookup import Answer
from fingerpost.lookup.form import UNREADABLE, QuestionForm, read_question, unreadable
from fingerpost.wiring import Service
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Problem, Unknown

_decode = msgspec.json.Decoder(QuestionForm).decode


def create(service: Service, caller: Caller | None) -> Answer:
    """Ask who else is, or was, working with one child.

    Each call is on the ledger before it is answered, whatever the answer: a question that cannot be read,
    a refusal and "not found" too.
    """
    if caller is None:
        raise Unknown("a bearer token is needed")
    try:
        question = read_question(_read_form(), today(service.now()))
    except Invalid as invalid:
        service.lookup.refuse_unread(caller, UNREADABLE, [p.field for p in invalid.problems])
        raise
    except RequestEntityTooLarge:
        service.lookup.refuse_unread(caller, UNREADABLE, ["body"])
        raise
    return service.lookup.ask(caller, question)


def _read_form() -> QuestionForm:
    if request.mimetype != "application/json":
        raise Invalid(Problem("Content-Type", "must be application/json"))
    try:
        return _decode(request.get_data())
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        raise Invalid(Problem("body", "is not JSON in UTF-8")) from None
