"""Partners, certificates, summary, what is kept: steps 6 and 9 to 11."""

from datetime import datetime

from fingerpost.decommission.acts.act import Act

# 6. Partners


class PartnerAsked(Act, frozen=True, kw_only=True):
    """A letter went out: which of its items, and everything else of its, it must attest until when."""

    partner: str
    items: tuple[str, ...]
    due: datetime
    letter: str  # SHA-256


class PartnerChased(Act, frozen=True, kw_only=True):
    """A partner was reminded, for the how-many-eth time."""

    partner: str
    time: int
    letter: str


class OverduePublished(Act, frozen=True, kw_only=True):
    """The list of partners who owe an attestation was made public."""

    partners: tuple[str, ...]


ELSEWHERE = ""  # the item of an attestation about everything of a partner's that is in no inventory


class Attested(Act, frozen=True, kw_only=True):
    """A partner says: X was searched by method Y, so many were found. `surrendered`: to be ended here."""

    attestation: str
    partner: str
    item: str  # of the inventory, or `ELSEWHERE`
    searched: str
    how: str
    found: int
    surrendered: bool = False


class AttestationWithdrawn(Act, frozen=True, kw_only=True):
    """Whoever signed an attestation takes it back."""

    attestation: str
    why: str


class HandedIn(Act, frozen=True, kw_only=True):
    """What a partner's person signed far from the ledger, handed in: as good as said by that person."""

    said: Attested | AttestationWithdrawn
    signer: str
    signature: str  # over this procedure and what is said


class AuditDrawn(Act, frozen=True, kw_only=True):
    """Attestations drawn for a look on site. `seed` is fixed by the ledger, so that nobody chooses."""

    attestations: tuple[str, ...]
    seed: str


class Audited(Act, frozen=True, kw_only=True):
    """An auditor looked on site."""

    attestation: str
    agreed: bool
    how: str


# 9. Certificates


class Certified(Act, frozen=True, kw_only=True):
    """The certificate of one item, signed by who did it."""

    item: str
    certificate: str  # SHA-256


class CertificateVerified(Act, frozen=True, kw_only=True):
    """Somebody of another employer verified a certificate; a third person validates it."""

    item: str
    certificate: str


# 10 and 11


class SummaryPublished(Act, frozen=True, kw_only=True):
    """The public summary, with the cost in pounds."""

    summary: str  # SHA-256
    cost: int


class MinimumConfirmed(Act, frozen=True, kw_only=True):
    """What is kept was looked at: it is what was sealed, and it has its end."""

    digest: str


class Closed(Act, frozen=True, kw_only=True):
    """Nothing more is said."""
