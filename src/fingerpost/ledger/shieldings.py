"""What is recorded of shields and of the desk that answers for them."""

from uuid import UUID

from fingerpost.ledger.event import Event


class ShieldAsked(Event, frozen=True, kw_only=True, tag="shield_asked"):
    """A shield was asked for and stands; `covered` are the records it hid at once."""

    shield: UUID
    authority: str
    by: str
    body: str
    ground: str
    covered: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class ShieldKept(Event, frozen=True, kw_only=True, tag="shield_kept"):
    """A keeper noted evidence for a shield, reviewed it, or cleared a record of it."""

    shield: UUID
    by: str
    act: str
    record: UUID | None = None


class ShieldLifted(Event, frozen=True, kw_only=True, tag="shield_lifted"):
    """A person said that a shield may be lifted; `lifted` once a second one, of another authority, has."""

    shield: UUID
    authority: str
    by: str
    lifted: bool


class ShieldsListed(Event, frozen=True, kw_only=True, tag="shields_listed"):
    """A keeper read its shields, or who asked about their children."""

    by: str
    items: tuple[UUID, ...]


class ShieldsConfirmed(Event, frozen=True, kw_only=True, tag="shields_confirmed"):
    """An authority confirmed its list of shields: what no shield covers became visible."""

    authority: str
    by: str


class ShieldsWatched(Event, frozen=True, kw_only=True, tag="shields_watched"):
    """Answered questions were held against the shields, whether any touched one or none did."""

    questions: int
    alerts: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class ShieldAlertDone(Event, frozen=True, kw_only=True, tag="shield_alert_done"):
    """A keeper has dealt with an alert."""

    by: str
    alert: UUID


class SensitiveStated(Event, frozen=True, kw_only=True, tag="sensitive_stated"):
    """An authority stated what its sensitive services work with; which service it is stands nowhere here."""

    authority: str
    by: str
    added: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    removed: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class SensitiveRefused(Event, frozen=True, kw_only=True, tag="sensitive_refused"):
    """A list of sensitive services was refused: it cannot be read, or would take too much away."""

    authority: str
    by: str
    reason: str


class DeskAnswered(Event, frozen=True, kw_only=True, tag="desk_answered"):
    """The desk looked up a reference that a person said."""

    by: str
    reference: str
    found: bool
    alerts: tuple[UUID, ...]
