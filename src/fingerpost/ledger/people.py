"""What is recorded of people, clients, bodies and their sign-ins."""

from datetime import date, datetime
from uuid import UUID

from fingerpost.ledger.event import Asker, Event
from fingerpost.words.vocabulary import Purpose, Role


class PractitionerAdded(Event, frozen=True, kw_only=True, tag="practitioner_added"):
    """A practitioner was added, or their role was changed."""

    authority: str
    practitioner: str
    role: Role
    by: str = ""  # of this and those below: who at the pages; empty: an operator's command


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
    by: str = ""


class ClientAssured(Event, frozen=True, kw_only=True, tag="client_assured"):
    """The yearly assurance of a client's system was recorded."""

    authority: str
    client: str
    assured_on: date


class LeaversListed(Event, frozen=True, kw_only=True, tag="leavers_listed"):
    """An authority's leavers were recorded; each is out from the day they leave."""

    authority: str
    practitioners: tuple[str, ...]
    by: str = ""


class AccessSuspended(Event, frozen=True, kw_only=True, tag="access_suspended"):
    """A person, a client, an authority or the nation was switched off."""

    subject: str
    which: str
    because: str
    by: str = ""


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
    certificate: str = ""


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
    by: str = ""


class SessionStarted(Event, frozen=True, kw_only=True, tag="session_started"):
    """A practitioner signed in to the pages."""

    session: UUID
    practitioner: UUID


class SessionEnded(Event, frozen=True, kw_only=True, tag="session_ended"):
    """A practitioner signed out, or the sign-in service ended `sessions` of them."""

    session: UUID | None
    sessions: int


class SignInRefused(Event, frozen=True, kw_only=True, tag="sign_in_refused"):
    """Somebody signed in whom nobody has named, or not strongly enough."""

    issuer: str
    subject: str


class ClientIssued(Event, frozen=True, kw_only=True, tag="client_issued"):
    """An authority's client was given a bearer token."""

    authority: str
    client: str
    scopes: tuple[str, ...]
    expires_at: str
    certificate: str = ""


class ClientRevoked(Event, frozen=True, kw_only=True, tag="client_revoked"):
    """An authority's client was revoked."""

    authority: str
    client: str
