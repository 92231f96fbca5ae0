"""An authority's people: roles, papers, leavers, accounts that sleep, accounts of the sign-in service."""

from datetime import date

import msgspec
from flask import Response, request

from fingerpost.access.standing import DBS_YEARS, IDLE_DAYS, OFFICERS, TRAINING_YEARS, in_force, last_day
from fingerpost.access.switches import Because
from fingerpost.administration.people import GIVEN_HERE, People
from fingerpost.administration.store import PersonRow
from fingerpost.web import opened
from fingerpost.web.admin import BACK
from fingerpost.web.fields import Field, Form, Written, choices_of
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, sentence
from fingerpost.web.route import Visit
from fingerpost.words import checks
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import Role

PEOPLE = ("/admin/people", "People")
_REFERENCE = Field("reference", "Staff reference", width="govuk-input--width-20", longest=100)
SAVE = Form(
    heading="Add or change a person",
    address="/admin/people/save",
    button="Save",
    back=PEOPLE,
    intro=("Records officers and the national service’s people are added by the operator.",),
    fields=(
        _REFERENCE,
        Field("name", "Name"),
        Field("role", "Role", kind="choice", choices=choices_of(GIVEN_HERE)),
    ),
)
PAPERS = Form(
    heading="Record checks and training",
    address="/admin/people/papers",
    button="Record them",
    back=PEOPLE,
    intro=(f"The check holds for {DBS_YEARS} years, the training for one.",),
    fields=(
        _REFERENCE,
        Field(
            "dbs_on",
            "Day of the enhanced DBS certificate",
            "For example, 27 3 2026",
            width="govuk-input--width-10",
        ),
        Field(
            "trained_on", "Day of the last training", "For example, 27 3 2026", width="govuk-input--width-10"
        ),
    ),
)
LEAVER = Form(
    heading="Record a leaver",
    address="/admin/people/leaver",
    button="Record it",
    back=PEOPLE,
    fields=(
        _REFERENCE,
        Field("leaves_on", "First day they are out", "For example, 27 3 2026", width="govuk-input--width-10"),
    ),
)
SUSPEND = Form(
    heading="Suspend a person",
    address="/admin/people/suspend",
    button="Suspend now",
    back=PEOPLE,
    warns=True,
    intro=("They are signed out at their next request, and cannot sign in again.",),
    fields=(_REFERENCE, Field("because", "Reason", kind="choice", choices=choices_of(Because))),
)
ACCOUNT = Form(
    heading="Link a sign-in account",
    address="/admin/people/account",
    button="Link it",
    back=PEOPLE,
    intro=("Which account of your organisation’s sign-in is which person here.",),
    fields=(_REFERENCE, Field("subject", "Account", "How the sign-in service names it: its “sub”")),
)
FORMS = {form.address.rpartition("/")[2]: form for form in (SAVE, PAPERS, LEAVER, SUSPEND, ACCOUNT)}


def everybody(visit: Visit) -> Response:
    """Show an authority's people. Nothing of a child is in it."""
    return opened.draw(visit, _everybody(visit))


def _everybody(visit: Visit) -> Opened:
    day = today(visit.service.now())
    links = tuple(Act(form.heading, f"/admin/people/{name}", plain=True) for name, form in FORMS.items())
    rows = visit.service.offices.administration.people.list(visit.by)
    return Opened(
        heading="People",
        items=tuple(_item(row, day, visit.by.reference) for row in rows),
        acts=links,
        empty="Nobody yet.",
        back=BACK,
    )


def _item(row: PersonRow, day: date, reader: str) -> Item:
    facts = (
        ("Role", sentence(Role(row.role).label)),
        ("DBS check", _until(row.dbs_on, DBS_YEARS, day)),
        ("Training", _until(row.trained_on, TRAINING_YEARS, day)),
        ("Last used", day_words(row.used_on)),
        *((("Leaves on", day_words(row.leaves_on)),) if row.leaves_on else ()),
    )
    acts: list[Act] = []
    fields, mine = {"reference": row.reference}, row.reference == reader
    if not row.active and not mine:
        acts.append(Act("Restore access", "/admin/people/restore", fields, row.name))
    if Role(row.role) in OFFICERS and not row.role_agreed and not mine:
        acts.append(Act("Agree to this role", "/admin/people/agree", fields, f"of {row.name}", "primary"))
    return Item(f"{row.name} ({row.reference})", facts, tuple(acts), tag=_state(row, day))


