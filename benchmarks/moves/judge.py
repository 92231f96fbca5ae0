"""Holds what was told against who the children truly are."""

import csv
from collections import Counter, defaultdict
from datetime import date
from enum import unique
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from msgspec import Struct, field

from fingerpost.moves.rules import ORPHAN_DAYS
from fingerpost.words.vocabulary import Labelled
from fingerpost.words.working_time import working_days_after

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


@unique
class Outcome(Labelled):
    """What the new area knew of the earlier record on the night of its own."""

    TOLD = "told", "both were told"
    SHOWN = "shown", "whoever asks on arrival is shown it"
    WAITING = "waiting", "two people were asked whether it is one child"
    MISSED = "missed", "none of these"
    GONE = "gone", "the earlier record had left by its rule: nothing to learn"


class Seen(Struct):
    """What came to pass in a replay. `outcomes`: of each move, by the record that arrived."""

    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    outcomes: dict[UUID, Outcome] = field(default_factory=dict[UUID, Outcome])
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
    """How many moves came to which outcome, and what the records of those missed bear."""

    outcomes: Counter[Outcome]
    missed_notes: Counter[str]


class Orphans(Struct, kw_only=True):
    """Transfers that nobody took up; and those listed although somebody had, with a waiting link or none.

    `unseen`: who took the child up came and went between two nights that were replayed.
    """

    planted: int
    found: int
    taken_up: int
    unseen: int
    listed_waiting: int
    listed_unknown: int


def judged(seen: Seen, truth: Truth, nights: set[date]) -> Figures:
    """Return the figures of the moves whose new record came on one of these nights."""
    found = Figures(outcomes=Counter(), missed_notes=Counter())
    for move in moves_of(seen, truth):
        new, old = move.arrival, move.old
        outcome = seen.outcomes.get(new.record)
        if outcome is None or new.night not in nights:
            continue
        found.outcomes[outcome] += 1
        if outcome is Outcome.MISSED:
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
    in_doubt = {record for pair in proposed(owner) for record in pair}
    return Orphans(
        planted=len(planted), found=len(planted & listed),
        taken_up=len(taken), unseen=len((transferred - takers) & listed),
        listed_waiting=len(taken & listed & in_doubt), listed_unknown=len((taken & listed) - in_doubt),
    )  # fmt: skip


def told(owner: Owner) -> set[tuple[UUID, UUID]]:
    """Return of which record of its own and which of another each authority was told."""
    rows = owner.execute(
        "SELECT n.record_id, n.other_id FROM notice n JOIN record r ON r.id = n.record_id"
        " WHERE n.kind = 'shared' AND n.authority = r.authority"
    ).fetchall()
    return {(own, other) for own, other in rows}


def proposed(owner: Owner) -> set[frozenset[UUID]]:
    """Return the pairs that wait for people."""
    rows = owner.execute("SELECT record_a, record_b FROM link WHERE state = 'proposed'").fetchall()
    return {frozenset(pair) for pair in rows}
