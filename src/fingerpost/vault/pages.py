"""What a page of somebody's session holds, sealed until they are done with it.

Under the vault's own key: no copy of the database opens a page, then or later. A restart costs a practitioner
one form.
"""

from uuid import UUID

from fingerpost.vault.own import OwnKey, StartedAnew


class Pages:
    """Seals and opens pages."""

    def __init__(self, own: OwnKey) -> None:
        self._own = own

    def seal(self, session: UUID, page: UUID, content: bytes) -> bytes:
        """Return `content` sealed for this session and page alone."""
        return self._own.close(_of(session, page), content)

    def open(self, session: UUID, page: UUID, sealed: bytes) -> bytes | None:
        """Return the content, or None where it was not sealed here, for this session and page."""
        try:
            return self._own.open(_of(session, page), sealed)
        except StartedAnew:
            return None


def _of(session: UUID, page: UUID) -> bytes:
    return b"page" + session.bytes + page.bytes
