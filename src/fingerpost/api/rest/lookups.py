"""POST /api/v1/lookups: ask who else is, or was, working with one child."""

import msgspec
from werkzeug.exceptions import RequestEntityTooLarge

from fingerpost.access.caller import Caller
from fingerpost.api.rest import body
from fingerpost.lookup import Answer
from fingerpost.lookup.form import UNREADABLE, QuestionForm, read_question
from fingerpost.lookup.question import Question
from fingerpost.wiring import Service
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Refused


def create(service: Service, caller: Caller | None) -> Answer:
    """Ask who else is, or was, working with one child.

    Each call is on the ledger before it is answered, whatever the answer: a question that cannot be read,
    a refusal and "not found" too.
    """
    caller = body.known(caller)
    try:
        question = read_question(body.read(QuestionForm), today(service.now()))
        caller.speaks_for(question.practitioner)
    except Refused as refused:
        service.lookup.refuse_unread(caller, str(refused))
        raise Refused(f"{refused}. {service.lookup.desk}") from None
    except Invalid as invalid:
        service.lookup.refuse_unread(caller, UNREADABLE, [p.field for p in invalid.problems])
        raise
    except RequestEntityTooLarge:
        service.lookup.refuse_unread(caller, UNREADABLE, ["body"])
        raise
    return service.lookup.ask(caller, _as_proven(question, caller))


def _as_proven(question: Question, caller: Caller) -> Question:
    """Let the moment of sign-in that opens an emergency be the token's, where there is one."""
    if question.emergency is None or caller.person is None:
        return question
    proven = msgspec.structs.replace(question.emergency, signed_in_at=caller.person.signed_in_at)
    return msgspec.structs.replace(question, emergency=proven)
