"""What is recorded of the rights of those whom the service holds something of."""

from uuid import UUID

from fingerpost.ledger.event import Event


class SubjectAccessAsked(Event, frozen=True, kw_only=True, tag="subject_access_asked"):
    """A request to see what is held of a child was taken down; `held_back` says why not who looked."""

    request: UUID
    authority: str
    requester: str
    by: str
    held_back: str


class SubjectAccessMade(Event, frozen=True, kw_only=True, tag="subject_access_made"):
    """A second person made the pack of what is held of a child, with these signposts in it."""

    request: UUID
    authority: str
    by: str
    signposts: tuple[UUID, ...]


class SignpostDisputed(Event, frozen=True, kw_only=True, tag="signpost_disputed"):
    """A signpost was marked as disputed, or as looked into."""

    signpost: UUID
    by: str
    disputed: bool