def _until(since: date | None, years: int, day: date) -> str:
    if since is None:
        return "never recorded"
    ends = day_words(last_day(since, years))
    return f"until {ends}" if in_force(since, years, day) else f"ended on {ends}"


def _state(row: PersonRow, day: date) -> str:
    if not row.active:
        return "Switched off"
    if row.leaves_on and row.leaves_on <= day:
        return "Left"
    if Role(row.role) in OFFICERS and not row.role_agreed:
        return "Waits for a second word"
    return "Dormant" if (day - row.used_on).days > IDLE_DAYS else ""


def form(visit: Visit, name: str) -> Response:
    """Draw one of the forms."""
    return _named(name).draw(visit, {"reference": request.args.get("reference", "")[:100]})


def _named(name: str) -> Form:
    if name not in FORMS:
        raise NotFound("there is no such form")
    return FORMS[name]


def save(visit: Visit) -> Response:
    """Add somebody or change them."""
    written = Written(visit, SAVE)
    reference = written.text("reference")
    name = written.read("name", lambda text: checks.name(text, "name")) or ""
    role = written.member("role", Role)

    def act() -> Opened:
        if role is None:
            raise NotFound("no role")
        _people(visit).save(reference, name, role, visit.by)
        return _done(
            visit, f"{name} is a {role.label}. They may not ask until their checks and training are recorded."
        )

    return written.do(act)


def papers(visit: Visit) -> Response:
    """Record somebody's papers."""
    written = Written(visit, PAPERS)
    reference = written.text("reference")
    dbs_on: date | None = written.day("dbs_on", checks.past_day)
    trained_on: date | None = written.day("trained_on", checks.past_day)

    def act() -> Opened:
        if dbs_on is None or trained_on is None:
            raise NotFound("no day")
        _people(visit).accredit(reference, dbs_on, trained_on, visit.by)
        return _done(visit, "Recorded.")

    return written.do(act)


def leaver(visit: Visit) -> Response:
    """Record who leaves."""
    written = Written(visit, LEAVER)
    reference = written.text("reference")
    day: date | None = written.day("leaves_on")

    def act() -> Opened:
        if day is None:
            raise NotFound("no day")
        _people(visit).leave(reference, day, visit.by)
        return _done(visit, f"Out from {day_words(day)}.")

    return written.do(act)


def suspend(visit: Visit) -> Response:
    """Suspend a person."""
    written = Written(visit, SUSPEND)
    reference, because = written.text("reference"), written.member("because", Because)

    def act() -> Opened:
        if because is None:
            raise NotFound("no reason")
        _people(visit).suspend(reference, because, visit.by)
        return _done(visit, "Switched off.")

    return written.do(act)


def account(visit: Visit) -> Response:
    """Say which account is whose."""
    written = Written(visit, ACCOUNT)
    reference, subject = written.text("reference"), written.text("subject")

    def act() -> Opened:
        _people(visit).allow_account(reference, visit.by)
        sessions = visit.service.sessions
        issuer, by = sessions.provider.registration.issuer, visit.by
        sessions.name_account(issuer, subject, by.authority, reference, by=str(by))
        return _done(visit, "They can sign in.")

    return written.do(act)


def restore(visit: Visit) -> Response:
    """Switch somebody on again."""
    reference = request.form.get("reference", "")
    return opened.settle(
        visit, lambda: _people(visit).restore(reference, visit.by), _everybody, "Switched on."
    )


def agree(visit: Visit) -> Response:
    """Give the second word to somebody's role."""
    reference = request.form.get("reference", "")
    return opened.settle(visit, lambda: _people(visit).agree(reference, visit.by), _everybody, "Agreed.")


def _people(visit: Visit) -> People:
    return visit.service.offices.administration.people


def _done(visit: Visit, words: str) -> Opened:
    return msgspec.structs.replace(_everybody(visit), done=words)
