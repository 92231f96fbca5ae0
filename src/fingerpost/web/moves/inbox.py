"""The inbox: how much waits, which anybody of the authority may see; and what, whose reading is recorded."""

from collections import Counter
from collections.abc import Callable, Iterable
from uuid import UUID

from flask import Response, request
from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.lookup.contact import NO_NUMBER
from fingerpost.notices.inbox import Item as Notice
from fingerpost.notices.inbox import Team
from fingerpost.notices.kinds import NoticeKind, Step
from fingerpost.web import opened
from fingerpost.web.drafts import read_number
from fingerpost.web.moves.hand_overs import OPEN_THEM
from fingerpost.web.names import own
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import dial, moment_words, sentence
from fingerpost.web.route import Visit

INBOX = "/inbox"  # e-mails name it too (`notices.deliver`)
MOST = 25  # on one page
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
    kinds = tuple(
        Item(
            _what(kind),
            (*_to_do(kind), ("Waiting", str(counts[kind])), ("Oldest", moment_words(since[kind]))),
            (Act("Open", INBOX, {"kind": kind.value}, about=_what(kind)),),
        )
        for kind in counts
    )
    shown = Opened(
        heading="Inbox",
        intro=f"{waiting(total)}. An item that nobody marks as seen goes to the manager after four working"
        " hours, then to the duty team. Opening the inbox is recorded.",
        items=kinds,
        acts=(
            Act("Open all, oldest first", INBOX, kind="primary"),
            Act("Open all, with those already seen", INBOX, {"seen": "yes"}),
        ),
    )
    return opened.draw(visit, shown)


def _what(kind: NoticeKind) -> str:
    """Return what happened, without what is to be done."""
    return sentence(kind.label.partition(": ")[0])


def _to_do(kind: NoticeKind) -> tuple[tuple[str, str], ...]:
    """Return what is to be done, where the kind says it."""
    to_do = kind.label.partition(": ")[2]
    return (("What to do", sentence(to_do)),) if to_do else ()


def waiting(total: int) -> str:
    """Return how many wait, in words."""
    if not total:
        return "Nothing is waiting in your inbox"
    return "1 item is waiting in your inbox" if total == 1 else f"{total} items are waiting in your inbox"


def read(visit: Visit) -> Response:
    """Open the inbox: all of it, or one kind; from the oldest, or on from an item."""
    return opened.keep(visit, _inbox(visit))


def _inbox(visit: Visit) -> Opened:
    asked = {name: request.form.get(name, "") for name in ("kind", "seen", "after")}
    kind = NoticeKind(asked["kind"]) if asked["kind"] in set(NoticeKind) else None
    inbox = visit.service.notices.inbox
    rows = inbox.items(
        visit.by, most=MOST, acknowledged=asked["seen"] == "yes", kind=kind,
        after=read_number(asked["after"]),
    )  # fmt: skip
    total, waiting_ = inbox.waiting(visit.by.authority, COUNTED)
    wait = sum(row.kind == asked["kind"] for row in waiting_) if kind else total
    page = _Page(visit.may(RecordsAct.HAND_OVER), asked, own(visit, {r.acknowledged_by or "" for r in rows}))
    return Opened(
        heading=_what(kind) if kind else "Inbox",
        items=tuple(_item(row, place, page) for place, row in enumerate(rows, start=1)),
        empty="Nothing more is waiting." if asked["after"] else "Nothing is waiting.",
        more=Act("Next page", INBOX, {**asked, "after": str(rows[-1].id)}) if len(rows) == MOST else None,
        again=INBOX,
        again_with=asked,
        back=(INBOX, "Inbox"),
        intro=f"{wait} in all, the oldest first, {MOST} on a page. Children are named by your own reference"
        " alone. When you ring, say the code: the other authority sees the same one.",
    )


class _Page(Struct, frozen=True):
    """What items of one page share: what may be done, what was asked for, and who is who."""

    may_answer: bool
    asked: dict[str, str]
    who: Callable[[str], str]


def _item(row: Notice, place: int, page: _Page) -> Item:
    facts = [
        ("What", _what(row.kind)),
        *_to_do(row.kind),
        ("When", moment_words(row.told_at)),
        *((("Who should act", sentence(row.step.label)),) if row.step is not Step.TEAM else ()),
        *((("Say on the phone", row.spoken),) if row.ring else ()),
    ]
    if row.asked and row.reference and not (row.ring and row.asked == row.spoken):
        facts.append(("Reference of the look", row.asked))
    if row.recalled_at:
        facts.append(("Taken back", moment_words(row.recalled_at)))
    if row.acknowledged_by and row.acknowledged_at:
        facts.append(("Seen", f"by {page.who(row.acknowledged_by)}, {moment_words(row.acknowledged_at)}"))
    answers = row.kind in {NoticeKind.HAND_OVER_OFFERED, NoticeKind.HAND_OVER_OVERDUE} and page.may_answer
    return Item(
        _title(row),
        (*facts, *(("Whom to ring", f"{_whose(team)}: {_how(team)}") for team in row.ring)),
        (
            *rings(row.ring),
            *((OPEN_THEM,) if answers else ()),
            *(() if row.acknowledged_at else (_seen(row, place, page.asked),)),
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
    number = team.contact.phone_now_is if team.contact.phone_now else NO_NUMBER
    left = f". {team.contact.left.words}" if team.contact.left else ""
    return f"{_WORKS[team.status]}; {number}{left}"


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


def _seen(row: Notice, place: int, asked: dict[str, str]) -> Act:
    return Act("Mark as seen", f"{INBOX}/{row.id}/seen", asked, about=f"item {place}")


def seen(visit: Visit, item: UUID) -> Response:
    """Note that an item was seen, and go on where the reader was."""
    inbox = visit.service.notices.inbox
    return opened.settle(visit, lambda: inbox.acknowledge(item, visit.by), _inbox, "Noted on the ledger.")
