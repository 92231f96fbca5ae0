"""The closed set of things the ledger records. An event is sealed; only its kind stands in clear.

A new event is a new struct here, or beside its like (`people`, `linkings`, `shieldings`, …), with
words for people in its docstring's first line; a wrong entry is explained by a later one, never edited.
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
    HoneyPlanted,
    HoneyRetired,
    HouseholdDeclared,
    JustificationReviewed,
    JustificationShown,
    LookupJustified,
)
from fingerpost.ledger.keepings import (
    IndexRebuildBegun,
    IndexRebuilt,
    KeyringBackedUp,
    KeyringRecovered,
    KeyShareDestroyed,
    KeySharesIssued,
)
from fingerpost.ledger.linkings import (
    KeptApart,
    LinkBroken,
    LinkDecided,
    LinksMade,
    LinksShown,
    NeverJoinOrdered,
)
from fingerpost.ledger.movings import (
    AnswersFollowed,
    ContactsTested,
    CovertNoted,
    HandOverMoved,
    HandOversListed,
    MissingAlertMoved,
    MissingAlertsShown,
    MissingAlertsSwept,
    MovesFollowed,
    NoticeAcknowledged,
    NoticeRouteSet,
    NoticesPassedOn,
    NoticesRead,
    QuestionStands,
)
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
from fingerpost.ledger.readings import (
    CallerVerified,
    FeedbackAnswered,
    FeedbackGiven,
    FiguresPublished,
    LedgerSearched,
    OwnLooksShown,
    TeamKept,
)
from fingerpost.ledger.requestings import (
    ContactRequestAsked,
    ContactRequestEnded,
    ContactRequestsDue,
    ContactRequestSeen,
)
from fingerpost.ledger.rights import SignpostDisputed, SubjectAccessAsked, SubjectAccessMade
from fingerpost.ledger.shieldings import (
    DeskAnswered,
    SensitiveRefused,
    SensitiveStated,
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
    """An authority's feed was accepted; `accepted`: options by which an operator let a held one in.

    `teams_left` and `teams_back`: teams that left the authority's contact sheet, or came back to it.
    """

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
    accepted: tuple[str, ...] = ()
    teams_left: tuple[UUID, ...] = ()
    teams_back: tuple[UUID, ...] = ()


class FeedContinued(Event, frozen=True, kw_only=True, tag="feed_continued"):
    """More signposts of a feed that was accepted: one entry names so many, whose feed is large."""

    authority: str
    run: UUID
    added: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    removed: tuple[UUID, ...]
    teams_left: tuple[UUID, ...] = ()
    teams_back: tuple[UUID, ...] = ()


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


class FeedPlanned(Event, frozen=True, kw_only=True, tag="feed_planned"):
    """What a feed would change was worked out and kept for its authority's people; nothing was loaded."""

    authority: str
    format: str
    digest: str


class FeedDecided(Event, frozen=True, kw_only=True, tag="feed_decided"):
    """Somebody who answers for an authority let its held feed in, or called it a mistake."""

    authority: str
    digest: str
    by: str
    accepted: bool


class SignpostsListed(Event, frozen=True, kw_only=True, tag="signposts_listed"):
    """An authority's own signposts were listed, with the rows that let them in."""

    authority: str
    signposts: int
    by: str = ""  # empty: by an operator's command


class SignpostKept(Event, frozen=True, kw_only=True, tag="signpost_kept"):
    """A person registered one of their authority's own signposts by form, confirmed it or ended it."""

    authority: str
    by: str
    act: str
    signposts: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class InstanceCreated(Event, frozen=True, kw_only=True, tag="instance_created"):
    """The instance was created, with its keyring and its first keys."""

    version: str
    keys_made: tuple[str, ...]


class KeysMade(Event, frozen=True, kw_only=True, tag="keys_made"):
    """Keys were made outside a feed: a month's audit key, by its first entry."""

    keys_made: tuple[str, ...]


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
    | FeedContinued
    | FeedRefused
    | FeedPlanned
    | FeedDecided
    | LinksMade
    | LinkDecided
    | LinkBroken
    | NeverJoinOrdered
    | KeptApart
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
    | SensitiveStated
    | SensitiveRefused
    | DeskAnswered
    | HandOverMoved
    | HandOversListed
    | MovesFollowed
    | AnswersFollowed
    | QuestionStands
    | CovertNoted
    | ContactsTested
    | MissingAlertMoved
    | MissingAlertsSwept
    | MissingAlertsShown
    | NoticeAcknowledged
    | NoticeRouteSet
    | NoticesPassedOn
    | NoticesRead
    | ContactRequestAsked
    | ContactRequestSeen
    | ContactRequestEnded
    | ContactRequestsDue
    | SubjectAccessAsked
    | SubjectAccessMade
    | SignpostDisputed
    | SignpostsListed
    | SignpostKept
    | LedgerSearched
    | OwnLooksShown
    | FiguresPublished
    | CallerVerified
    | FeedbackGiven
    | FeedbackAnswered
    | TeamKept
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
    | HoneyPlanted
    | HoneyRetired
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
