"""A child's trail, found by its authority's own reference; and a wrong link, broken for good."""

from uuid import UUID

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.signposts.review import Trail
from fingerpost.signposts.trails import LIVE, BreakReason, Link
from fingerpost.web.authorities import authority_name
from fingerpost.web.fields import Field, Form, Typed, Written
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import sentence
from fingerpost.web.review import BACK
from fingerpost.web.route import Visit

FIND = Form(
    heading="What a child is linked to",
    address="/review/trail",
    button="Show the links",
    back=BACK,
    intro=("To see why records are held to be of one child, and to break a wrong link. That you looked is"
           " recorded.",),
    fields=(
        Field("reference", "Your authority’s own reference of the child", width="govuk-input--width-20"),
    ),
)  # fmt: skip


def finding(visit: Visit) -> Response:
    """Ask which child."""
    return FIND.draw(visit)


def find(visit: Visit) -> Response:
    """Open its trail."""
    written = Written(visit, FIND)
    reference = written.text("reference")
    return written.do(lambda: _trail(visit, visit.service.review.trail_of(reference, visit.by)))


def _trail(visit: Visit, trail: Trail) -> Opened:
    joined = [link for link in trail.links if link.state in LIVE]
    return Opened(
        heading="What the child is linked to",
        items=tuple(_item(visit, trail, link, place) for place, link in enumerate(joined, start=1)),
        empty="Nothing: no other record is held to be of this child.",
        back=(FIND.address, "Another child"),
        intro="Nobody sees a child’s details here. A link of two other authorities is theirs to break.",
    )


def _item(visit: Visit, trail: Trail, link: Link, place: int) -> Item:
    one, other = (trail.records[record] for record in link.pair)
    evidence = Act("See the evidence", f"/review/links/{link.id}", about=f"of link {place}", kind="primary")
    return Item(
        f"{authority_name(one)} and {authority_name(other)}",
        (("Status", sentence(link.state.label)),),
        () if visit.refusal(RecordsAct.REVIEW, one, other) else (evidence,),
        tag=link.sureness.label.capitalize(),
    )


def _breaking(link: UUID) -> Form:
    return Form(
        heading="Break a link",
        address=f"/review/links/{link}/break",
        button="Break it for good",
        back=BACK,
        warns=True,
        intro=(
            "The two records are shown together no more, and no feed and no person joins them again. Other"
            " links that still join the two are taken back.",
            "Both authorities are told. This cannot be undone.",
        ),
        fields=(Field("two", "The records are of two children", kind="tick"),),
    )


def breaking(visit: Visit, link: UUID, typed: Typed = None) -> Response:
    """Ask whether to break one."""
    return _breaking(link).draw(visit, typed)


def break_(visit: Visit, link: UUID) -> Response:
    """Break one."""
    written = Written(visit, _breaking(link))
    written.text("two")

    def act() -> Opened:
        taken = len(visit.service.review.break_link(link, visit.by, BreakReason.WRONG_MATCH))
        others = f" Taken back with it: {taken} more." if taken else ""
        return Opened(heading="Broken for good", intro=f"Both authorities are told.{others}", back=BACK)

    return written.do(act)
