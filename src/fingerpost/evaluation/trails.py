"""What trails add: a record that is found leads to those linked to it, as in an answer.

Records are linked by the service's own rules (`signposts/trails.py`), by the machine alone: nobody decides
here, and no hand-over is known. Without sources every record counts as another authority's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import gt
from uuid import UUID

from fingerpost.evaluation.asking import BANDS, GRADES, Pairs, Row, Work, search
from fingerpost.matching import assess, leaves_doubt
from fingerpost.signposts.trails import (
    STRENGTH,
    Before,
    Comparable,
    Groups,
    Link,
    LinkState,
    follow,
    is_sure,
    make,
    ordered,
)
from fingerpost.words.vocabulary import Band

_NOTHING = Before(Groups((), ()), frozenset(), frozenset())


def _comparables(work: Work, pairs: Pairs) -> Iterator[Comparable]:
    """Yield what is `probable` or better beside each other, as the later of two records finds the earlier."""
    if work.questions is not work.records:
        pairs = search(Work(work.index, work.records, work.records, work.model, gt, work.holders))
    for one, other, weight, grade in pairs.rows():
        if one > other and grade >= GRADES[Band.PROBABLE]:
            band = BANDS[grade - 1]
            seen = assess(work.records[one], work.records[other], model=work.model)
            doubted = leaves_doubt([level for level, _ in seen.found])
            same = bool(work.holders[one]) and work.holders[one] == work.holders[other]
            sure = is_sure(band, doubted=doubted, one_authority=same)
            yield Comparable(ordered(UUID(int=one), UUID(int=other)), band, weight, sure)


def _trails(work: Work, pairs: Pairs) -> dict[UUID, list[Link]]:
    """Return for each linked record, by its place, every link of its trail."""
    groups = Groups((), ())
    made = make(_comparables(work, pairs), groups, {}, _NOTHING)
    trails: defaultdict[UUID, list[Link]] = defaultdict(list)
    for number, pair in enumerate(made.linked):
        link = Link(UUID(int=number), *pair.pair, pair.band, LinkState.LINKED)
        trails[min(groups.of(link.record_a))].append(link)
    return {record: links for first, links in trails.items() for record in groups.of(first)}


def _followed(work: Work, asked: int, found: list[Row], trails: dict[UUID, list[Link]]) -> Iterable[Row]:
    """Return what one question found, and what that leads to: each as surely as its surest way."""
    rows = {UUID(int=row[1]): row for row in found}
    shown = {record: BANDS[row[3] - 1] for record, row in rows.items() if row[3]}
    links = {link.id: link for record in shown for link in trails.get(record, ())}
    for record, path in follow(shown, links.values()).items() if links else ():
        itself = shown.get(record)
        if work.allowed(asked, record.int) and (itself is None or STRENGTH[path.band] < STRENGTH[itself]):
            rows[record] = (asked, record.int, rows[path.origin][2], GRADES[path.band])
    return rows.values()


def with_trails(work: Work, pairs: Pairs) -> Pairs:
    """Return scored pairs and those that trails lead to; a pair found so weighs as the one that led to it."""
    trails = _trails(work, pairs)
    by_question: defaultdict[int, list[Row]] = defaultdict(list)
    for row in pairs.rows():
        by_question[row[0]].append(row)
    return Pairs.of(
        [row for asked, found in by_question.items() for row in _followed(work, asked, found, trails)],
        pairs.candidates,
        pairs.seconds,
    )
