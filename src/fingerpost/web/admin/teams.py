"""An authority's teams: what is rung, and when it last answered."""

from uuid import UUID

import msgspec
from flask import Response

from fingerpost.administration.store import TeamRow
from fingerpost.feeds.teams import Team
from fingerpost.lookup.contact import PROVEN_DAYS
from fingerpost.web import opened
from fingerpost.web.admin import BACK
from fingerpost.web.fields import Field, Form, Written
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, moment_words
from fingerpost.web.route import Visit
from fingerpost.words.clock import today

FORM = Form(
    heading="Add or change a team",
    address="/admin/teams/save",
    button="Save",
    back=("/admin/teams", "Teams"),
    intro=("By your own reference of the team. Changed phones count as unproven until somebody rings them.",),
    fields=(
        Field("reference", "Your reference of the team", width="govuk-input--width-20", longest=100),
        Field("name", "Name"),
        Field("office_phone", "Office phone", width="govuk-input--width-20"),
        Field("office_hours", "Office hours", "Such as Mon-Fri 08:45-17:00", width="govuk-input--width-20"),
        Field("duty_phone", "Emergency duty phone", width="govuk-input--width-20"),
        Field("inbox", "E-mail"),
    ),
)


def everything(visit: Visit) -> Response:
    """Show the teams. Nothing of a child is in it."""
    return opened.draw(visit, _everything(visit))


def _everything(visit: Visit) -> Opened:
    day = today(visit.service.now())
    items = tuple(
        Item(
            team.name,
            _facts(team),
            (Act("Both numbers answered today", f"/admin/teams/{team.id}/proven", about=f"of {team.name}"),),
            tag="" if team.proven_on and (day - team.proven_on).days <= PROVEN_DAYS else "Not proven lately",
            urgent=True,
        )
        for team in visit.service.offices.administration.teams.list(visit.by)
    )
    return Opened(
        heading="Teams and their phones",
        items=items,
        empty="No team yet.",
        back=BACK,
        acts=(Act(FORM.heading, FORM.address, plain=True),),
        intro=f"A number nobody has rung for {PROVEN_DAYS} days is shown as not proven.",
    )


def _facts(team: TeamRow) -> tuple[tuple[str, str], ...]:
    return (
        ("Reference", team.reference),
        ("Office", f"{team.office_phone or 'none'}, {team.office_hours or 'hours not given'}"),
        ("Emergency duty", team.duty_phone or "none"),
        ("E-mail", team.inbox or "none"),
        ("Last answered", day_words(team.proven_on) if team.proven_on else "never tried"),
        *((("Tests", _tests(team)),) if team.tested_on or team.waits_since else ()),
    )


def _tests(team: TeamRow) -> str:
    """Return what the monthly tests found: how soon they are answered, and one that nobody has answered."""
    minutes = f"{team.answered_minutes} minute{'' if team.answered_minutes == 1 else 's'}"
    found = f"Answered in {minutes} as a rule, last on {day_words(team.tested_on)}." if team.tested_on else ""
    waits = (
        f"Nobody has answered the one sent at {moment_words(team.waits_since)}." if team.waits_since else ""
    )
    return f"{found} {waits}".strip()


def proven(visit: Visit, team: UUID) -> Response:
    """Note that a team's phones answered."""
    teams = visit.service.offices.administration.teams
    return opened.settle(visit, lambda: teams.prove(team, visit.by), _everything, "Noted: proven today.")


def form(visit: Visit) -> Response:
    """Ask for a team."""
    return FORM.draw(visit)


def save(visit: Visit) -> Response:
    """Add a team or change one."""
    written = Written(visit, FORM)
    named = {name: written.text(name) for name in ("reference", "name")}
    rest = {n: written.text(n, needed=False) for n in ("office_phone", "office_hours", "duty_phone", "inbox")}

    def act() -> Opened:
        visit.service.offices.administration.teams.save(Team(**named, **rest, proven_on=None), visit.by)
        return msgspec.structs.replace(_everything(visit), done="Saved.")

    return written.do(act)
