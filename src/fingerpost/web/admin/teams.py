"""An authority's teams: what is rung, and when it last answered."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec
from flask import Response

from fingerpost.administration.store import TeamRow
from fingerpost.feeds.teams import Team
from fingerpost.lookup.contact import PROVEN_DAYS
from fingerpost.web import opened
from fingerpost.web.admin import BACK
from fingerpost.web.fields import Field, Form, Typed, Written
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, moment_words
from fingerpost.web.route import Visit
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Problem

FRONT_DOOR = ("front-door", "Whoever answers at our front door")
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
    day, teams = today(visit.service.now()), _all(visit)
    hanging = visit.service.offices.administration.teams.hanging(teams)
    names = {team.id: team.name for team in teams}
    shown = sorted(teams, key=lambda team: not _in_doubt(team))
    items = tuple(
        Item(
            team.name, (*_standing(team, hanging, names), *_facts(team)), _acts(team), tag=_tag(team, day),
            urgent=True,
        )
        for team in shown
    )  # fmt: skip
    return Opened(
        heading="Teams and their phones",
        items=items,
        empty="No team yet.",
        back=BACK,
        acts=(Act(FORM.heading, FORM.address, plain=True),),
        intro=f"A number nobody has rung for {PROVEN_DAYS} days is shown as not proven. Of a team that your"
        " contact sheet no longer names every answer says so, and gives the phone of whoever took over.",
    )


def _all(visit: Visit) -> list[TeamRow]:
    return visit.service.offices.administration.teams.list(visit.by)


def _missing(team: TeamRow) -> bool:
    """Tell whether a sheet that lacks too many teams to count does not name this one."""
    return bool(team.named_at) and not team.left_on and not team.on_sheet


def _in_doubt(team: TeamRow) -> bool:
    """Tell whether somebody should say how it stands."""
    return _missing(team) or bool(team.left_on and not team.successor_id)


def _tag(team: TeamRow, day: date) -> str:
    if team.left_on:
        return "Left the contact sheet"
    if _missing(team):
        return "Not on the newest contact sheet"
    proven = team.proven_on and (day - team.proven_on).days <= PROVEN_DAYS
    return "" if proven else "Not proven lately"


def _standing(
    team: TeamRow, hanging: Mapping[UUID, int], names: Mapping[UUID, str]
) -> tuple[tuple[str, str], ...]:
    """Return how a team stands that the newest contact sheet does not name."""
    if team.on_sheet:
        return ()
    leads = ("Signposts that lead to it", f"{hanging.get(team.id, 0):,}")
    if team.left_on:
        instead = names[team.successor_id] if team.successor_id else "your front door"
        return (("Left on", day_words(team.left_on)), ("Rung instead", instead), leads)
    if team.named_at:
        why = "It lacks most of your teams, so none has left. Say how this one stands."
        return (
            ("Contact sheet", f"Last named on {day_words(today(team.named_at))}. The newest lacks it. {why}"),
            leads,
        )
    return (("Contact sheet", "Kept on the pages: your sheets do not take it away"), leads)


def _acts(team: TeamRow) -> tuple[Act, ...]:
    about, at = f"of {team.name}", f"/admin/teams/{team.id}"
    proven = Act("Both numbers answered today", f"{at}/proven", about=about)
    stands = Act("It still stands", f"{at}/stand", about=about)
    close = Act(
        "Name who took over" if team.left_on else "It has closed", f"{at}/close", about=about, plain=True
    )
    if team.on_sheet:
        return (proven,)
    return (*((stands,) if team.left_on or team.named_at else (proven,)), close)


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


def stand(visit: Visit, team: UUID) -> Response:
    """Note that a team stands, whatever sheets name."""
    teams = visit.service.offices.administration.teams
    words = "It stands. Contact sheets that do not name it leave it as it is."
    return opened.settle(visit, lambda: teams.stand(team, visit.by), _everything, words)


def _closing(visit: Visit, team: UUID) -> Form:
    teams = _all(visit)
    closed = next((f" from {row.name}" for row in teams if row.id == team), "")
    others = tuple((str(row.id), row.name) for row in teams if row.id != team and not row.left_on)
    return Form(
        heading=f"Who took over{closed}?",
        address=f"/admin/teams/{team}/close",
        button="Save",
        back=FORM.back,
        intro=(
            "Whoever is led to it is given the phone of the team you name, and told since when it is no more."
            " Its last numbers stay beside it.",
        ),
        fields=(Field("successor", "Rung instead", kind="choice", choices=(*others, FRONT_DOOR)),),
    )


def closing(visit: Visit, team: UUID, typed: Typed = None) -> Response:
    """Ask who took over from a team."""
    return _closing(visit, team).draw(visit, typed)


def close(visit: Visit, team: UUID) -> Response:
    """Say that a team is no more, and who took over."""
    written = Written(visit, _closing(visit, team))
    named = written.text("successor")

    def act() -> Opened:
        teams = visit.service.offices.administration.teams
        teams.close(team, None if named == FRONT_DOOR[0] else _uuid(named), visit.by)
        return msgspec.structs.replace(_everything(visit), done="Saved. Answers say so from now on.")

    return written.do(act)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(Problem("successor", "is not one of the choices")) from None


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
