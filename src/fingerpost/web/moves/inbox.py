"""The inbox: how much waits, which anybody of the authority may see; and what, whose reading is recorded."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from flask import Response, request

from fingerpost.access.rules import RecordsAct
from fingerpost.notices.inbox import Item as Notice
from fingerpost.notices.inbox import Team
from fingerpost.notices.kinds import NoticeKind
from fingerpost.web import opened
from fingerpost.web.moves.hand_overs import OPEN_THEM
from fingerpost.web.opened import Act, Item, Opened, Table
from fingerpost.web.pages import dial, moment_words, sentence
from fingerpost.web.route import Visit

INBOX = "/inbox"  # e-mails name it too (`notices.deliver`)
MOST = 25  # on one page; the rest come up as these are seen
COUNTED = 1000  # of what waits, by kind
_WORKS = {
    "current": "works with the child now", "previous": "worked with the child before",
    "front door": "whoever answers there", "your own": "your own numbers",
}  # fmt: skip
_OF_NO_REFERENCE = {
    NoticeKind.CONTACT_TEST: "A test of your own numbers", NoticeKind.LATE_HIT: "A child you asked about",
    NoticeKind.LINKS_WAIT: "Records that may be of one child",
    NoticeKind.LINKS_OVERDUE: "Records that may be of one child",
    NoticeKind.ALERT_FOUND: "A child of your alert", NoticeKind.ALERT_ENDED: "An alert",
}  # fmt: skip


def digest(visit: Visit) -> Response:
    """Show how many of each kind wait, and since when. It tells of no child, and is not recorded."""
    total, rows = visit.service.notices.inbox.waiting(visit.by.authority, COUNTED)
    counts = Counter(NoticeKind(row.kind) for row in rows)
    since = {NoticeKind(row.kind): row.told_at for row in reversed(rows)}
    lines = tuple((sentence(kind.label), str(counts[kind]), moment_words(since[kind])) for kind in counts)
    table = Table("Waiting, by kind", ("What", "How many", "Since"), lines)
    shown = Opened(
        heading="Inbox",
        intro=f"{waiting(total)}. An item that nobody marks as seen goes to the manager after four working"
        " hours, then to the duty team. Opening the inbox is recorded.",
        items=(Item("Waiting, by kind", table=table),) if lines else (),
        acts=(
            Act("Open the inbox", INBOX, kind="primary"),
            Act("Open it with what was seen", INBOX, {"seen": "yes"}),
        ),
    )
    return opened.draw(visit, shown)


def waiting(total: int) -> str:
    """Return how many wait, in words."""
    if not total:
        return "Nothing is waiting in your inbox"
    return "1 item is waiting in your inbox" if total == 1 else f"{total} items are waiting in your inbox"


def read(visit: Visit) -> Response:
    """Open the inbox."""
    return opened.keep(visit, _inbox(visit, seen=request.form.get("seen") == "yes"))


def _inbox(visit: Visit, *, seen: bool = False) -> Opened:
    rows = visit.service.notices.inbox.items(visit.by, most=MOST, acknowledged=seen)
    may_answer = visit.may(RecordsAct.HAND_OVER)
    return Opened(
        heading="Inbox",
        items=tuple(_item(row, place, may_answer=may_answer) for place, row in enumerate(rows, start=1)),
        empty="Nothing is waiting.",
        again=INBOX,
        intro=f"The oldest come first, {MOST} at a time. Children are named by your own reference alone."
        " When you ring, say the code: the other authority sees the same one.",
    )


def _item(row: Notice, place: int, *, may_answer: bool) -> Item:
    facts = [
        ("What", sentence(row.kind.label)),
        ("When", moment_words(row.told_at)),
        ("Who should act", sentence(row.step.label)),
        *((("Say on the phone", row.spoken),) if row.ring else ()),
    ]
    if row.asked and row.reference and not (row.ring and row.asked == row.spoken):
        facts.append(("Reference of the look", row.asked))
    if row.recalled_at:
        facts.append(("Taken back", moment_words(row.recalled_at)))
    if row.acknowledged_by and row.acknowledged_at:
        facts.append(("Seen", f"by {row.acknowledged_by}, {moment_words(row.acknowledged_at)}"))
    answers = row.kind in {NoticeKind.HAND_OVER_OFFERED, NoticeKind.HAND_OVER_OVERDUE} and may_answer
    return Item(
        _title(row),
        (*facts, *(("Whom to ring", f"{_whose(team)}: {_how(team)}") for team in row.ring)),
        (
            *rings(row.ring),
            *((OPEN_THEM,) if answers else ()),
            *(() if row.acknowledged_at else (_seen(row, place),)),
        ),
        tag=_tag(row),
    )


def _title(row: Notice) -> str:
    if row.reference:
        return f"Your reference {row.reference}"
    if row.asked:
        return f"Your look {row.asked}"
    return _OF_NO_REFERENCE.get(row.kind, "A child of another authority")


def _tag(row: Notice) -> str:
    if row.recalled_at:
        return "Not so any more"
    return "Seen" if row.acknowledged_at else ""


def _whose(team: Team) -> str:
    return f"{team.authority_name}, {team.team}"


def _how(team: Team) -> str:
    number = team.contact.phone_now_is if team.contact.phone_now else "no number is known: ring the desk"
    return f"{_WORKS[team.status]}; {number}"


def rings(teams: Iterable[Team]) -> list[Act]:
    """Return each number once: an authority's teams may share one, at night above all."""
    sharing: dict[tuple[str, str], list[str]] = {}
    for team in teams:
        if phone := team.contact.phone_now:
            sharing.setdefault((team.authority_name, phone), []).append(team.team)
    return [
        Act(
            f"Ring {whose}, {phone}",
            f"tel:{dial(phone)}",
            about=" and ".join(names),
            kind="primary",
            plain=True,
        )
        for (whose, phone), names in sharing.items()
    ]


def _seen(row: Notice, place: int) -> Act:
    return Act("Mark as seen", f"{INBOX}/{row.id}/seen", about=f"item {place}")


def seen(visit: Visit, item: UUID) -> Response:
    """Note that an item was seen."""
    inbox = visit.service.notices.inbox
    return opened.settle(visit, lambda: inbox.acknowledge(item, visit.by), _inbox, "Noted on the ledger.")
