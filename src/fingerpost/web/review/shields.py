"""The shields that an authority keeps, and who asked about a child under one."""

from uuid import UUID

from flask import Response, request

from fingerpost.shields.request import AWAY, UNREADABLE, Covered, Evidence, Kept
from fingerpost.shields.watch import Asked
from fingerpost.web import opened
from fingerpost.web.authorities import authority_name
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.names import named
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, moment_words
from fingerpost.web.review import BACK
from fingerpost.web.route import Visit
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound


def kept(visit: Visit) -> Response:
    """Open the shields."""
    return opened.keep(visit, _kept(visit))


def _kept(visit: Visit) -> Opened:
    day = today(visit.service.now())
    rows = visit.service.shields.kept(visit.by)
    who = named(visit, (row.asked_by for row in rows))
    items = tuple(
        Item(
            f"{_asked_for(row)} on {day_words(row.asked_at.date())}",
            _facts(row, who(row.asked_by)),
            (
                Act("Reviewed: it stands", _at(row.id, "review"), about=f"of shield {place}", kind="primary"),
                Act("Note evidence", _at(row.id, "evidence"), about=f"of shield {place}", plain=True),
                *(
                    Act(
                        "Another child’s",
                        _at(row.id, "clear"),
                        {"record": str(c.record)},
                        f"record {c.record}",
                    )
                    for c in row.covered
                    if not c.cleared
                ),
                Act("It may be lifted", _at(row.id, "lift"), about=f"shield {place}", kind="warning"),
            ),
            tag=", ".join(f"{what} overdue" for what in row.overdue(day)),
            urgent=True,
        )
        for place, row in enumerate(rows, start=1)
    )
    return Opened(
        heading="Shields your authority keeps",
        items=items,
        empty="Your authority keeps none.",
        again="/review/shields",
        back=BACK,
        intro="A shield stands until two people of different authorities say that it may be lifted.",
    )


def _facts(row: Kept, who: str) -> tuple[tuple[str, str], ...]:
    evidence = row.evidence.label if row.evidence else "none yet"
    due = f", due on {day_words(row.evidence_by)}" if row.evidence_by else ""
    away = [f"a record of {authority_name(authority)} {AWAY}" for authority in row.away]
    return (
        ("Ground", row.ground.label if row.ground else UNREADABLE),
        ("Ring back", row.call_back),
        ("Asked by", who),
        ("Evidence", evidence + due),
        ("Next review", day_words(row.review_on)),
        ("Covers", "; ".join([*map(_covered, row.covered), *away]) or "no record yet"),
        ("Words for lifting", str(row.words)),
    )


def _asked_for(row: Kept) -> str:
    return f"Asked by {row.body.label}" if row.body else "Asked for"


def _covered(row: Covered) -> str:
    return f"a record of {authority_name(row.authority)}{', cleared' if row.cleared else ''}"


def review(visit: Visit, shield: UUID) -> Response:
    """Note that a shield was reviewed and stands."""
    words = "Noted. It is reviewed again in six months."
    return opened.settle(visit, lambda: visit.service.shields.review(shield, visit.by), _kept, words)


def clear(visit: Visit, shield: UUID) -> Response:
    """Note that a covered record is another child's."""

    def act() -> None:
        try:
            record = UUID(request.form.get("record", ""))
        except ValueError:
            raise NotFound("no such record") from None
        visit.service.shields.clear(shield, record, visit.by)

    return opened.settle(visit, act, _kept, "Noted. The record shows again, unless another shield covers it.")


def lift(visit: Visit, shield: UUID) -> Response:
    """Note one person's word that a shield may go."""
    words = "Noted. It goes when a person of another authority says the same."
    return opened.settle(visit, lambda: visit.service.shields.lift(shield, visit.by), _kept, words)


def _form(shield: UUID) -> Form:
    return Form(
        heading="What the shield rests on",
        address=_at(shield, "evidence"),
        button="Note it",
        back=BACK,
        fields=(Field("evidence", "Evidence", kind="choice", choices=choices_of(Evidence)),),
    )


def evidence(visit: Visit, shield: UUID, typed: Typed = None) -> Response:
    """Ask what a shield rests on."""
    return _form(shield).draw(visit, typed)


def note_evidence(visit: Visit, shield: UUID) -> Response:
    """Note it."""
    written = Written(visit, _form(shield))
    chosen = written.member("evidence", Evidence)

    def act() -> Opened:
        assert chosen is not None  # noqa: S101  no problem was noted
        visit.service.shields.evidence(shield, chosen, visit.by)
        return _kept(visit)

    return written.do(act)


def asked(visit: Visit) -> Response:
    """Open who asked."""
    return opened.keep(visit, _asked(visit))


def _asked(visit: Visit) -> Opened:
    rows = visit.service.alerts.list(visit.by)
    who = named(
        visit, (f"{row.asked.authority}/{row.asked.practitioner}" for row in rows if not row.asked.away)
    )
    items = tuple(
        Item(
            f"A record of {authority_name(row.asked.authority)}"
            if row.asked.away
            else who(f"{row.asked.authority}/{row.asked.practitioner}"),
            (("What", AWAY), ("Shield", str(row.asked.shield))) if row.asked.away else _of(row.asked),
            (Act("Dealt with", f"/review/asked/{row.id}/done", about=f"request {place}"),),
        )
        for place, row in enumerate(rows, start=1)
    )
    return Opened(
        heading="Who asked about shielded children",
        items=items,
        empty="Nobody asked.",
        again="/review/asked",
        back=BACK,
        intro="They were told that nothing was found. Ring them if you decide to.",
    )


def _of(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Return when and why somebody asked."""
    return (
        ("When", moment_words(asked.asked_at)),
        ("For", asked.why),
        ("Case", asked.case_reference),
        ("Reference", asked.reference),
        ("Your own reference", asked.own_reference or "see the shield"),
    )


def asked_done(visit: Visit, alert: UUID) -> Response:
    """Note that an alert is dealt with."""
    return opened.settle(visit, lambda: visit.service.alerts.done(alert, visit.by), _asked, "Noted.")


def _at(shield: UUID, act: str) -> str:
    return f"/review/shields/{shield}/{act}"
