"""Following trails: the records that a question found lead to others held to be of the same child. Pure.

A record is shown as sure as its surest way: by itself, or by a found record and the links from there, of
which the weakest step counts.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec

from fingerpost.signposts.trails import APART, LIVE, STRENGTH, Groups, Link, Path, follow
from fingerpost.vault import Candidate
from fingerpost.vault.release import Withheld, Words
from fingerpost.vault.vault import Weighed

Why = Callable[[Candidate, Candidate], Withheld]


class Reached(Weighed, frozen=True, kw_only=True):
    """A record that links lead to; `linked` says why, for whoever is shown the records they go `through`."""

    linked: Words
    through: frozenset[UUID]


def with_trails(
    weighed: Sequence[Weighed], links: Sequence[Link], sealed: Mapping[UUID, Candidate], why: Why
) -> list[Weighed]:
    """Return what was weighed and every other record of its trails, each once; one `child` for each trail.

    `why` explains a link from its two sealed records, in words that wait for the receipt.
    """
    found = {w.record: w for w in weighed}
    paths = follow({w.record: w.band for w in weighed}, links)
    shown = [
        found[record]
        if _sure_itself(found.get(record), path)
        else _reached(record, path, found, _in_words(path, sealed, why))
        for record, path in paths.items()
    ]
    children = _children(weighed, links)
    return [msgspec.structs.replace(w, child=children[w.record]) for w in shown]


def _sure_itself(itself: Weighed | None, path: Path) -> bool:
    return itself is not None and STRENGTH[itself.band] <= STRENGTH[path.band]


def _in_words(path: Path, sealed: Mapping[UUID, Candidate], why: Why) -> Words:
    """Return why each link of a path stands, nearest to the record found first."""
    words: list[str | Withheld] = []
    for link in path.links:
        words += [
            ", and from there: " if words else "linked to the record found: ",
            why(sealed[link.record_a], sealed[link.record_b]),
        ]
    return tuple(words)


def _reached(record: UUID, path: Path, found: Mapping[UUID, Weighed], words: Words) -> Reached:
    origin, itself = found[path.origin], found.get(record)
    return Reached(
        record, origin.child, path.band, origin.match_weight, itself.explanation if itself else (),
        linked=words, through=frozenset(end for link in path.links for end in link.pair) - {record},
    )  # fmt: skip


def _children(weighed: Sequence[Weighed], links: Sequence[Link]) -> dict[UUID, int]:
    """Return the child of each record: by trails, then as the vault holds, unless they were set apart."""
    groups = Groups(
        (link for link in links if link.state in LIVE), (link.pair for link in links if link.state in APART)
    )
    first: dict[int, list[UUID]] = {}
    for w in weighed:
        first.setdefault(w.child, []).append(w.record)
    for head, *others in first.values():
        for other in others:
            if groups.may_join(head, other):
                groups.join(head, other)
    numbers: dict[UUID, int] = {}
    for place, w in enumerate(weighed):
        for record in groups.of(w.record):
            numbers.setdefault(record, place)
    return numbers
