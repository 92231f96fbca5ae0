"""Who is calling: an authority's client, and the practitioner it speaks for."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.access.standing import Body, Standing, client_barred
from fingerpost.words.clock import today
from fingerpost.words.errors import Refused, Unknown
from fingerpost.words.vocabulary import Role, Scope


class Proven(Struct, frozen=True):
    """Who a person is by a token of their own, and when they signed in."""

    authority: str
    reference: str
    signed_in_at: datetime


class Caller(Struct, frozen=True):
    """A client as the database knows it at this moment, and the person who proved that it speaks for them."""

    client: UUID
    client_name: str
    authority: str
    authority_name: str
    scopes: tuple[Scope, ...]
    barred: str | None = None
    person: Proven | None = None
    must_prove: bool = False

    def speaks_for(self, reference: str) -> None:
        """Raise `Refused` unless this person proved that it is they, where they must."""
        if self.must_prove and self.person is None:
            raise Refused("the person's own token is needed, in the header Person-Token")
        if self.person and (self.person.authority, self.person.reference) != (self.authority, reference):
            raise Refused("the token in the header Person-Token is another person's")

    def require(self, scope: Scope) -> None:
        """Raise `Refused` unless the client is let in at all and was issued this scope."""
        if self.barred is not None:
            raise Refused(self.barred)
        if scope not in self.scopes:
            raise Refused(f"this client was not issued the scope {scope.value!r} ({scope.label})")


class Practitioner(Struct, frozen=True):
    """A named person of one authority. Without a standing, as read from the database, nobody is let in."""

    authority: str
    reference: str
    name: str
    role: Role
    active: bool
    standing: Standing | None = None

    def although_off(self) -> "Practitioner":
        """Return the person as they stand but for the country's switch: whoever turns it on again."""
        if self.standing is None:
            return self
        body = msgspec.structs.replace(self.standing.body, nation_suspended=False)
        return msgspec.structs.replace(self, standing=msgspec.structs.replace(self.standing, body=body))


class Credential(Struct, frozen=True):
    """A stored client, as found by the hash of a bearer token."""

    id: UUID
    name: str
    authority: str
    authority_name: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None
    suspended: bool
    assured_on: date | None
    owner: str
    checked_on: date | None
    authority_suspended: bool
    nation_suspended: bool
    certificate: bytes | None

    def caller(self, moment: datetime, shown: bytes | None) -> Caller:
        """Return the caller, or raise `Unknown`: the token has ended, or goes with another certificate.

        `shown` is the thumbprint of the one with which it came, if any.
        """
        if self.revoked_at is not None:
            raise Unknown("this client was revoked")
        if self.expires_at <= moment:
            raise Unknown("this client's token has expired; ask for a new one")
        if self.certificate is not None and self.certificate != shown:
            raise Unknown("this token goes with the certificate of another system")
        scopes = tuple(Scope(scope) for scope in self.scopes)
        body = Body(
            name=self.authority_name, owner=self.owner, checked_on=self.checked_on,
            suspended=self.authority_suspended, nation_suspended=self.nation_suspended,
        )  # fmt: skip
        barred = client_barred(body, suspended=self.suspended, assured_on=self.assured_on, day=today(moment))
        said = None if barred is None else str(barred)
        return Caller(self.id, self.name, self.authority, self.authority_name, scopes, said)
