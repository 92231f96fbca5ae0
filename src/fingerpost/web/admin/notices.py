"""Where an authority is told that something waits, beside its teams' own inboxes."""

import msgspec
from flask import Response

from fingerpost.notices.delivery_store import Route
from fingerpost.web.admin import BACK
from fingerpost.web.fields import Field, Form, Written
from fingerpost.web.opened import Opened
from fingerpost.web.route import Visit

FORM = Form(
    heading="Where notices are sent",
    address="/admin/notices",
    button="Save",
    back=BACK,
    intro=(
        "A message says how many items wait, and nothing else. It goes to the team’s own e-mail; unseen for"
        " four working hours to the managers, and then to the duty team.",
        "Where you leave an e-mail empty, the team’s own is used.",
    ),
    fields=(
        Field("managers", "Managers’ e-mail"),
        Field("directors", "Directors’ e-mail", "For children closed here whom nobody has opened"),
        Field("duty", "Duty team’s e-mail"),
        Field("webhook", "Address of a program to call", "Begins with https://; each call is signed"),
    ),
)


def show(visit: Visit) -> Response:
    """Show where, to be changed."""
    return FORM.draw(visit, msgspec.structs.asdict(visit.service.notices.routes.of(visit.by.authority)))


def save(visit: Visit) -> Response:
    """Set where."""
    written = Written(visit, FORM)
    route = Route(**{field.name: written.text(field.name, needed=False) for field in FORM.fields})

    def act() -> Opened:
        visit.service.notices.routes.set(route, visit.by)
        return Opened(heading="Saved", intro="It holds from the next message on.", back=BACK)

    return written.do(act)
