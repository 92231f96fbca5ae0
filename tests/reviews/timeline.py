"""A timeline as its file tells it: what happened on which day, and by when who must have learnt of it."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from fingerpost.lookup.form import ChildForm
from fingerpost.words.clock import LONDON
from fingerpost.words.vocabulary import Purpose, Role

FOLDER = Path(__file__).parent / "timelines"


class Stated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an authority's case system says of one child; a later day states only what has changed."""

    given: str = ""
    family: str = ""
    born: date | None = None
    expected: date | None = None
    sex: str = ""
    nhs_number: str = ""
    mother: tuple[str, str] | None = None
    postcode: str = ""
    lived_at: tuple[str, ...] = ()  # earlier postcodes, as the authority holds them
    opened: date | None = None  # a child in need
    closed: date | None = None
    why: str = ""  # CIN census, reason for closure; RC5 is "transferred to another authority"
    no_further_action: bool = False
    enquiry: date | None = None
    enquiry_ended: date | None = None
    plan: date | None = None
    plan_ended: date | None = None
    care: date | None = None
    care_ended: date | None = None
    care_why: str = ""  # SSDA903, reason episode ceased
    missing: date | None = None
    missing_ended: date | None = None


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lookup: where from, by whom, what for, and what was known of the child."""

    who: str
    role: Role
    purpose: Purpose
    child: ChildForm


class HandOver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a hand-over; without a receiver the child leaves England."""

    sender: str
    child: str
    receiver: str = ""
    accepted: bool = False


class Day(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened on one day, in the timeline's order. `states`: by place, by child, what the feed says."""

    on: date
    at: time = time(11)
    what: str
    without: str = ""
    states: dict[str, dict[str, dict[str, Any]]] = {}
    asks: Asked | None = None
    hands_over: HandOver | None = None
    agree: tuple[str, str] | None = None  # an officer of each decides that a doubtful link is one child

    @property
    def moment(self) -> datetime:
        """When it happened; what feeds state of a day goes with the night's feed, at eleven."""
        at = time(23) if self.states else self.at
        return datetime.combine(self.on, at, LONDON).astimezone(UTC)


class Must(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The promise: who must have learnt of whom by when. `without`: when it came out in the pattern."""

    who: str
    of: str = ""
    kind: str = ""  # of notice; empty: a lookup's answer
    by: date
    without: date | None = None


class Timeline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One family's story. `places` gives each name that it uses a code of an authority."""

    title: str
    pattern: str
    sources: tuple[str, ...]
    places: dict[str, str]
    day: tuple[Day, ...]
    must: tuple[Must, ...] = ()
    limits: str = ""  # what the service does not do for this child, and why


def timelines() -> dict[str, Timeline]:
    """Return every timeline by its file's name."""
    return {
        path.stem: msgspec.toml.decode(path.read_bytes(), type=Timeline)
        for path in sorted(FOLDER.glob("*.toml"))
    }
