"""Writes docs/would-we-have-found-her.md from the timelines and what a replay of them showed.

python -m tests.reviews.page
"""

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found
from fingerpost.words.clock import LONDON
from tests.conftest import go_live, let_in
from tests.reviews.conftest import replayed
from tests.reviews.replay import Learnt, first
from tests.reviews.timeline import Day, Must, Timeline, timelines

PAGE = Path(__file__).parents[2] / "docs" / "would-we-have-found-her.md"
_HEAD = """# Would we have found her?

<!-- Written by `python -m tests.reviews.page` from tests/reviews/timelines; a test compares. -->

Reviews of children who died or were badly hurt tell the same stories again: the family moved, and what one
area knew stayed there. Here are ten such stories, and what Fingerpost would have said, to whom, on which
day.

**The children, the families and the days are made up.** A source is cited for the pattern alone; the places
are chosen at random and did none of this. Each story is a file in `tests/reviews/timelines/`. All are
replayed side by side through the real service: nightly feeds at eleven, questions when they are asked, a
look each dawn at what time alone changes. A change after which somebody learns later than the file promises
fails `tests/reviews`, and so does one that shows a child of one story in another. "Without it" is the story
as such reviews tell it; that a team which is told would have acted is more than any replay can show.
"""
_SAID = {
    "shared": "works, or worked, with the same child as {of}",
    "out_of_area": "a child of {of} lives here",
    "orphan_asked": "closed as handed on, and two people have not said whether somebody has it",
    "orphaned": "closed as handed on, and nobody has opened{of}",
    "hand_over_offered": "{of} offers the child",
    "hand_over_overdue": "the offer has waited for more than fifteen working days",
    "hand_over_accepted": "the offer was accepted",
    "returned": "the child who left England is known to {of}",
    "links_wait": "records that may be of one child wait for two people",
    "links_overdue": "records that may be of one child have waited for more than five working days",
    "looked_for": "the child was looked for in unscheduled care: {of}",
}


def page(told: dict[str, Timeline], learnt: dict[str, list[Learnt]]) -> str:
    """Return the whole page."""
    parts = [_HEAD, *_overview(told, learnt)]
    for name, line in told.items():
        parts += ["", f"## {line.title}", "", line.pattern.strip(), ""]
        parts += ["| day | what happened | without it | with it |", "|---|---|---|---|"]
        parts += _rows(line, learnt[name])
        parts += _summary(line, learnt[name])
        parts += ["", *([line.limits.strip(), ""] if line.limits else [])]
        parts += ["Pattern after: " + "; ".join(line.sources) + "."]
    return "\n".join(parts) + "\n"


def _overview(told: dict[str, Timeline], learnt: dict[str, list[Learnt]]) -> Iterator[str]:
    yield "| story | first signpost | without it | earlier by |"
    yield "|---|---|---|---|"
    for name, line in told.items():
        late = [must.without for must in line.must if must.without]
        known = [found_out.on for must in line.must if (found_out := first(must, learnt[name]))]
        if late and known:
            days = (min(late) - min(known)).days
            yield f"| {line.title} | {_day(min(known))} | {_day(min(late))} | {days} days |"
        else:
            yield f"| {line.title} | none | – | – |"


def _rows(line: Timeline, learnt: list[Learnt]) -> Iterator[str]:
    """Yield a row for each day of the story, and for each on which time alone told somebody."""
    days: dict[date, list[Day]] = {}
    for day in line.day:
        days.setdefault(day.on, []).append(day)
    by_day: dict[date, list[Learnt]] = {}
    for one in learnt:
        by_day.setdefault(one.on, []).append(one)
    for on in sorted({*days, *by_day}):
        happened = " ".join(day.what for day in days.get(on, ()))
        without = " ".join(day.without for day in days.get(on, ()) if day.without)
        said = "<br>".join(sorted(_said(one) for one in by_day.get(on, ())))
        yield f"| {_day(on)} | {happened or 'nothing: time has passed'} | {without} | {said} |"


def _said(one: Learnt) -> str:
    at, of = _clock(one.at), _list(one.of)
    if one.recalled:
        return f"{at} {one.who}: taken back"
    if one.kind in _SAID:
        of = f": {of}" if one.kind == "orphaned" and of else of
        return f"{at} **{one.who}** is told: {_SAID[one.kind].format(of=of)}"
    answer = f"ring {of}" if of else "not found; and who does not report"
    return f"{at} **{one.who}** is answered: {answer}"


def _summary(line: Timeline, learnt: list[Learnt]) -> Iterator[str]:
    yield ""
    for must in line.must:
        known = first(must, learnt)
        when = f"on {_day(known.on)}" if known else "**never**"
        yield f"* {_who(must)} {when}{_earlier(must, known)}."


def _who(must: Must) -> str:
    of = f" of {must.of}" if must.of else ""
    by = f"`{must.kind}`" if must.kind else "asking"
    return f"{must.who[0].upper()}{must.who[1:]} learns{of} by {by}"


def _earlier(must: Must, known: Learnt | None) -> str:
    if must.without is None or known is None:
        return ""
    return f"; without it on {_day(must.without)}, {(must.without - known.on).days} days later"


def _list(names: tuple[str, ...]) -> str:
    return " and ".join(f"{name.partition(', ')[0]} ({name.partition(', ')[2]})" for name in names)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"


def write() -> None:
    """Replay every timeline in an instance of its own, and write the page anew."""
    with tempfile.TemporaryDirectory(prefix="reviews-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # the embedded database runs as a user without rights
        settings = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
        found(settings)
        with Instance(settings).running():
            let_in(Instance(settings).owner_conninfo())
            go_live(settings)
            told = timelines()
            with replayed(settings, folder, told) as replay:
                PAGE.write_text(page(told, replay.learnt), "utf-8")


if __name__ == "__main__":
    write()
