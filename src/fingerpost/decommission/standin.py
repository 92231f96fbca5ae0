"""The stand-in as a target: how the rehearsal's legacy is reached, and how canaries get into it and its
copies.
"""

from collections.abc import Iterator
from pathlib import Path

from fingerpost.db.foreign import Foreign, reached
from fingerpost.decommission.legacy.build import Order, put
from fingerpost.decommission.legacy.children import LegacyChild, authority_codes
from fingerpost.decommission.legacy.copies import back_up, hand_out
from fingerpost.decommission.legacy.place import DATABASE, ROLES, Legacy
from fingerpost.decommission.scanners.listed import Identity
from fingerpost.decommission.target import Children, Target

_FIRST_ID = 10**9  # of the rows that hang on canaries: no child's


def target(legacy: Legacy) -> Target:
    """Return how a legacy is reached."""
    return Target(
        conninfo=legacy.conninfo(), database=DATABASE, data=str(legacy.server.data),
        log=str(legacy.server.log), embedded=str(legacy.server.folder),
        children=Children(
            table="child", number="number", given="given", family="family", born="born", postcode="postcode"
        ),
        feeds=(ROLES[1],), written=("access_audit", "access_token"), token_table="access_token",  # noqa: S106
        accounts={role: legacy.conninfo_as(role) for role in ROLES},
    )  # fmt: skip


def plant(legacy: Legacy, order: Order, canaries: list[Identity]) -> int:
    """Plant canaries into the database as children like any other, then into backups, feeds and extracts.

    Return how many stand in the database. Done again, it adds none twice. The legacy's server must be up.
    """
    made = list(as_children(canaries, order))
    with reached(legacy.conninfo()) as database:
        if not (there := _there(database, made)):
            database.run("BEGIN")  # all of them or none
            put(database, made, _FIRST_ID)
            database.run("COMMIT")
            there = _there(database, made)
    back_up(legacy)
    hand_out(legacy, order, lambda: made)
    return there


def as_children(canaries: list[Identity], order: Order) -> Iterator[LegacyChild]:
    """Yield canaries as the legacy holds children, spread over authorities."""
    codes = authority_codes(order.authorities)
    for place, c in enumerate(canaries):
        yield LegacyChild(
            c.number, c.given, c.family, c.born, "FM"[place % 2], f"{place + 1} Fingerpost Lane", c.postcode,
            codes[place % len(codes)],
        )  # fmt: skip


def _there(database: Foreign, made: list[LegacyChild]) -> int:
    numbers = [child.number for child in made]
    return int(database.value("SELECT count(*) FROM child WHERE number = ANY (%s)", [numbers]))


def planted_in(legacy: Legacy) -> list[Path]:
    """Return the places of a legacy in each of which every canary stands."""
    names = ("server", "replica", "backups/base", "backups/nightly.dump", "backups/weekly.sql", "feeds",
             "quality", "search", "laptops")  # fmt: skip
    places = (*(legacy.folder / name for name in names), *sorted((legacy.folder / "partners").iterdir()))
    return [place for place in places if place.exists()]
