"""The closed set of things the ledger records. An event is sealed; only its kind stands in clear.

A new event is a new struct here, with words for people in its docstring's first line; a wrong entry is
explained by a later one, never edited.
"""

from uuid import UUID

from msgspec import Struct

from fingerpost.words.child import ChildDetails
from fingerpost.words.vocabulary import AlertKind, Band, Level, LookupReason, Purpose, Role


class Event(Struct, frozen=True, tag_field="kind"):
    """Root of every event."""


class Asker(Struct, frozen=True, kw_only=True):
    """Who asked: the authority's client and the practitioner it names."""

    authority: str
    client: str
    practitioner: str
    role: Role | None = None


class Disclosed(Struct, frozen=True):
    """One signpost that an answer showed, in which band and how much of it."""

    signpost: UUID
    band: Band
    level: Level = Level.FULL  # entries of before the levels showed all


class LookupAnswered(Event, frozen=True, kw_only=True, tag="lookup_answered"):
    """A question was answered, found or not."""

    asker: Asker
    purpose: Purpose
    case_reference: str
    asked: ChildDetails
    outcome: str
    disclosed: tuple[Disclosed, ...]
    clause: str
    reasons: tuple[LookupReason, ...] = ()
    alerts: tuple[AlertKind, ...] = ()

    def __repr__(self) -> str:
        return f"LookupAnswered({self.outcome})"


class LookupRefused(Event, frozen=True, kw_only=True, tag="lookup_refused"):
    """A question was refused."""

    asker: Asker
    purpose: str
    case_reference: str
    clause: str
    fields: tuple[str, ...] = ()
    reasons: tuple[LookupReason, ...] = ()
    alerts: tuple[AlertKind, ...] = ()


class FeedLoaded(Event, frozen=True, kw_only=True, tag="feed_loaded"):
    """An authority's feed was accepted."""

    authority: str
    format: str
    run: UUID
    digest: str
    added: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    removed: tuple[UUID, ...]
    unchanged: int
    quarantined: int
    keys_made: tuple[str, ...]


class LinksMade(Event, frozen=True, kw_only=True, tag="links_made"):
    """Records of one authority's feed were linked, proposed for review, or their links taken back.

    `refused` counts pairs that must stay apart; `told` are the items by which authorities are told.
    """

    authority: str
    linked: tuple[UUID, ...]
    proposed: tuple[UUID, ...]
    withdrawn: tuple[UUID, ...]
    refused: int
    told: tuple[UUID, ...] = ()


class Evidence(Struct, frozen=True):
    """What was shown of one field of two records: its comparison level and match weight, no value."""

    level: str
    match_weight: float


class LinkDecided(Event, frozen=True, kw_only=True, tag="link_decided"):
    """A person said whether two records are of one child, having seen `evidence`.

    `withdrawn` are links that still joined two that people held to be two children.
    """

    link: UUID
    authorities: tuple[str, str]
    by: str
    same: bool
    state: str
    evidence: tuple[Evidence, ...]
    withdrawn: tuple[UUID, ...] = ()
    told: tuple[UUID, ...] = ()


class LinkBroken(Event, frozen=True, kw_only=True, tag="link_broken"):
    """A person broke a link; `withdrawn` are links that still joined its ends.

    `told` are the items by which both authorities are told.
    """

    link: UUID
    authorities: tuple[str, str]
    by: str
    reason: str
    withdrawn: tuple[UUID, ...]
    told: tuple[UUID, ...]
    evidence: tuple[Evidence, ...]


class NeverJoinOrdered(Event, frozen=True, kw_only=True, tag="never_join_ordered"):
    """A person ordered that two references are never joined; `agreed` once a second person has.

    `references` are the keyed tokens of the authorities' own references, in hexadecimal.
    """

    references: tuple[str, str]
    authorities: tuple[str, str]
    by: str
    agreed: bool
    withdrawn: tuple[UUID, ...]
    told: tuple[UUID, ...]


