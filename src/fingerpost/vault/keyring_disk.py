"""A keyring on disk: read whole, written whole, and left tidy whatever a process that died had begun.

`keyring.json` is the keyring; `keyring.latest` notes how new the last one used was, and holds nothing secret;
`keyring.plain` is a keyring of format 1 that is being wrapped. Changes are made under `locked` alone.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from fingerpost.vault import durable
from fingerpost.vault.keyring_file import (
    SIGNING,
    Content,
    index_key,
    index_numbers,
    pack,
    parse,
    read_plain,
    unwrap,
)
from fingerpost.vault.wrapping import (
    Wrapping,
    WrappingKeyGone,
    family_of,
    first_generation,
    number_of,
    private_bytes,
)
from fingerpost.words.errors import Misconfigured, Unavailable

_ATTEMPTS = 5  # readings of a keyring that another process is changing meanwhile

Stamp = tuple[int, int, int]


class OlderKeyring(Misconfigured):
    """A keyring that is older than the one last used here."""


class _Latest(msgspec.Struct, frozen=True):
    order: tuple[int, int]


class Ring(msgspec.Struct, frozen=True):
    """A keyring as read: one value, so that threads never see half of a change. Its `repr` shows nothing."""

    stamp: Stamp
    content: Content
    keys: dict[str, bytes]
    index_keys: dict[int, bytes]  # of `keys`: every question asks for them, and there are tens of thousands

    def __repr__(self) -> str:
        return f"Ring({self.content!r})"


class Disk:
    """Where one keyring stands, and what wraps it."""

    def __init__(self, path: Path, wrapping: Wrapping) -> None:
        self.path, self.wrapping = path, wrapping
        self._latest = path.with_suffix(".latest")
        self._plain = path.with_suffix(".plain")

    @contextmanager
    def locked(self) -> Generator[None]:
        """Take the turn of all who change this keyring."""
        try:
            with durable.locked(self.path):
                yield
        except OSError:  # a full or failing disk: nothing was acknowledged, and what stands still opens
            raise Unavailable("the keyring cannot be changed just now; try again") from None

    def write(
        self, keys: Mapping[str, bytes], generation: str, edition: int, wrapped: Mapping[str, bytes]
    ) -> None:
        """Put a keyring in the place of the one before."""
        with self.wrapping.cipher(generation) as cipher:
            durable.replace(self.path, pack(cipher, generation, edition, keys, wrapped))
        # A kill here: the note is behind the keyring, which is no fault; `finish` writes it.
        self._note((number_of(generation), edition))

    def upgrade(self) -> None:
        """Wrap a keyring of format 1, if it is one, and destroy the file in which its keys stood in clear."""
        if read_plain(self.raw(), self.path) is None:
            return
        if self._noted():
            raise OlderKeyring(
                f"the keyring {self.path} is of an earlier version than the one last used here"
            )
        with self.locked():
            keys = read_plain(self.raw(), self.path)
            if keys is not None:  # no other process was faster
                self._upgrade(keys)

    def _upgrade(self, keys: Mapping[str, bytes]) -> None:
        # The same family whenever this is begun anew, so that `finish` knows what an earlier try left.
        generation = first_generation(sha256(keys[SIGNING]).hexdigest()[:8])
        self._plain.unlink(missing_ok=True)
        self._plain.hardlink_to(self.path)  # a second name, by which the clear text is found afterwards
        self.wrapping.hold(generation)
        self.write(
            keys, generation, 1, {}
        )  # a kill before: format 1 stands, as it did; after: `finish` goes on
        durable.destroy(self._plain)

    def unfinished(self, ring: Ring) -> bool:
        """Tell whether a process died in the middle of a change, or is in the middle of one."""
        return self._noted() != ring.content.order or bool(self._strays(ring) or self._leftovers())

    def finish(self, ring: Ring) -> None:
        """Leave one wrapping key, one keyring and no clear text. Under the lock, once it has been opened."""
        # First the note: from here on an older keyring put back is refused, though its key may still be here.
        if self._noted() != ring.content.order:
            self._note(ring.content.order)
        for generation in self._strays(ring):
            self.wrapping.destroy(generation)
        for path in self._leftovers():
            durable.destroy(path)

    def discard(self, ring: Ring) -> None:
        """Remove a keyring that never came to be used, and its wrapping key."""
        self.wrapping.destroy(ring.content.generation)
        for path in (self.path, self._latest, self.path.with_suffix(".lock")):
            path.unlink(missing_ok=True)

    def _strays(self, ring: Ring) -> list[str]:
        generation = ring.content.generation
        return sorted(self.wrapping.held(family_of(generation)) - {generation})

    def _leftovers(self) -> list[Path]:
        unfinished = self.path.parent.glob(f"{self.path.stem}.*{durable.UNFINISHED}")
        return [*unfinished, *([self._plain] if self._plain.exists() else [])]

    def _note(self, order: tuple[int, int]) -> None:
        durable.replace(self._latest, msgspec.json.encode(_Latest(order)))

    def _noted(self) -> tuple[int, int] | None:
        try:
            return msgspec.json.decode(self._latest.read_bytes(), type=_Latest).order
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, ValueError, OSError):
            raise Misconfigured(
                f"{self._latest}, which notes the keyring last used, cannot be read"
            ) from None

    def read(self, before: Ring | None = None) -> Ring:
        """Read and open the keyring. Another process may put a new one in its place at any moment.

        What stands in it as it stood `before` is not opened again.
        """
        for _ in range(_ATTEMPTS):
            stamp = self.stamp()
            try:
                return self._opened(stamp, before)
            except (WrappingKeyGone, OlderKeyring):
                if self.stamp() == stamp:
                    raise
        raise Unavailable("the keyring is being changed; try again")

    def _opened(self, stamp: Stamp, before: Ring | None) -> Ring:
        content = parse(self.raw(), self.path)
        if (noted := self._noted()) and content.order < noted:
            raise OlderKeyring(
                f"the keyring {self.path} is older than the one last used here: keys made since are missing."
                f" Put the newer one back; if it is lost, remove {self._latest} and load the feeds again"
            )
        with self.wrapping.cipher(content.generation) as cipher:
            keys = unwrap(cipher, content, self.path, before and (before.content, before.keys))
        return Ring(stamp, content, keys, {number: keys[index_key(number)] for number in index_numbers(keys)})

    def raw(self) -> bytes:
        """Return the file as it is."""
        try:
            return private_bytes(self.path, "the keyring")
        except FileNotFoundError as error:
            raise self._unreadable(error) from None

    def stamp(self) -> Stamp:
        """Return what changes whenever the file does."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise self._unreadable(error) from None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _unreadable(self, error: OSError) -> Misconfigured:
        return Misconfigured(f"the keyring {self.path} cannot be read: {error.strerror}")
