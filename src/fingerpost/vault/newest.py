"""Which version of a month's data key seals now: the highest that the keyring holds.

A month's key gets another version when one of its children is erased: the others are sealed again under the
new one, so that the old one can be destroyed. Which version sealed a value stands in it (`seal.key_version`).
"""

from collections.abc import Iterable
from datetime import date

from fingerpost.vault.keys import FileKeyring, data_cohort, data_key


class Newest:
    """The newest versions, as the keyring's names tell them. One for each vault."""

    def __init__(self, keyring: FileKeyring) -> None:
        self._keyring = keyring
        # One value, so that threads never see the names of one reading beside the versions of another.
        self._known: tuple[frozenset[str], dict[tuple[str, date], int]] = (frozenset(), {})

    @property
    def _versions(self) -> dict[tuple[str, date], int]:
        return self._known[1]

    def refresh(self) -> None:
        """Read the names again, or those that came: there are ten thousand, and every feed asks."""
        names, (read, versions) = self._keyring.names(), self._known
        fresh, newest = (names - read, dict(versions)) if read <= names else (names, {})
        for authority, month, version in filter(None, map(data_cohort, fresh)):
            newest[authority, month] = max(version, newest.get((authority, month), 0))
        self._known = names, newest

    def version(self, authority: str, cohort: date) -> int:
        """Return the newest version of a month's key; 1 where there is none."""
        if (authority, cohort) not in self._versions:
            self.refresh()
        return self._versions.get((authority, cohort), 1)

    def ensure(self, authority: str, cohorts: Iterable[date]) -> list[str]:
        """Make a key durably for each month that has none. Return the names made."""
        self.refresh()
        missing = [cohort for cohort in cohorts if (authority, cohort) not in self._versions]
        return self._made([data_key(authority, cohort) for cohort in missing])

    def renew(self, authority: str, cohorts: Iterable[date]) -> tuple[list[str], list[str]]:
        """Make the next version of each month's key. Return the names made, and all that they replace."""
        self.refresh()
        held = {c: self._versions[authority, c] for c in cohorts if (authority, c) in self._versions}
        made = self._made([data_key(authority, cohort, version + 1) for cohort, version in held.items()])
        found = [(name, data_cohort(name)) for name in self._keyring.names() - set(made)]
        return made, sorted(name for name, key in found if key and key[0] == authority and key[1] in held)

    def names(self, month: date | None) -> list[str]:
        """Return the names of the data keys held: all, or a month's."""
        keys = [(name, data_cohort(name)) for name in self._keyring.names()]
        return sorted(name for name, key in keys if key and month in {None, key[1]})

    def _made(self, names: list[str]) -> list[str]:
        made = self._keyring.ensure(names)
        self.refresh()
        return made
