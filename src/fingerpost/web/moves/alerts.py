"""Alerts of missing families: raised of one's own looks, let out by a senior, looked through, called back."""

from uuid import UUID

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.ledger.spoken import heard
from fingerpost.moves.alert import ENDS, MOST_CHILDREN, MOST_DAYS, Alert, AlertState, EndReason
from fingerpost.moves.alert_store import Sweep
from fingerpost.web import opened
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.look.kept import kept_look
from fingerpost.web.opened import Act, Item, Opened, Table
from fingerpost.web.pages import day_words, moment_words, sentence
from fingerpost.web.route import Visit
from fingerpost.words.errors import Invalid, NotFound, Problem

ALERTS = "/work/alerts"
OPEN_THEM = Act("Open the alerts", ALERTS)
RAISE = Form(
    heading="Raise an alert of a missing family",
    address=f"{ALERTS}/raise",
    button="Raise it",
    intro=(
        "First look for each child of the family, for the reason “Missing child”. The alert is of those"
        " looks.",
        "Nobody is told until a manager of your authority, who did not raise it, has approved it. Then all"
        " that is held in England is searched. No child’s details are sent to anybody.",
    ),
    fields=(
        Field(
            "references",
            "References of your looks",
            "One for each child, such as 2CDF-3GHJ; several with commas. They stand on each answer and under"
            " My looks",
        ),
        Field(
            "until",
            "Last day",
            f"Within {MOST_DAYS} days. For example, 27 3 2027",
            width="govuk-input--width-10",
        ),
    ),
)


def listed(visit: Visit) -> Response:
    """Open the list."""
    return opened.keep(visit, _listed(visit))


def _listed(visit: Visit) -> Opened:
    may_approve = visit.may(RecordsAct.ALERT_APPROVE)
    alerts = visit.service.moves.alerts.listed(visit.by)
    return Opened(
        heading="Alerts of missing families",
        items=tuple(
            _item(alert, place, may_approve=may_approve) for place, alert in enumerate(alerts, start=1)
        ),
        acts=(Act(RAISE.heading, RAISE.address, plain=True),),
        empty="Your authority has raised none.",
        again=ALERTS,
        intro="Those of your authority, what is out first. Whom to ring about a child who is found is in your"
        " inbox.",
    )


def _item(alert: Alert, place: int, *, may_approve: bool) -> Item:
    out = alert.state is AlertState.OUT
    swept = sum(sweep.as_of is not None for sweep in alert.sweeps)
    facts = (
        ("Status", sentence(alert.state.label)),
        *((("Why it ended", sentence(alert.reason.label)),) if alert.reason else ()),
        *((("Approved", moment_words(alert.approved_at)),) if alert.approved_at else ()),
        ("Last day", day_words(alert.until)),
        *((("Records found", str(alert.hits)),) if out else ()),
        *((("Searched", f"{swept} of {len(alert.sweeps)} local authorities"),) if out else ()),
        ("Say on the phone", alert.spoken),
    )
    tag = {AlertState.RAISED: "Waits for approval", AlertState.OUT: "Out", AlertState.ENDED: "Called back"}
    acts = _acts(alert, f"alert {place}", may_approve=may_approve)
    return Item(f"Raised at {moment_words(alert.raised_at)}", facts, acts, tag=tag[alert.state])


def _acts(alert: Alert, about: str, *, may_approve: bool) -> tuple[Act, ...]:
    at, end = f"{ALERTS}/{alert.id}", Act("End it", f"{ALERTS}/{alert.id}/end", about=about, plain=True)
    match alert.state:
        case AlertState.RAISED:
            out = Act("Approve it", f"{at}/approve", about=about, kind="primary")
            return (out, end) if may_approve else (end,)
        case AlertState.OUT:
            return (Act("See who was searched", at, about=about), end)
        case AlertState.ENDED:
            return ()


