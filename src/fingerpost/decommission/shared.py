"""A server that goes on after one of its databases has ended: which of its files and accounts are whose.

Such a target is named by its database's own folder (`…/base/NUMBER`). The same number names its folders in
other tablespaces. The log is the whole server's, and is written anew when the database is dropped.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import msgspec

from fingerpost.db.foreign import Foreign
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.scan import Report
from fingerpost.words.errors import Refused

_DATABASE = re.compile(r"(?:.+/)?base/[1-9][0-9]*")
_NEEDED = {"postgres"}  # beside templates: what a server's own programs connect to


class Shared:
    """A server that goes on. `database`: the folder of the one that ends, below the server's data folder."""

    def __init__(self, database: Path) -> None:
        self.database, self.number = database, database.name
        self.data = database.parents[1]

    @cached_property
    def places(self) -> tuple[Path, ...]:
        """The folders in which each database has one of its own: the default's, and each tablespace's."""
        spaces = (link.resolve() for link in sorted((self.data / "pg_tblspc").glob("*")))
        return (self.data / "base", *(version for space in spaces for version in space.glob("PG_*")))

    @cached_property
    def log(self) -> Path:
        """The folder of its log."""
        return (self.data / "pg_wal").resolve()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that the server keeps things in."""
        return (self.data, self.log, *(place.parent for place in self.places[1:]))

    def holds(self, path: Path) -> bool:
        """Tell whether a file is of the server."""
        return any(path.is_relative_to(folder) for folder in self.folders)

    def database_of(self, path: Path) -> Path | None:
        """Return the folder of the database that a file is of. The log is of the one that ends."""
        if path.is_relative_to(self.log):
            return self.database
        for place in self.places:
            parts = path.relative_to(place).parts if path.is_relative_to(place) else ()
            if len(parts) > 1:
                return self.database if parts[0] == self.number else place / parts[0]
        return None

    def counted(self, report: Report, canaries: int) -> Report:
        """Return a report with what counts of it. A child may rightly stand in what the server keeps for
        others: there only canaries count, who are the first of the list.
        """
        return Report(
            tuple(
                msgspec.structs.replace(unit, hits=tuple(h for h in unit.hits if 0 < h.listed <= canaries))
                if self.holds(Path(unit.path))
                else unit
                for unit in report.units
            )
        )

    def stands(self, server: Foreign, name: str) -> bool:
        """Tell whether the database is there. `Refused` where that server, or that name, is another's."""
        if Path(server.value("SHOW data_directory")).resolve() != self.data.resolve():
            raise Refused("the server that answers keeps its data elsewhere: the item is none of it")
        row = server.tuples("SELECT datname, datistemplate FROM pg_database WHERE oid = %s", [self.number])
        if row and (row[0][1] or row[0][0] in _NEEDED):
            raise Refused("its server needs that database: it is not ended here")
        if row and row[0][0] != name:
            raise Refused("the database of that number has another name than the target")
        return bool(row)

    def accounts(self, server: Foreign, named: Iterable[str]) -> list[str]:
        """Return those of the target's accounts that know nothing else on the server."""
        rows = server.tuples(
            "SELECT rolname FROM pg_roles r WHERE rolname = ANY (%s) AND rolname <> current_user"
            " AND NOT EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)"
            " AND NOT EXISTS (SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass"
            " AND d.refobjid = r.oid AND d.dbid <> %s::oid"
            " AND NOT (d.classid = 'pg_database'::regclass AND d.objid = %s::oid)) ORDER BY rolname",
            [list(named), self.number, self.number],
        )
        return [name for (name,) in rows]


def shared_of(procedure: Procedure) -> Shared | None:
    """Return the server that goes on, where a procedure's target is one of its databases."""
    target = procedure.opened.target
    return Shared(procedure.root / target) if _DATABASE.fullmatch(target) else None
