"""Emergency access, for a child who cannot wait. It needs a sign-in of the last minutes."""

from functools import partial
from uuid import UUID

from flask import Response, request

from fingerpost.access.matrix import EMERGENCY
from fingerpost.access.rules import FRESH, WINDOW
from fingerpost.lookup.form import LONGEST_REASON
from fingerpost.web import drafts
from fingerpost.web.drafts import Draft
from fingerpost.web.fields import Typed
from fingerpost.web.look.kept import LONGEST_REFERENCE, LONGEST_TYPED, Look, begin
from fingerpost.web.look.written import require_text
from fingerpost.web.pages import choices, go, page
from fingerpost.web.route import Visit
from fingerpost.words.errors import Invalid, Problem, Refused
from fingerpost.words.vocabulary import Purpose

ADDRESS = "/look/emergency"
_ORDER = ("why", "purpose", "case_reference")  # as the fields stand on the page


def emergency(visit: Visit, typed: Typed = None) -> Response:
    """Ask why a child cannot wait; first, for a new sign-in where the last is older than some minutes."""
    _require_role(visit)
    return drafts.drawn(visit, typed or {}, partial(_draw, visit))


def open_emergency(visit: Visit) -> Response:
    """Keep why, and go on to the child. The first question opens the window."""
    _require_role(visit)
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in ("purpose", "case_reference")}
    typed["why"] = request.form.get("why", "")[: LONGEST_REASON + 1]
    form = drafts.sent_number()
    if not _fresh(visit):
        return drafts.handed_back(visit, ADDRESS, form, Draft(typed))
    problems: list[Problem] = []
    if typed["purpose"] not in set(Purpose):
        problems.append(Problem("purpose", "Select the nearest reason"))
    for name, words, longest in (
        ("why", "Why it cannot wait", LONGEST_REASON),
        ("case_reference", "Your case reference", LONGEST_REFERENCE),
    ):
        try:
            typed[name] = require_text(typed[name], name, words, longest)
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        in_order = sorted(problems, key=lambda problem: _ORDER.index(problem.field))
        return drafts.handed_back(visit, ADDRESS, form, Draft(typed, tuple(in_order)))
    drafts.keep(visit, form, Draft(typed))
    begun = Look(
        Purpose(typed["purpose"]), typed["case_reference"], emergency=typed["why"],
        why=drafts.address(ADDRESS, form),
    )  # fmt: skip
    return go(f"/look/{begin(visit, form, begun)}")


def _draw(visit: Visit, form: UUID, draft: Draft) -> Response:
    typed = {**draft.typed, "once": str(form)}
    return page(
        visit, "emergency.html", problems=draft.problems, typed=typed, fresh=_fresh(visit),
        purposes=choices(Purpose, typed.get("purpose", "")), minutes=int(WINDOW.total_seconds() // 60),
        signed_in_minutes=int(FRESH.total_seconds() // 60),
    )  # fmt: skip


def _fresh(visit: Visit) -> bool:
    return visit.service.now() - visit.somebody.authenticated_at <= FRESH


def _require_role(visit: Visit) -> None:
    role = visit.somebody.practitioner.role
    if role not in EMERGENCY.roles:
        raise Refused(f"emergency access is not for a {role.label}")