class LinksShown(Event, frozen=True, kw_only=True, tag="links_shown"):
    """A person was shown links: the queue, one link's explanation, or a trail."""

    by: str
    links: tuple[UUID, ...]


class RecordsRefused(Event, frozen=True, kw_only=True, tag="records_refused"):
    """A person was refused to see or decide links, to give an order, or to read what is told."""

    by: str
    clause: str


class ToldListed(Event, frozen=True, kw_only=True, tag="told_listed"):
    """An authority's person read what the authority is told."""

    by: str
    items: tuple[UUID, ...]


class ToldAcknowledged(Event, frozen=True, kw_only=True, tag="told_acknowledged"):
    """An authority's person acknowledged an item that the authority was told."""

    by: str
    item: UUID


class FeedRefused(Event, frozen=True, kw_only=True, tag="feed_refused"):
    """An authority's feed was refused or held."""

    authority: str
    format: str
    reason: str


class SignpostsListed(Event, frozen=True, kw_only=True, tag="signposts_listed"):
    """An authority's own signposts were listed, with the rows that let them in."""

    authority: str
    signposts: int


class InstanceCreated(Event, frozen=True, kw_only=True, tag="instance_created"):
    """The instance was created, with its keyring and its first keys."""

    version: str
    keys_made: tuple[str, ...]


class KeysMade(Event, frozen=True, kw_only=True, tag="keys_made"):
    """Keys were made outside a feed: a month's audit key, by its first entry."""

    keys_made: tuple[str, ...]


class PractitionerAdded(Event, frozen=True, kw_only=True, tag="practitioner_added"):
    """A practitioner was added, or their role was changed."""

    authority: str
    practitioner: str
    role: Role


class PractitionerSuspended(Event, frozen=True, kw_only=True, tag="practitioner_suspended"):
    """A practitioner was suspended."""

    authority: str
    practitioner: str


class ClientIssued(Event, frozen=True, kw_only=True, tag="client_issued"):
    """An authority's client was given a bearer token."""

    authority: str
    client: str
    scopes: tuple[str, ...]
    expires_at: str


class ClientRevoked(Event, frozen=True, kw_only=True, tag="client_revoked"):
    """An authority's client was revoked."""

    authority: str
    client: str


class RecordsPurged(Event, frozen=True, kw_only=True, tag="records_purged"):
    """Signposts of one authority reached their day and were taken away, with the records left without any.

    `told` are items told of those records; `copies` are what a legal hold keeps, sealed, out of every answer.
    """

    authority: str
    signposts: tuple[UUID, ...]
    records: tuple[UUID, ...]
    told: tuple[UUID, ...]
    copies: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class RemaindersPurged(Event, frozen=True, kw_only=True, tag="remainders_purged"):
    """Holds that had ended, with their copies, old items told and old rows set aside were taken away."""

    told: tuple[UUID, ...]
    holds: tuple[UUID, ...]
    copies: tuple[UUID, ...]
    quarantined: int


class HoldPlaced(Event, frozen=True, kw_only=True, tag="hold_placed"):
    """A person placed a legal hold on a child; `reference` is the keyed token of the authority's own."""

    hold: UUID
    authority: str
    reference: str
    hold_kind: str
    until: str
    order: str
    by: str
    copies: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class HoldRenewed(Event, frozen=True, kw_only=True, tag="hold_renewed"):
    """A person set another last day for a legal hold; `copies` were sealed again under its month."""

    hold: UUID
    until: str
    by: str
    copies: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class HoldLifted(Event, frozen=True, kw_only=True, tag="hold_lifted"):
    """A person said that a legal hold may end early; `agreed` once a second person has, and it did."""

    hold: UUID
    by: str
    agreed: bool
    copies: tuple[UUID, ...]


class HoldsRead(Event, frozen=True, kw_only=True, tag="holds_read"):
    """A person read legal holds, or opened the copies that one keeps."""

    by: str
    holds: tuple[UUID, ...]
    copies: tuple[UUID, ...] = ()


