"""What is recorded of links: made, decided by people, broken, and never to be made."""

from uuid import UUID

from msgspec import Struct

from fingerpost.ledger.event import Event


class LinksMade(Event, frozen=True, kw_only=True, tag="links_made"):
    """Records of one authority's feed were linked, proposed for review, or their links taken back.

    `refused` counts pairs that must stay apart; `told` are the items by which authorities are told;
    `restored` are links that two people had confirmed, which stand again after a shield.
    """

    authority: str
    linked: tuple[UUID, ...]
    proposed: tuple[UUID, ...]
    withdrawn: tuple[UUID, ...]
    refused: int
    told: tuple[UUID, ...] = ()
    restored: tuple[UUID, ...] = ()


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


class KeptApart(Event, frozen=True, kw_only=True, tag="kept_apart"):
    """A person ordered that a life is never joined to another that is marked so: by its own side's reference.

    `reference` is the keyed token of the authority's own reference, in hexadecimal.
    """

    reference: str
    authority: str
    by: str
    withdrawn: tuple[UUID, ...]
    told: tuple[UUID, ...]


class NeverJoinOrdered(Event, frozen=True, kw_only=True, tag="never_join_ordered"):
    """A person ordered that two references are never joined, as earlier versions kept it: as a pair.

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
