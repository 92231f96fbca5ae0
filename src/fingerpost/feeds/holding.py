"""Why a feed is not written unasked, and whose word lets it in (docs/decisions/0056)."""

from collections.abc import Iterator

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.feeds import store
from fingerpost.words.clock import today


class Accepted(Struct, frozen=True):
    """What whoever runs the load says is right, while the authority's own people have said nothing."""

    removals: bool = False
    older: bool = False


NOTHING = Accepted()


class Holding(Struct, frozen=True):
    """Why a feed is held, what its authority's people said, and with which options it may be loaded.

    No option is enough where they called these very files a mistake.
    """

    reasons: tuple[str, ...]
    options: tuple[str, ...]
    said: bool | None

    def words(self) -> str | None:
        """Return why, in fixed phrases, counts and a day; None where nothing is to be asked."""
        return "; ".join(self.reasons) or None

    def stands(self, accepted: Accepted) -> bool:
        """Tell whether it is still held: what the authority's people said comes first."""
        if self.said is not None:
            return not self.said
        given = {"--accept-removals": accepted.removals, "--accept-older": accepted.older}
        return not all(given[option] for option in self.options)

    def by_options(self) -> tuple[str, ...]:
        """Return the options that let it in, where it was not the authority's people."""
        return self.options if self.said is None else ()


def holding(session: Session, authority: str, digest: bytes, removals: str | None) -> Holding:
    """Return what has to be asked of files that are about to be loaded. `removals`: what would go."""
    said = store.decision(session, authority, digest)
    found = dict(_reasons(session, authority, digest, removals))
    if said is False:
        return Holding(("its authority called these very files a mistake", *found.values()), (), said)
    return Holding(tuple(found.values()), tuple(found), said)


def _reasons(
    session: Session, authority: str, digest: bytes, removals: str | None
) -> Iterator[tuple[str, str]]:
    if removals:
        yield "--accept-removals", removals
    if before := store.loaded_before(session, authority, digest):
        said = f"these very files were loaded before, on {today(before)}, and others since"
        yield "--accept-older", said
