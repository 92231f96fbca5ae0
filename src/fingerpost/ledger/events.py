"""The closed set of things the ledger records. An event is sealed; only its kind stands in clear.

A new event is a new struct here, or beside its like (`people`, `shieldings`, `guardings`, `endings`,
`movings`), with words for people in its docstring's first line; a wrong entry is explained by a later one,
never edited.
"""

from uuid import UUID

from msgspec import Struct

from fingerpost.ledger.endings import (
    ChildErased,
    DatabaseRestored,
    DestructionAsked,
    DestructionConfirmed,
    ErasureSettled,
    HoldLifted,
    HoldPlaced,
    HoldRenewed,
    HoldsRead,
    MonthDestroyed,
    RecordsPurged,
    RemaindersPurged,
)
from fingerpost.ledger.event import Asker, Event
from fingerpost.ledger.guardings import (
    AlertAcknowledged,
    AlertsListed,
    BudgetRaised,
    ConflictBlocked,
    ConflictLifted,
    HouseholdDeclared,
    JustificationReviewed,
    JustificationShown,
    LookupJustified,
)
from fingerpost.ledger.movings import AnyMoving
from fingerpost.ledger.people import (
    AccessRestored,
    AccessSuspended,
    AuthorityAccredited,
    ClientAssured,
    ClientIssued,
    ClientRevoked,
    ClientRotated,
    EmergenciesShown,
    EmergencyOpened,
    EmergencyReviewed,
    LeaversListed,
    PractitionerAccredited,
    PractitionerAdded,
    PractitionerSuspended,
    RestoreProposed,
    RoleAgreed,
    SessionEnded,
    SessionStarted,
    SignInAccountNamed,
    SignInRefused,
)
from fingerpost.ledger.shieldings import (
    DeskAnswered,
    ShieldAlertDone,
    ShieldAsked,
    ShieldKept,
    ShieldLifted,
    ShieldsConfirmed,
    ShieldsListed,
    ShieldsWatched,
)
from fingerpost.words.child import ChildDetails
from fingerpost.words.vocabulary import AlertKind, Band, Level, LookupReason, Purpose


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

    `withdrawn` are links that still joined two that people held to be two children; `references` are the
    keyed tokens of the authorities' own references, in hexadecimal.
    """

    link: UUID
    authorities: tuple[str, str]
    by: str
    same: bool
    state: str
    evidence: tuple[Evidence, ...]
    withdrawn: tuple[UUID, ...] = ()
    told: tuple[UUID, ...] = ()
    references: tuple[str, ...] = ()


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
    references: tuple[str, ...] = ()


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


class IndexRebuildBegun(Event, frozen=True, kw_only=True, tag="index_rebuild_begun"):
    """The blind index is being rebuilt under a new key."""

    generation: int


class IndexRebuilt(Event, frozen=True, kw_only=True, tag="index_rebuilt"):
    """The blind index was rebuilt under a new key, and the keys before it are destroyed."""

    generation: int
    records: int
    destroyed: tuple[int, ...]


class KeySharesIssued(Event, frozen=True, kw_only=True, tag="key_shares_issued"):
    """A new wrapping key was shared out among custodians; `needed` of them open a backup of the keyring."""

    generation: str
    custodians: tuple[str, ...]
    needed: int


class KeyShareDestroyed(Event, frozen=True, kw_only=True, tag="key_share_destroyed"):
    """A custodian attested that their share of an older wrapping key is destroyed."""

    generation: str
    custodian: str


class KeyringBackedUp(Event, frozen=True, kw_only=True, tag="keyring_backed_up"):
    """A backup of the wrapped keyring was made."""

    generation: str


class KeyringRecovered(Event, frozen=True, kw_only=True, tag="keyring_recovered"):
    """The keyring was made again from a backup and custodians' shares."""

    generation: str


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
    | ShieldAsked
    | ShieldKept
    | ShieldLifted
    | ShieldsListed
    | ShieldsConfirmed
    | ShieldsWatched
    | ShieldAlertDone
    | DeskAnswered
    | AnyMoving
    | SignpostsListed
    | InstanceCreated
    | KeysMade
    | IndexRebuildBegun
    | IndexRebuilt
    | KeySharesIssued
    | KeyShareDestroyed
    | KeyringBackedUp
    | KeyringRecovered
    | PractitionerAdded
    | PractitionerSuspended
    | AuthorityAccredited
    | PractitionerAccredited
    | ClientAssured
    | LeaversListed
    | AccessSuspended
    | AccessRestored
    | RestoreProposed
    | RoleAgreed
    | EmergencyOpened
    | EmergenciesShown
    | EmergencyReviewed
    | ClientRotated
    | SignInAccountNamed
    | SessionStarted
    | SessionEnded
    | SignInRefused
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
    | ChildErased
    | ErasureSettled
    | DatabaseRestored
    | DestructionAsked
    | DestructionConfirmed
    | MonthDestroyed
    | LedgerReconciled
    | LedgerRead
)