class DestructionAsked(Event, frozen=True, kw_only=True, tag="destruction_asked"):
    """A person asked that a month's data keys, or its audit key, be destroyed. Nothing is destroyed yet."""

    month: str
    which: str
    by: str


class DestructionConfirmed(Event, frozen=True, kw_only=True, tag="destruction_confirmed"):
    """A second person confirmed that a month's keys be destroyed; `destroying` are their names."""

    month: str
    which: str
    by: str
    destroying: tuple[str, ...]


class MonthDestroyed(Event, frozen=True, kw_only=True, tag="month_destroyed"):
    """A month's keys were destroyed: what they sealed is unreadable in every backup."""

    month: str
    which: str
    destroyed: tuple[str, ...]


class LedgerReconciled(Event, frozen=True, kw_only=True, tag="ledger_reconciled"):
    """What left the vault was held against what was recorded; equal unless an entry is named."""

    since: str
    until: str
    disclosures: int
    unseals: int
    unrecorded: tuple[str, ...]
    unreleased: tuple[int, ...]


class LedgerRead(Event, frozen=True, kw_only=True, tag="ledger_read"):
    """Somebody read the ledger."""

    reader: str
    entries: int


class HouseholdDeclared(Event, frozen=True, kw_only=True, tag="household_declared"):
    """A practitioner's household was declared, so that they do not look for their own."""

    practitioner: str
    by: str
    ties: int


class ConflictBlocked(Event, frozen=True, kw_only=True, tag="conflict_blocked"):
    """A worker was blocked from finding one child."""

    block: UUID
    practitioner: str
    by: str


class ConflictLifted(Event, frozen=True, kw_only=True, tag="conflict_lifted"):
    """A worker's block from one child was lifted by a second person."""

    block: UUID
    by: str


class BudgetRaised(Event, frozen=True, kw_only=True, tag="budget_raised"):
    """A larger budget for one person was asked for; `agreed` once a second person has."""

    budget: UUID
    practitioner: str
    an_hour: int
    a_day: int
    until: str
    by: str
    agreed: bool


class LookupJustified(Event, frozen=True, kw_only=True, tag="lookup_justified"):
    """A person said why they had asked: what they needed, and what they did with the answer."""

    entry: UUID
    by: str
    need: str
    use: str

    def __repr__(self) -> str:
        return f"LookupJustified({self.entry})"


class JustificationShown(Event, frozen=True, kw_only=True, tag="justification_shown"):
    """A manager read why somebody had asked."""

    entry: UUID
    by: str


class JustificationReviewed(Event, frozen=True, kw_only=True, tag="justification_reviewed"):
    """A manager accepted or questioned why somebody had asked."""

    entry: UUID
    by: str
    accepted: bool


class AlertsListed(Event, frozen=True, kw_only=True, tag="alerts_listed"):
    """A person read alerts."""

    by: str
    alerts: tuple[UUID, ...]


class AlertAcknowledged(Event, frozen=True, kw_only=True, tag="alert_acknowledged"):
    """A person acknowledged an alert."""

    alert: UUID
    by: str


AnyEvent = (
    LookupAnswered
    | LookupRefused
    | FeedLoaded
    | FeedRefused
    | LinksMade
    | LinkDecided
    | LinkBroken
    | NeverJoinOrdered
    | LinksShown
    | RecordsRefused
    | ToldListed
    | ToldAcknowledged
    | SignpostsListed
    | InstanceCreated
    | KeysMade
    | PractitionerAdded
    | PractitionerSuspended
    | ClientIssued
    | ClientRevoked
    | HouseholdDeclared
    | ConflictBlocked
    | ConflictLifted
    | BudgetRaised
    | LookupJustified
    | JustificationShown
    | JustificationReviewed
    | AlertsListed
    | AlertAcknowledged
    | RecordsPurged
    | RemaindersPurged
    | HoldPlaced
    | HoldRenewed
    | HoldLifted
    | HoldsRead
    | DestructionAsked
    | DestructionConfirmed
    | MonthDestroyed
    | LedgerReconciled
    | LedgerRead
)
