"""Who is calling: an authority's client, and the practitioner it speaks for."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.words.errors import Refused, Unknown
from fingerpost.words.vocabulary import Role, Scope


class Caller(Struct, frozen=True):
    """A client as the database knows it at this moment."""

    client: UUID
    client_name: str
    authority: str
    authority_name: str
    scopes: tuple[Scope, ...]

    def require(self, scope: Scope) -> None:
        """Raise `Refused` unless the client was issued this scope."""
        if scope not in self.scopes:
            raise Refused(f"this client was not issued the scope {scope.value!r} ({scope.label})")


class Practitioner(Struct, frozen=True):
    """A named person of one authority."""

    authority: str
    reference: str
    name: str
    role: Role
    active: bool


class Credential(Struct, frozen=True):
    """A stored client, as found by the hash of a bearer token."""

    id: UUID
    name: str
    authority: str
    authority_name: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None

    def caller(self, moment: datetime) -> Caller:
        """Return the caller, or raise `Unknown` if the token has expired or was revoked."""
        if self.revoked_at is not None:
            raise Unknown("this client was revoked")
        if self.expires_at <= moment:
            raise Unknown("this client's token has expired; ask for a new one")
        scopes = tuple(Scope(scope) for scope in self.scopes)
        return Caller(self.id, self.name, self.authority, self.authority_name, scopes)
