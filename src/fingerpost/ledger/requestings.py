"""What is recorded of contact requests: asked, seen, ended, and due."""

from uuid import UUID

from fingerpost.ledger.event import Event


class ContactRequestAsked(Event, frozen=True, kw_only=True, tag="contact_request_asked"):
    """A practitioner asked the team of a signpost that an answer showed to contact them."""

    request: UUID
    by: str
    authority: str
    signpost: UUID
    entry: UUID
    keys_made: tuple[str, ...]


class ContactRequestSeen(Event, frozen=True, kw_only=True, tag="contact_request_seen"):
    """A person of the asked authority opened a contact request: who asked, and of which child."""

    request: UUID
    by: str


class ContactRequestEnded(Event, frozen=True, kw_only=True, tag="contact_request_ended"):
    """A contact request was answered, or refused for a coded reason."""

    request: UUID
    by: str
    outcome: str


class ContactRequestsDue(Event, frozen=True, kw_only=True, tag="contact_requests_due"):
    """Contact requests were not answered in their time: passed on to the desk, or lapsed."""

    escalated: tuple[UUID, ...]
    lapsed: tuple[UUID, ...]
