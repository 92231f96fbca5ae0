"""Holds what was told against who the children truly are."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from msgspec import Struct, field

from fingerpost.moves.rules import ORPHAN_DAYS
from fingerpost.words.working_time import working_days_after

WITHIN = timedelta(days=1)
Owner = psycopg.Connection[tuple[Any, ...]]


class Arrival(Struct, frozen=True, kw_only=True):
    """A child on an authority's books for the first time. `first` is the day that its work began.

    `current`: it went on that night. Of two past works nobody is told.
    """

    record: UUID
    authority: str
    person: str
    night: date
    first: str
    current: bool


class Seen(Struct):
    """What came to pass in a replay. `shown`: by who arrived, the records that asking then showed.

    `gone`: who arrived when the earlier record had left by its own rule.
    """

    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    shown: dict[UUID, set[UUID]] = field(default_factory=dict[UUID, set[UUID]])
    gone: set[UUID] = field(default_factory=set[UUID])
    known: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    refused: list[str] = field(default_factory=list[str])


class Move(Struct, frozen=True):
    """A child who came to one authority, and the earlier record that the new one should learn of."""

    arrival: Arrival
    old: Arrival


class Truth:
    """Who each record truly is, by authority and the authority's own reference."""

    def __init__(self, country: Path) -> None:
        with (country / "truth.csv").open(encoding="utf-8", newline="") as file:
            rows = {(row["authority"], row["pers_person_id"]): row for row in csv.DictReader(file)}
        self._rows = rows

    def child(self, arrival: Arrival) -> str:
        """Return the true identity behind a record."""
        return self._rows[arrival.authority, arrival.person]["child_id"]

    def notes(self, arrival: Arrival) -> list[str]:
        """Return what was done to a record, and how a hand-over of it went."""
        return self._rows[arrival.authority, arrival.person]["notes"].split()


def moves_of(seen: Seen, truth: Truth) -> list[Move]:
    """Return every move: a record, and the one that another authority had last made of the same child."""
    trails: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in seen.arrivals:
        trails[truth.child(arrival)].append(arrival)
    found: list[Move] = []
    for trail in trails.values():
        trail.sort(key=lambda a: (a.first, a.night))
        found += [Move(new, old) for old, new in pairwise(trail) if old.authority != new.authority]
    return found


class Figures(Struct, kw_only=True):
    """The answers, in counts. `waiting`: a link waits for people, who were asked the same night.

    `gone`: besides, moves whose earlier record had left by its own rule: there was nothing left to learn.
    """

    moves: int
    gone: int
    told: int
    shown: int
    waiting: int
    missed_notes: Counter[str]


class Orphans(Struct, kw_only=True):
    """Transfers that nobody took up; and those listed although somebody had, with a waiting link or none.

    `asked`: not listed, since people are asked about somebody who began then. `unseen`: who took the child up
    came and went between two nights that were replayed.
    """

    planted: int
    found: int
    asked: int
    taken_up: int
    unseen: int
    listed_waiting: int
    listed_unknown: int


def judged(seen: Seen, truth: Truth, owner: Owner, nights: set[date]) -> Figures:
    """Return the figures of the moves whose new record came on one of these nights."""
    notices, proposed = told(owner), _proposed(owner)
    moves = [m for m in moves_of(seen, truth) if m.arrival.current and m.arrival.night in nights]
    gone = [move for move in moves if move.arrival.record in seen.gone]
    moves = [move for move in moves if move.arrival.record not in seen.gone]
    found = Figures(moves=len(moves), gone=len(gone), told=0, shown=0, waiting=0, missed_notes=Counter())
    for move in moves:
        new, old = move.arrival, move.old
        at = notices.get((new.record, old.record))
        if at is not None and at - new.night <= WITHIN:
            found.told += 1
        elif old.record in seen.shown.get(new.record, ()):
            found.shown += 1
        elif frozenset((new.record, old.record)) in proposed:
            found.waiting += 1
        else:
            found.missed_notes.update(sorted({*truth.notes(new), *truth.notes(old)}) or ["nothing noted"])
    return found


def false_notices(seen: Seen, truth: Truth, owner: Owner) -> tuple[int, int]:
    """Return how many notices say that two share a child, and how many of them are not so."""
    by_record = {arrival.record: arrival for arrival in seen.arrivals}
    pairs = [(by_record[a], by_record[b]) for a, b in told(owner) if a in by_record and b in by_record]
    return len(pairs), sum(truth.child(one) != truth.child(other) for one, other in pairs)


def orphans(seen: Seen, truth: Truth, owner: Owner, last: date) -> Orphans:
    """Judge the list of orphaned transfers as it stands on the last night."""
    by_record = {arrival.record: arrival for arrival in seen.arrivals}
    rows = owner.execute(
        "SELECT record_id, max(ended) FILTER (WHERE handed_on) FROM signpost"
        " GROUP BY record_id HAVING bool_or(handed_on) AND NOT bool_or(ended IS NULL)"
    ).fetchall()
    due = {record for record, closed in rows if working_days_after(closed, ORPHAN_DAYS) < last}
    listed = {record for (record,) in owner.execute("SELECT record_id FROM orphan").fetchall()}
    noted = {r: truth.notes(by_record[r]) for r in due if r in by_record}
    planted = {r for r, notes in noted.items() if "orphaned" in notes}
    takers = {move.old.record for move in moves_of(seen, truth)}
    transferred = {r for r, notes in noted.items() if "transferred" in notes}
    taken = transferred & takers
    in_doubt = {record for pair in _proposed(owner) for record in pair}
    return Orphans(
        planted=len(planted), found=len(planted & listed), asked=len((planted - listed) & in_doubt),
        taken_up=len(taken), unseen=len((transferred - takers) & listed),
        listed_waiting=len(taken & listed & in_doubt), listed_unknown=len((taken & listed) - in_doubt),
    )  # fmt: skip


def told(owner: Owner) -> dict[tuple[UUID, UUID], date]:
    """Return when each authority was told, of which record of its own and which of another."""
    rows = owner.execute(
        "SELECT n.record_id, n.other_id, n.told_at FROM notice n JOIN record r ON r.id = n.record_id"
        " WHERE n.kind = 'shared' AND n.authority = r.authority"
    ).fetchall()
    return {(own, other): at.date() for own, other, at in rows}


def _proposed(owner: Owner) -> set[frozenset[UUID]]:
    """Return the pairs that wait for people."""
    rows = owner.execute("SELECT record_a, record_b FROM link WHERE state = 'proposed'").fetchall()
    return {frozenset(pair) for pair in rows}
