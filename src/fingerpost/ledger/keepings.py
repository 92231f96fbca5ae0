"""What is recorded of the keys: the index under a new one, shares, backups and recoveries."""

from uuid import UUID

from fingerpost.ledger.event import Event


class IndexRebuildBegun(Event, frozen=True, kw_only=True, tag="index_rebuild_begun"):
    """The blind index is being rebuilt under a new key.

    Shields `unreadable`, which no key opens, are known by what they cover from then on; those `left` cover
    nothing, and somebody said that they shall stand so.
    """

    generation: int
    unreadable: tuple[UUID, ...] = ()
    left: tuple[UUID, ...] = ()


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