def swept(visit: Visit, alert: UUID) -> Response:
    """Open which authorities were looked through for an alert, and as of which of their feeds."""
    found = next((one for one in visit.service.moves.alerts.listed(visit.by) if one.id == alert), None)
    if found is None:
        raise NotFound("there is no such alert of this authority")
    waiting = [sweep for sweep in found.sweeps if sweep.as_of is None]
    done = [sweep for sweep in found.sweeps if sweep.as_of]
    shown = Opened(
        heading="Who was searched",
        items=tuple(
            Item(f"{words}: {len(sweeps)}", table=_table(words, sweeps))
            for words, sweeps in (("Not searched", waiting), ("Searched", done))
            if sweeps
        ),
        again=f"{ALERTS}/{alert}",
        intro="Each by its own feed, and again with every further one. An authority that is silent, or has"
        " not confirmed its list of shields, counts as not searched: ring it.",
    )
    return opened.keep(visit, shown)


def _table(caption: str, sweeps: list[Sweep]) -> Table:
    rows = tuple(
        (sweep.authority_name, f"its feed of {moment_words(sweep.as_of)}" if sweep.as_of else "not yet")
        for sweep in sweeps
    )
    return Table(caption, ("Authority", "As of"), rows)


def raising(visit: Visit) -> Response:
    """Ask of which looks."""
    return RAISE.draw(visit)


def of_look(visit: Visit, look: UUID) -> Response:
    """Ask of which looks, where one has just been answered."""
    kept = kept_look(visit, look)
    return RAISE.draw(visit, {"references": kept.answer.reference} if kept and kept.answer else {})


def raise_(visit: Visit) -> Response:
    """Raise an alert of one's own looks."""
    written = Written(visit, RAISE)
    references, until = written.read("references", _references), written.day("until")

    def act() -> Opened:
        mine = visit.service.offices.oversight.mine
        entries = [mine.meant(reference, visit.by) for reference in references or ()]
        raised = visit.service.moves.alerts.raise_(entries, until, visit.by)
        item = _item(raised, 1, may_approve=False)
        intro = "A manager of your authority has to approve it. Ring one now: nobody else is told."
        return Opened(heading="Raised", intro=intro, items=(item,), acts=(OPEN_THEM,))

    return written.do(act)


def _references(text: str) -> tuple[str, ...]:
    read = tuple(text.replace(",", " ").replace(";", " ").split())
    if not all(map(heard, read)) or len(read) > MOST_CHILDREN:
        detail = f"are two groups of four each, such as 2CDF-3GHJ, and {MOST_CHILDREN} at most"
        raise Invalid(Problem("references", detail))
    return read


def approve(visit: Visit, alert: UUID) -> Response:
    """Let an alert out."""
    alerts = visit.service.moves.alerts
    words = "Approved. All records held in England are being searched now."
    return opened.settle(visit, lambda: alerts.approve(alert, visit.by), _listed, words)


def _ending(alert: UUID) -> Form:
    return Form(
        heading="Why does the alert end?",
        address=f"{ALERTS}/{alert}/end",
        button="End it",
        intro=("Everybody whom it reached is told that it is over.",),
        fields=(Field("reason", "Reason", kind="choice", choices=choices_of(ENDS)),),
        warns=True,
    )


def ending(visit: Visit, alert: UUID, typed: Typed = None) -> Response:
    """Ask why."""
    return _ending(alert).draw(visit, typed)


def end(visit: Visit, alert: UUID) -> Response:
    """Call an alert back from everybody it reached."""
    written = Written(visit, _ending(alert))
    reason = written.member("reason", EndReason)

    def act() -> Opened:
        if reason is None:
            raise NotFound("no reason")
        item = _item(visit.service.moves.alerts.end(alert, reason, visit.by), 1, may_approve=False)
        return Opened(heading="Ended", items=(item,), acts=(OPEN_THEM,))

    return written.do(act)
