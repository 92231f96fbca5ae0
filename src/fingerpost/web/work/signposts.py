"""A team's own signposts: seen, confirmed, ended; and one registered by form."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request

from fingerpost.access.rules import RecordsAct
from fingerpost.signposts.own import OwnLine, Statement
from fingerpost.signposts.own_store import TeamRow
from fingerpost.signposts.signpost import SignpostRole
from fingerpost.web import opened
from fingerpost.web.admin.teams import FORM as ADD_A_TEAM
from fingerpost.web.child_fields import CHILD, child_of
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, sentence
from fingerpost.web.route import Visit
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, NotFound, Problem
from fingerpost.words.vocabulary import Service

Teams = list[TeamRow]


def _with_teams(view: Callable[..., Response]) -> Callable[..., Response]:
    """Hand on the authority's teams; where there is none, say so: there is nobody to ring yet."""

    @wraps(view)
    def with_teams(visit: Visit, **given: Any) -> Response:
        teams = visit.service.offices.own.teams(visit.by.authority)
        if not teams:
            return _without(visit)
        return view(visit, teams, **given)

    return with_teams


def _choices(teams: Iterable[TeamRow]) -> tuple[tuple[str, str], ...]:
    return tuple((str(t.id), t.name if t.stands else f"{t.name} (left the contact sheet)") for t in teams)


def _without(visit: Visit) -> Response:
    add = Act(ADD_A_TEAM.heading, ADD_A_TEAM.address, plain=True)
    shown = Opened(
        heading="Your authority has no team yet",
        intro="A signpost says which team to ring. Your feed brings the teams, or whoever administers your"
        " authority adds them.",
        acts=(add,) if visit.may(RecordsAct.ADMINISTER) else (),
    )
    return opened.draw(visit, shown)


def _choosing(teams: Teams) -> Form:
    return Form(
        heading="My team’s signposts",
        address="/work/signposts",
        button="Show them",
        intro=("Opening the list is recorded.",),
        fields=(Field("team", "Team", kind="choice", choices=_choices(teams)),),
    )


@_with_teams
def choose(visit: Visit, teams: Teams, typed: Typed = None) -> Response:
    """Ask which team."""
    return _choosing(teams).draw(visit, typed)


@_with_teams
def of_team(visit: Visit, teams: Teams) -> Response:
    """Open a team's signposts."""
    written = Written(visit, _choosing(teams))
    team = written.read("team", _uuid)
    return written.do(lambda: _of_team(visit, team))


def _of_team(visit: Visit, team: UUID | None) -> Opened:
    lines = visit.service.offices.own.of_team(team, visit.by) if team else []
    may_dispute, may_break = visit.may(RecordsAct.SUBJECT_ACCESS), visit.may(RecordsAct.REVIEW)
    of = str(team)
    return Opened(
        heading="My team’s signposts",
        items=tuple(_item(line, of, may_dispute=may_dispute, may_break=may_break) for line in lines),
        empty="This team has none.",
        back=("/work/signposts", "Choose a team"),
        intro="Those not confirmed for longest come first. Your next feed states again what it stated before,"
        " so end a signpost in your own system too.",
    )


def _item(line: OwnLine, team: str, *, may_dispute: bool, may_break: bool) -> Item:
    until = f", until {day_words(line.ended)}" if line.ended else ""
    facts = (
        ("Since", day_words(line.started) + until),
        ("Role", sentence(line.role.label)),
        ("Last confirmed", day_words(line.confirmed)),
        ("Leaves on", day_words(line.leaves_on)),
    )
    about, at = f"reference {line.reference}", f"/work/signposts/{line.id}"
    acts: list[Act] = []
    if not line.ended:
        acts.append(Act("Still true", f"{at}/confirm", {"team": team}, about))
        acts.append(Act("It has ended", f"{at}/end", about=about, plain=True))
    if may_dispute:
        words = "It was looked into" if line.disputed else "Somebody disputes it"
        mark = {"team": team, "disputed": "" if line.disputed else "yes"}
        acts.append(Act(words, f"{at}/dispute", mark, about))
    if may_break:
        acts.append(Act("What it is linked to", "/review/trail", {"reference": line.reference}, about))
    tag = ("Ended" if line.ended else "Now") + (" and disputed" if line.disputed else "")
    return Item(f"{line.reference}: {line.service.label}", facts, tuple(acts), tag=tag)


