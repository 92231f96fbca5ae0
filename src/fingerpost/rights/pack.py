"""What a subject access pack holds, as values; and the same as a page for people."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib.resources import files
from uuid import UUID

from jinja2 import Environment
from msgspec import Struct

from fingerpost.rights.store import Pointer
from fingerpost.signposts.sensitive import Note
from fingerpost.signposts.signpost import SignpostRole
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Service

REDACTED = "left out: it is about somebody else"
SOURCES = {"sensitive": "the list of its sensitive services"}


class Details(Struct, frozen=True, kw_only=True):
    """What an authority stated of who the child is. Another person's name is left out."""

    names: tuple[str, ...]
    date_of_birth: date | None
    sex: str
    postcodes: tuple[str, ...]
    nhs_number: str
    upn: str
    mother: str


class Held(Struct, frozen=True, kw_only=True):
    """One signpost: which service, since when, until when it stays, and where it came from."""

    id: UUID
    service: str
    team: str
    role: str
    started: date
    ended: date | None
    confirmed: date
    leaves_on: date
    source: str
    rule: str
    disputed: bool


class Sensitive(Struct, frozen=True, kw_only=True):
    """Which sensitive service it is, on which basis it is recorded, and who decided what."""

    service: str
    basis: str
    decision: str
    recorded_on: date


class Record(Struct, frozen=True, kw_only=True):
    """What one authority states."""

    authority: str
    details: Details
    signposts: tuple[Held, ...]
    sensitive: Sensitive | None = None


class Look(Struct, frozen=True, kw_only=True):
    """Somebody looked: of which body, in which role, when, why, and what they were shown."""

    at: datetime
    authority: str
    role: str
    purpose: str
    shown: tuple[str, ...]


class Pack(Struct, frozen=True, kw_only=True):
    """Everything. `looks_held_back` says until when and why it is not told who looked, if it is not."""

    made_at: datetime
    requester: str
    records: tuple[Record, ...]
    looks: tuple[Look, ...]
    looks_held_back: str
    rights: tuple[str, ...]


RIGHTS = (
    "You can ask the authority that states something to put it right or take it away (UK GDPR art. 16, 17).",
    "You can say that something is wrong: it is marked as disputed at once, for whoever is shown it.",
    "You can object (art. 21), and complain to the Information Commissioner, ico.org.uk.",
)


def details(child: ChildDetails, *, homes: bool) -> Details:
    """Return what is stated of a child, without what is about somebody else."""
    postcodes = child.postcodes if homes or not child.postcodes else (REDACTED,)
    return Details(
        names=tuple(_full(name) for name in child.names), date_of_birth=child.date_of_birth,
        sex=child.sex.label if child.sex else "", postcodes=postcodes,
        nhs_number=child.nhs_number or "", upn=child.upn or "", mother=REDACTED if child.mother else "",
    )  # fmt: skip


def _full(name: PersonName) -> str:
    return f"{name.given} {name.family}".strip()


def pointer(row: Pointer) -> Held:
    """Return a signpost as the person whom it is about may see it."""
    return Held(
        id=row.id, service=Service(row.service).label, team=row.team, role=SignpostRole(row.role).label,
        started=row.started, ended=row.ended, confirmed=row.confirmed, leaves_on=row.leaves_on,
        source=SOURCES.get(row.source_table, row.source_table), rule=row.rule,
        disputed=row.disputed_on is not None,
    )  # fmt: skip


def sensitive(note: Note) -> Sensitive:
    """Return what stands beside the record of a sensitive service; who recorded it is left out."""
    return Sensitive(
        service=note.kind.label, basis=note.basis.label, decision=note.decision.label,
        recorded_on=note.recorded_on,
    )  # fmt: skip


def page(pack: Pack) -> str:
    """Return the pack as a page that needs nothing beside itself."""
    template = (files("fingerpost.rights") / "pack.html").read_text("utf-8")
    return (
        Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        .from_string(template)
        .render(pack=pack)
    )


def levels(shown: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return what was shown as words: service and how much of it."""
    return tuple(f"{service} ({level})" for service, level in shown)


def by_record(rows: Sequence[Pointer], record: UUID) -> tuple[Held, ...]:
    """Return the signposts of one record."""
    return tuple(pointer(row) for row in rows if row.record_id == record)
