"""Candidate links, which two people decide: the queue, and one link's evidence side by side."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, request

from fingerpost.signposts.review_store import Age
from fingerpost.signposts.trails import LIVE, REVIEW_DAYS, LinkState
from fingerpost.web import opened
from fingerpost.web.authorities import authority_name
from fingerpost.web.opened import Act, Item, Opened, Table
from fingerpost.web.pages import moment_words, sentence
from fingerpost.web.review import BACK
from fingerpost.web.route import Visit


def queue(visit: Visit) -> Response:
    """Open the queue."""
    return opened.keep(visit, _queue(visit))


def _queue(visit: Visit) -> Opened:
    waiting = visit.service.review.queue(visit.by)
    items = tuple(
        Item(
            _pair(row.authority_a, row.authority_b),
            (
                ("Found", moment_words(row.proposed_at)),
                ("Said so far", f"{row.same} for one child, {row.different} for two"),
            ),
            (Act("See the evidence", f"/review/links/{row.id}", about=f"of pair {place}", kind="primary"),),
            tag="Disagreed" if row.same and row.different else row.band.capitalize(),
            urgent=row.same > 0 and row.different > 0,
        )
        for place, row in enumerate(waiting.links, start=1)
    )
    return Opened(
        heading="Records that may be of one child",
        items=items,
        again="/review/links",
        back=BACK,
        empty="Nothing is waiting.",
        intro=" ".join(
            (
                *_age(waiting.age),
                "Nobody sees a child’s details here: only how alike two records are, field by field.",
            )
        ),
    )


def _age(age: Age) -> Iterator[str]:
    if age.oldest is not None:
        yield (
            f"{age.waiting} in all, the oldest since {moment_words(age.oldest)};"
            f" {age.overdue} for more than {REVIEW_DAYS} working days."
        )


def _pair(one: str, other: str) -> str:
    """Return whose two records they are."""
    names = authority_name(one), authority_name(other)
    return f"Two records of {names[0]}" if one == other else " and ".join(names)


def _weight(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def show(visit: Visit, link: UUID) -> Response:
    """Open one link's evidence."""
    found = visit.service.review.show(link, visit.by)
    rows = tuple(
        (sentence(c.field), c.words, _weight(c.match_weight)) for c in found.compared.comparisons if c.words
    )
    pair = _pair(*found.authorities)
    rest = found.compared.match_weight - sum(c.match_weight for c in found.compared.comparisons if c.words)
    seldom = ("All else", "most pairs of records are of two children", _weight(rest))
    table = Table(f"How alike the records are: {pair}", ("What", "How alike", "Weight"), (*rows, seldom))
    total = f"{_weight(found.compared.match_weight)}: {found.compared.band or 'not shown in answers'}"
    evidence = Item(pair, (("Together", total), ("Status", sentence(found.state.label))), table=table)
    shown = Opened(
        heading="Is it one child?",
        items=(evidence,),
        acts=_acts(link, found.state),
        back=BACK,
        intro=f"A weight above 0 speaks for one child, below 0 for two. {_HOW.get(found.state, '')}",
    )
    return opened.keep(visit, shown)


_HOW = {
    LinkState.PROPOSED: "Two people have to say the same. Access keys 1 and 2 press the buttons.",
    **dict.fromkeys(LIVE, "One person is enough to break it."),
}


def _acts(link: UUID, state: LinkState) -> tuple[Act, ...]:
    if state is LinkState.PROPOSED:
        return (
            Act("One child", f"/review/links/{link}/decide", {"same": "yes"}, kind="primary", key="1"),
            Act("Two children", f"/review/links/{link}/decide", {"same": "no"}, key="2"),
        )
    break_it = Act("Break it: two children", f"/review/links/{link}/break", plain=True)
    return (break_it,) if state in LIVE else ()


def decide(visit: Visit, link: UUID) -> Response:
    """Note what the person says and go on to the queue."""
    same = request.form.get("same") == "yes"
    said = "one child" if same else "two children"
    return opened.settle(
        visit,
        lambda: visit.service.review.decide(link, visit.by, same=same),
        _queue,
        f"Noted on the ledger: {said}.",
    )