def confirm(visit: Visit, signpost: UUID) -> Response:
    """Confirm one and show the team's anew."""
    team = _uuid(request.form.get("team", ""))
    own = visit.service.offices.own
    return opened.settle(
        visit, lambda: own.confirm(signpost, visit.by), lambda v: _of_team(v, team), "Confirmed from today."
    )


def dispute(visit: Visit, signpost: UUID) -> Response:
    """Mark one as disputed, or as looked into, and show the team's anew."""
    team, disputed = _uuid(request.form.get("team", "")), request.form.get("disputed") == "yes"
    words = "Disputed: every answer that shows it says so." if disputed else "Looked into: the mark is gone."
    return opened.settle(
        visit,
        lambda: visit.service.rights.disputes.mark(signpost, visit.by, disputed=disputed),
        lambda v: _of_team(v, team),
        words,
    )


def _ending(signpost: UUID) -> Form:
    return Form(
        heading="When did it end?",
        address=f"/work/signposts/{signpost}/end",
        button="End it",
        back=("/work/signposts", "My team’s signposts"),
        intro=("It still shows as “before”, until the day that the rule sets.",),
        fields=(Field("ended", "Last day", "For example, 27 3 2026", width="govuk-input--width-10"),),
    )


def end(visit: Visit, signpost: UUID, typed: Typed = None) -> Response:
    """Ask when one ended."""
    return _ending(signpost).draw(visit, typed)


def ended(visit: Visit, signpost: UUID) -> Response:
    """End one."""
    written = Written(visit, _ending(signpost))
    day: date | None = written.day("ended", checks.past_day)

    def act() -> Opened:
        if day is None:
            raise NotFound("no day")
        leaves = visit.service.offices.own.end(signpost, visit.by, day)
        intro = f"It leaves the service on {day_words(leaves)}."
        return Opened(heading="Ended", intro=intro, back=_ending(signpost).back)

    return written.do(act)


def _registering(teams: Teams) -> Form:
    services = choices_of(s for s in Service if s is not Service.SENSITIVE)
    return Form(
        heading="Register a signpost",
        address="/work/register",
        button="Register it",
        intro=(
            "It says that your team works with a child, never why. It leaves by itself: a year after it"
            " was last"
            " confirmed, or when the rule says.",
        ),
        fields=(
            Field(
                "reference",
                "Your own reference of the child",
                "As your own system knows the child",
                width="govuk-input--width-20",
            ),
            *CHILD,
            Field("service", "Service", kind="choice", choices=services),
            Field(
                "consented",
                "The family, or the young person, agreed",
                "Needed for early help and care leavers",
                kind="tick",
            ),
            Field(
                "team", "Team to ring", kind="choice", choices=_choices(team for team in teams if team.stands)
            ),
            Field("role", "Role in that team", kind="choice", choices=choices_of(SignpostRole)),
            Field("started", "Day it started", "For example, 27 3 2026", width="govuk-input--width-10"),
        ),
    )


@_with_teams
def registering(visit: Visit, teams: Teams, typed: Typed = None) -> Response:
    """Ask what to register."""
    return _registering(teams).draw(visit, typed)


@_with_teams
def register(visit: Visit, teams: Teams) -> Response:
    """Register one."""
    written = Written(visit, _registering(teams))
    reference, details = written.text("reference"), child_of(visit, written)
    service, team = written.member("service", Service), written.read("team", _uuid)
    role = written.member("role", SignpostRole)
    started: date | None = written.day("started", checks.past_day)

    def act() -> Opened:
        if service is None or team is None or role is None or started is None:
            raise NotFound("something is missing")
        statement = Statement(
            reference=reference,
            details=details,
            service=service,
            team=team,
            role=role,
            started=started,
            consented=written.typed["consented"] == "yes",
        )
        leaves = visit.service.offices.own.register(statement, visit.by)
        return Opened(
            heading="Registered",
            intro=f"It leaves on {day_words(leaves)} unless your team confirms it before.",
            acts=(Act("Register another", "/work/register", plain=True),),
        )

    return written.do(act)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(Problem("team", "is not one of the choices")) from None
