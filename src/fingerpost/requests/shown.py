"""What either side is shown of a contact request. What is not a field here cannot leave the service."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.requests.life import Outcome, State, stands
from fingerpost.requests.store import Row
from fingerpost.vault import Vault
from fingerpost.words.vocabulary import Purpose, Role, Service

UNNAMED = "not named"

_encode = msgspec.json.Encoder().encode


class Note(Struct, frozen=True, kw_only=True):
    """What is sealed of a request: where to ring, why, on which case, and the answer it is about."""

    phone: str
    purpose: Purpose
    case_reference: str
    reference: str

    def __repr__(self) -> str:
        return f"Note({self.purpose})"


class Mine(Struct, frozen=True, kw_only=True):
    """A request as the asker sees it: whom they asked, by when, and how it ended."""

    id: UUID
    authority_name: str
    team: str
    case_reference: str
    reference: str
    state: State
    state_words: str
    outcome: Outcome | None
    outcome_words: str
    asked_at: datetime
    due_at: datetime
    with_the_desk: bool
    lapses_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None


class Waiting(Struct, frozen=True, kw_only=True):
    """A request as those who are asked see it in their list: who asks, why and by when; not yet of whom."""

    id: UUID
    team: str
    team_reference: str | None
    authority_name: str
    role: Role
    purpose: Purpose
    purpose_words: str
    state: State
    state_words: str
    asked_at: datetime
    due_at: datetime
    with_the_desk: bool


class Opened(Struct, frozen=True, kw_only=True):
    """A request as it is opened: whom to ring, and which child it is by one's own reference."""

    waiting: Waiting
    asker_name: str
    phone: str
    case_reference: str
    reference: str
    own_reference: str

    def __repr__(self) -> str:
        return f"Opened({self.waiting.id})"


def is_brokered(row: Row) -> bool:
    """Tell whether those who ask must not learn whom they ask: a sensitive service."""
    return row.service == Service.SENSITIVE.value


def seal(vault: Vault, row: UUID, authority: str, cohort: date, note: Note) -> bytes:
    """Seal what an asker wrote; the month's key must exist."""
    return vault.seal_request(row, authority, cohort, _encode(note))


def note_of(vault: Vault, row: Row) -> Note:
    """Return what an asker wrote."""
    plain = vault.open_request(row.id, row.authority, row.cohort, row.sealed)
    return msgspec.json.decode(plain, type=Note)


def mine(vault: Vault, row: Row, moment: datetime) -> Mine:
    """Return a request for whoever asked."""
    note, state = note_of(vault, row), stands(State(row.state), row.lapses_at, moment)
    outcome = Outcome(row.outcome) if row.outcome else None
    whom = (UNNAMED, Service.SENSITIVE.label) if is_brokered(row) else (row.authority_name, row.team)
    return Mine(
        id=row.id, authority_name=whom[0], team=whom[1], case_reference=note.case_reference,
        reference=note.reference, state=state, state_words=state.label, outcome=outcome,
        outcome_words=outcome.label if outcome else "", asked_at=row.asked_at, due_at=row.escalates_at,
        with_the_desk=_with_the_desk(row, state, moment), lapses_at=row.lapses_at, seen_at=row.seen_at,
        ended_at=row.ended_at,
    )  # fmt: skip


def waiting(vault: Vault, row: Row, moment: datetime) -> Waiting:
    """Return a request for those who are asked."""
    purpose, state = note_of(vault, row).purpose, stands(State(row.state), row.lapses_at, moment)
    return Waiting(
        id=row.id, team=row.team, team_reference=row.team_reference,
        authority_name=row.asker_authority_name, role=Role(row.asker_role), purpose=purpose,
        purpose_words=purpose.label, state=state, state_words=state.label, asked_at=row.asked_at,
        due_at=row.escalates_at, with_the_desk=_with_the_desk(row, state, moment),
    )  # fmt: skip


def opened(vault: Vault, row: Row, own_reference: str, moment: datetime) -> Opened:
    """Return a request for the person who opens it."""
    note = note_of(vault, row)
    return Opened(
        waiting=waiting(vault, row, moment), asker_name=row.asker_name, phone=note.phone,
        case_reference=note.case_reference, reference=note.reference, own_reference=own_reference,
    )  # fmt: skip


def _with_the_desk(row: Row, state: State, moment: datetime) -> bool:
    """Tell whether the desk has taken it up: it was due, and nobody ended it."""
    return row.escalated_at is not None or (state in {State.ASKED, State.SEEN} and row.escalates_at <= moment)
