"""Drawing a page: the templates, what each is given, and what a browser is told to do with it."""

from calendar import month_name
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader

from fingerpost.access.rules import RecordsAct, may_ask
from fingerpost.web.route import Visit
from fingerpost.words.errors import Misconfigured, Problem
from fingerpost.words.vocabulary import Labelled, Purpose

LONDON = ZoneInfo("Europe/London")
MONTHS = tuple(month_name)  # read once: each reading formats a date by the locale
# Parts of the service beside looking and one's own work, and what lets somebody in: any of these.
REVIEWING = (RecordsAct.REVIEW, RecordsAct.GUARD, RecordsAct.EMERGENCY, RecordsAct.SHIELD_KEEP)
KEEPING = (RecordsAct.LEDGER, RecordsAct.HOLD, RecordsAct.ERASE, RecordsAct.SUBJECT_ACCESS)
PARTS = (
    ("/review", "Review", REVIEWING),
    ("/admin", "Administration", (RecordsAct.ADMINISTER,)),
    ("/records", "Records", KEEPING),
)
LONGEST_TYPED = 2000  # of any field: more than any may hold, so that what is too long is said, not cut off
STATIC = Path(__file__).parent / "static"


@lru_cache
def templates() -> Environment:
    """Return the environment; everything printed is escaped. The GOV.UK macros need chainable undefineds."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("fingerpost.web"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(day=day_words, moment=moment_words, dial=dial)
    given: dict[str, Any] = {"asset": address_of, "summary": _summary, "longest": LONGEST_TYPED}
    environment.globals |= given
    return environment


def page(visit: Visit, template: str, status: HTTPStatus = HTTPStatus.OK, **given: Any) -> Response:
    """Draw a page. `problems` are listed at its top and beside their fields; `here` lies in its part."""
    problems: tuple[Problem, ...] = tuple(given.pop("problems", ()))
    body = (
        templates()
        .get_template(template)
        .render(
            person=visit.person,
            form_token=visit.person.form_token() if visit.person else "",
            nav=places(visit),
            here=given.pop("here", request.path),
            practice=visit.service.settings.practice,
            desk_phone=visit.service.settings.desk_phone,
            problems=problems,
            errors={problem.field: {"text": problem.detail} for problem in problems},
            **given,
        )
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def places(visit: Visit) -> list[tuple[str, str]]:
    """Return the parts of the service that this person may open: nobody is shown a door that is shut."""
    if visit.person is None:
        return []
    moment = visit.service.now()
    looks = any(may_ask(visit.person.practitioner, purpose, moment).allowed for purpose in Purpose)
    found = [("/look", "Look for a child")] if looks else []
    found += [("/work", "My work")]
    return found + [(address, words) for address, words, acts in PARTS if visit.may(*acts)]


def go(address: str) -> Response:
    """Send the browser on with a GET, so that neither "back" nor "reload" sends a form again."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def address_of(name: str) -> str:
    """Return the address of a static file; it changes whenever any of them does, and may be kept for ever."""
    return f"/assets/{_build()}/{name}"


@lru_cache
def _build() -> str:
    files = sorted(path for path in STATIC.iterdir() if path.is_file()) if STATIC.is_dir() else []
    if not files:
        raise Misconfigured("the pages' styles are not built; run `make pages`")
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def choices(members: Any, chosen: str = "") -> list[dict[str, Any]]:
    """Return radio buttons of a closed set."""
    return [_choice(member, chosen) for member in members]


def _choice(member: Labelled, chosen: str) -> dict[str, Any]:
    return {
        "value": member.value,
        "text": member.label[:1].upper() + member.label[1:],
        "checked": member.value == chosen,
    }


def _summary(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"text": problem.detail, "href": f"#{problem.field}"} for problem in problems]


def sentence(words: str) -> str:
    """Return words as a sentence begins: an abbreviation in them stays as it is."""
    return words[:1].upper() + words[1:]


def day_words(value: date) -> str:
    """Return a day as people read it."""
    return f"{value.day} {MONTHS[value.month]} {value.year}"


def moment_words(value: datetime) -> str:
    """Return a moment as people in England read it."""
    local = value.astimezone(LONDON)
    return f"{local:%H:%M} on {day_words(local)}"


def dial(phone: str) -> str:
    """Return a phone number as a `tel:` link dials it (RFC 3966)."""
    digits = "".join(c for c in phone if c.isdigit())
    return f"+44{digits[1:]}" if digits.startswith("0") else f"+{digits}"
