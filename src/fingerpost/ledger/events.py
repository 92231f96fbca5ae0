"""The closed set of things the ledger records. An event is sealed; only its kind stands in clear.

A new event is a new struct here, with words for people in its docstring's first line; a wrong entry is
explained by a later one, never edited.
"""

from datetime import date, datetime
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
from fingerpost.ledger.event import Event
from fingerpost.words.child import ChildDetails
from fingerpost.words.vocabulary import AlertKind, Band, Level, LookupReason, Purpose, Role


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


class DeskAnswered(Event, frozen=True, kw_only=True, tag="desk_answered"):
    """The desk looked up a reference that a person said."""

    by: str
    reference: str
    found: bool
    alerts: tuple[UUID, ...]


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


class PractitionerAdded(Event, frozen=True, kw_only=True, tag="practitioner_added"):
    """A practitioner was added, or their role was changed."""

    authority: str
    practitioner: str
    role: Role


class AuthorityAccredited(Event, frozen=True, kw_only=True, tag="authority_accredited"):
    """An authority's yearly accreditation was recorded: its owner, and when its checklist was done."""

    authority: str
    owner: str
    checked_on: date


class PractitionerAccredited(Event, frozen=True, kw_only=True, tag="practitioner_accredited"):
    """The days of a practitioner's enhanced DBS check and of their training were recorded."""

    authority: str
    practitioner: str
    dbs_on: date
    trained_on: date


class ClientAssured(Event, frozen=True, kw_only=True, tag="client_assured"):
    """The yearly assurance of a client's system was recorded."""

    authority: str
    client: str
    assured_on: date


class LeaversListed(Event, frozen=True, kw_only=True, tag="leavers_listed"):
    """An authority's leavers were recorded; each is out from the day they leave."""

    authority: str
    practitioners: tuple[str, ...]


class AccessSuspended(Event, frozen=True, kw_only=True, tag="access_suspended"):
    """A person, a client, an authority or the nation was switched off."""

    subject: str
    which: str
    because: str


class AccessRestored(Event, frozen=True, kw_only=True, tag="access_restored"):
    """What was switched off was switched on again; the nation by the word of two people, `by`."""

    subject: str
    which: str
    by: tuple[str, ...]


class RestoreProposed(Event, frozen=True, kw_only=True, tag="restore_proposed"):
    """One person said that the nation may be switched on again; a second must say the same."""

    by: str


class RoleAgreed(Event, frozen=True, kw_only=True, tag="role_agreed"):
    """A second person agreed to a records officer's role."""

    authority: str
    practitioner: str
    role: Role
    by: str


class EmergencyOpened(Event, frozen=True, kw_only=True, tag="emergency_opened"):
    """A practitioner opened emergency access for thirty minutes; `reason` is for the reviewer."""

    asker: Asker
    purpose: Purpose
    case_reference: str
    reason: str
    signed_in_at: datetime
    review_by: datetime

    def __repr__(self) -> str:
        return "EmergencyOpened(…)"


class EmergenciesShown(Event, frozen=True, kw_only=True, tag="emergencies_shown"):
    """A reviewer was shown the emergencies that wait for a review, with their reasons."""

    by: str
    emergencies: tuple[UUID, ...]


class EmergencyReviewed(Event, frozen=True, kw_only=True, tag="emergency_reviewed"):
    """A second person reviewed an emergency; one that was not justified suspends who opened it."""

    emergency: UUID
    practitioner: str
    by: str
    justified: bool


class ClientRotated(Event, frozen=True, kw_only=True, tag="client_rotated"):
    """A client was given a new token; the old one works for some hours more."""

    authority: str
    client: str
    successor: str
    expires_at: str
    overlap_hours: int


class PractitionerSuspended(Event, frozen=True, kw_only=True, tag="practitioner_suspended"):
    """A practitioner was suspended, by the command of earlier versions."""

    authority: str
    practitioner: str


class SignInAccountNamed(Event, frozen=True, kw_only=True, tag="sign_in_account_named"):
    """An administrator said which practitioner an account of the sign-in service is."""

    issuer: str
    subject: str
    authority: str
    practitioner: str


class SessionStarted(Event, frozen=True, kw_only=True, tag="session_started"):
    """A practitioner signed in to the pages."""

    session: UUID
    practitioner: UUID


class SessionEnded(Event, frozen=True, kw_only=True, tag="session_ended"):
    """A practitioner signed out, or the sign-in service ended `sessions` of them."""

    session: UUID | None
    sessions: int


class SignInRefused(Event, frozen=True, kw_only=True, tag="sign_in_refused"):
    """Somebody signed in whom nobody has named."""

    issuer: str
    subject: str


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
    | ShieldAsked
    | ShieldKept
    | ShieldLifted
    | ShieldsListed
    | ShieldsConfirmed
    | ShieldsWatched
    | ShieldAlertDone
    | DeskAnswered
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
