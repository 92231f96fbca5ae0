"""Look for a child, in three screens: why, whom, answer. No address or title tells anything of a child."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import msgspec
from flask import Response, request

from fingerpost.access.matrix import EMERGENCY, ROWS
from fingerpost.access.rules import RecordsAct, may_ask
from fingerpost.access.standing import person_barred
from fingerpost.lookup import Answer
from fingerpost.lookup.form import EmergencyForm, QuestionForm, read_question
from fingerpost.moves.asked import REMEMBERED, STANDS_BY_ITSELF
from fingerpost.web import drafts
from fingerpost.web.drafts import Draft
from fingerpost.web.look.cards import cards
from fingerpost.web.look.kept import LONGEST_REFERENCE, LONGEST_TYPED, Look, begin, keep, kept_look
from fingerpost.web.look.written import FIELDS, child_form, on_the_page, require_text
from fingerpost.web.pages import choices, go, page
from fingerpost.web.route import Visit
from fingerpost.web.turns import one_at_a_time
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Problem, Refused
from fingerpost.words.vocabulary import LookupReason, Purpose


def why(visit: Visit) -> Response:
    """Ask for the reason and the case; whoever works with no child goes on to their own work."""
    person, moment = visit.somebody.practitioner, visit.service.now()
    if not any(row.purpose and person.role in row.roles for row in ROWS) and (
        person_barred(person.standing, person.role, moment) is None
    ):
        return go("/work")
    return why_again(visit, {})


def why_again(visit: Visit, typed: dict[str, str]) -> Response:
    """Draw the reason and the case as they were last sent; before that as typed before a sign-in."""
    return drafts.drawn(visit, typed, partial(_why, visit))


def say_why(visit: Visit) -> Response:
    """Keep the reason and the case, and go on to the child."""
    form = drafts.sent_number()
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in ("purpose", "case_reference")}
    allowed = {purpose.value: purpose for purpose in _purposes(visit)}
    problems: list[Problem] = []
    if typed["purpose"] not in allowed:
        problems.append(Problem("purpose", "Select why you are looking"))
    try:
        reference = require_text(
            typed["case_reference"], "case_reference", "Your case reference", LONGEST_REFERENCE
        )
    except Invalid as invalid:
        problems += invalid.problems
        reference = ""
    if problems:
        return drafts.handed_back(visit, "/look", form, Draft(typed, tuple(problems)))
    drafts.keep(visit, form, Draft(typed))
    begun = Look(allowed[typed["purpose"]], reference, why=drafts.address("/look", form))
    return go(f"/look/{begin(visit, form, begun)}")


def whom(visit: Visit, look: UUID) -> Response:
    """Ask for what is known of the child."""
    kept = kept_look(visit, look)
    return go("/look") if kept is None else _whom(visit, look, kept)


def whom_again(visit: Visit, typed: dict[str, str], look: UUID) -> Response:
    """Draw the form as it was typed in a session that has ended: the look is begun again when it is sent."""
    begun = _begun(visit, typed)
    return go("/look") if begun is None else _whom(visit, look, begun)


def _begun(visit: Visit, sent: Mapping[str, str]) -> Look | None:
    """Return a look as its form carries it from a session that has ended; None where it carries none.

    An emergency is never carried: it needs a sign-in of the last minutes and its own form.
    """
    allowed = {purpose.value: purpose for purpose in _purposes(visit)}
    purpose, case = sent.get("purpose", ""), sent.get("case_reference", "")
    if purpose not in allowed or not case.strip():
        return None
    typed = {field: sent.get(field, "")[:LONGEST_TYPED] for field in FIELDS}
    return Look(allowed[purpose], case[:LONGEST_REFERENCE], typed)


def ask(visit: Visit, look: UUID) -> Response:
    """Ask the question, keep the answer, and go on to it."""
    with one_at_a_time(visit, look):
        return _ask(visit, look)


def _ask(visit: Visit, look: UUID) -> Response:
    kept = kept_look(visit, look) or _begun(visit, request.form)
    if kept is None:
        return go("/look")
    typed = {field: request.form.get(field, "")[:LONGEST_TYPED] for field in FIELDS}
    kept = msgspec.structs.replace(kept, typed=typed, problems=(), wanted=())
    if kept.answer is not None and typed == kept.asked:  # the same form sent twice is one question
        keep(visit, look, kept)
        return go(f"/look/{look}/answer")
    try:
        found = _asked(visit, kept)
    except Invalid as invalid:
        keep(visit, look, _refused(kept, invalid))
        return go(f"/look/{look}")
    except Exception:  # whatever it is, what was typed is there to go back to
        keep(visit, look, kept)
        raise
    # The window is open from here: another detail asked in it does not open a second one.
    asked = msgspec.structs.replace(kept, answer=found, asked=typed, stands=False, emergency="")
    keep(visit, look, asked)
    return go(f"/look/{look}/answer")


def _refused(kept: Look, invalid: Invalid) -> Look:
    """Return a look with what is wrong in it, down the page. An answer stays with the question it answers."""
    by_field = {p.field: p for p in map(on_the_page, invalid.problems)}
    problems = sorted(by_field.values(), key=lambda problem: list(FIELDS).index(problem.field))
    wanted = tuple(r for r in LookupReason if any(r in p.wants for p in invalid.problems))
    return msgspec.structs.replace(kept, problems=tuple(problems), wanted=wanted)


def stand(visit: Visit, look: UUID) -> Response:
    """Let a question stand that found nobody: whoever asked is told if the child is registered."""
    with one_at_a_time(visit, look):
        kept = kept_look(visit, look)
        if kept is None or kept.answer is None:
            return go("/look")
        if not kept.stands:  # pressed twice, it is noted once
            visit.service.moves.asked.stand(kept.answer.receipt.entry, visit.by)
            keep(visit, look, msgspec.structs.replace(kept, stands=True))
    return go(f"/look/{look}/answer")


def answer(visit: Visit, look: UUID) -> Response:
    """Show the answer."""
    kept = kept_look(visit, look)
    if kept is None:
        return go("/look")
    if kept.answer is None:
        return go(f"/look/{look}")
    return page(
        visit,
        "answer.html",
        look=look,
        answer=kept.answer,
        cards=cards(kept.answer),
        purpose=kept.purpose,
        may_ask=visit.may(RecordsAct.CONTACT_ASK),
        stands=kept.stands or kept.purpose in STANDS_BY_ITSELF,
        may_stand=visit.may(RecordsAct.STAND),
        may_alert=kept.purpose is Purpose.MISSING_CHILD and visit.may(RecordsAct.ALERT_RAISE),
        days=REMEMBERED.days,
    )


def _asked(visit: Visit, kept: Look) -> Answer:
    person, day = visit.somebody, today(visit.service.now())
    form = QuestionForm(
        practitioner=person.practitioner.reference, purpose=kept.purpose,
        case_reference=kept.case_reference, child=child_form(kept.typed, day),
        reasons=tuple(r for r in LookupReason if r.value == kept.typed.get("reason")),
        emergency=EmergencyForm(reason=kept.emergency, signed_in_at=person.authenticated_at)
        if kept.emergency
        else None,
    )  # fmt: skip
    return visit.service.lookup.ask(person.caller(), read_question(form, day))


def _purposes(visit: Visit) -> list[Purpose]:
    """Return what the person may look for; whoever may look for nothing at all is told why."""
    moment = visit.service.now()
    decided = {p: may_ask(visit.somebody.practitioner, p, moment) for p in Purpose}
    allowed = [purpose for purpose, decision in decided.items() if decision.allowed]
    if not allowed:
        raise Refused(next(iter(decided.values())).refusal or "")
    return allowed


def _why(visit: Visit, form: UUID, draft: Draft) -> Response:
    purposes, chosen = _purposes(visit), draft.typed.get("purpose", "")
    if len(purposes) == 1:
        chosen = chosen or purposes[0].value  # one click less where there is nothing to choose
    return page(
        visit, "why.html", problems=draft.problems, purposes=choices(purposes, chosen), form=form,
        case_reference=draft.typed.get("case_reference", "")[:LONGEST_TYPED],
        emergencies=visit.somebody.practitioner.role in EMERGENCY.roles,
    )  # fmt: skip


def _whom(visit: Visit, look: UUID, kept: Look) -> Response:
    """Draw the form. Why somebody asks is wanted only where the guard says so, of what it takes."""
    given = kept.typed.get("reason", "")
    reasons = choices(kept.wanted or LookupReason, given) if kept.wanted or given else []
    return page(
        visit, "whom.html", problems=kept.problems, look=look, typed=kept.typed, reasons=reasons, kept=kept
    )
