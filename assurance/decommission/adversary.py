"""An adversary hides 50 copies of every kind of store that is listed; 50 are to be found, and no decoy.

    python -m assurance.decommission.adversary [--seeds N]

Each copy holds 3 to 30 children, one of whom is on the list. Its place and name say nothing. With another
list it must find none: that is the control.
"""

import argparse
import sys
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from assurance.decommission import hiding_in_postgresql
from assurance.decommission.decoys import DECOYS
from assurance.decommission.hiding import WAYS, People
from fingerpost.decommission.legacy.build import Order, build
from fingerpost.decommission.legacy.children import LegacyChild, authority_codes, children, number
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.scan import Report, scan
from fingerpost.decommission.scanners.listed import Identity, ScanList, listed, new_key

COPIES = 50
LISTED = 500
AUTHORITIES = 12


class Hidden(Struct, frozen=True):
    """Where copies and decoys were put, each with its way."""

    copies: dict[str, str]
    decoys: dict[str, str]


class Outcome(Struct, frozen=True):
    """What a scan made of it."""

    missed: tuple[str, ...]  # ways
    false: tuple[str, ...]
    unread: tuple[str, ...]


def people(seed: int) -> People:
    """Return children of whom the first 500 are listed."""
    made = islice(children(5_000, seed, authority_codes(AUTHORITIES)), 5_000)
    return [msgspec.structs.replace(c, number=number(seed * 5_000 + n)) for n, c in enumerate(made)]


def scan_list(known: People, key: bytes) -> ScanList:
    """Return the list of the first 500."""
    return listed((Identity(c.number, c.given, c.family, c.born, c.postcode) for c in known[:LISTED]), key)


def hide(folder: Path, seed: int, known: People, legacy: Legacy | None = None) -> Hidden:
    """Put copies and decoys below a folder, in an order and at places that follow from the seed."""
    rng = Random(seed)
    copies: dict[str, str] = {}
    servers = hiding_in_postgresql.WAYS if legacy else ()
    for way in servers:
        assert legacy is not None
        path = _place(folder, rng)
        way(hiding_in_postgresql.fill(legacy, _some(known, rng)), legacy, path)
        copies[str(path)] = f"postgresql {way.__name__}"
    order = [*WAYS, *rng.choices(WAYS, k=COPIES)][: COPIES - len(servers) - 1]
    for way in order:
        path = _place(folder, rng)
        path.write_bytes(way(_some(known, rng), rng))
        copies[str(path)] = way.__name__
    named = rng.choice(known[:LISTED])
    path = _place(folder, rng).with_name(f"{named.given} {named.family} {named.born:%d-%m-%Y}.txt")
    path.write_bytes(b"see paper file")
    copies[str(path)] = "name of a file"
    decoys: dict[str, str] = {}
    for decoy in DECOYS:
        path = _place(folder, rng)
        path.write_bytes(decoy(_unlisted(known, decoy.__name__), rng))
        decoys[str(path)] = decoy.__name__
    return Hidden(copies, decoys)


def _unlisted(known: People, name: str) -> People:
    """Return whom a decoy is about: the listed themselves where what it says of them identifies nobody."""
    return known[:LISTED] if name != "family_apart_from_given" else known[:40]


def _some(known: People, rng: Random) -> People:
    """Return a few children, one of whom is listed."""
    found: list[LegacyChild] = [rng.choice(known[:LISTED]), *rng.sample(known[LISTED:], rng.randrange(2, 30))]
    rng.shuffle(found)
    return found


def _place(folder: Path, rng: Random) -> Path:
    path = folder.joinpath(
        *(f"{rng.randrange(9):x}" for _ in range(rng.randrange(1, 4))), f"{rng.getrandbits(48):x}"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def judge(hidden: Hidden, report: Report) -> Outcome:
    """Return what was missed, and what was met where nobody is."""
    met = {unit.path for unit in report.with_hits}
    found = {path for path in hidden.copies if any(m == path or m.startswith(f"{path}/") for m in met)}
    unread = {unit.path for unit in report.unread}
    return Outcome(
        tuple(sorted(way for path, way in hidden.copies.items() if path not in found)),
        tuple(sorted(way for path, way in hidden.decoys.items() if path in met)),
        tuple(sorted(way for path, way in (hidden.copies | hidden.decoys).items() if path in unread)),
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    wanted = parser.parse_args()
    with TemporaryDirectory() as folder:
        legacy = Legacy(Path(folder) / "legacy")
        build(legacy, Order(100, authorities=AUTHORITIES))
        with legacy.server:
            return max(
                _campaign(seed, Path(folder) / str(seed), legacy) for seed in range(1, wanted.seeds + 1)
            )


def _campaign(seed: int, folder: Path, legacy: Legacy) -> int:
    """Hide, look, and look with another list; say how it went. Return 0 if it went well."""
    known, key = people(seed), new_key()
    hidden = hide(folder / "h", seed, known, legacy)
    outcome = judge(hidden, scan([folder / "h"], scan_list(known, key), key, folder / "journal"))
    control = scan([folder / "h"], scan_list(people(seed + 999), key), key, folder / "control")
    found = len(hidden.copies) - len(outcome.missed)
    print(f"seed {seed}: {found} of {len(hidden.copies)} found; of {len(hidden.decoys)} decoys:")
    print(f"  false {outcome.false}; missed {outcome.missed}; unread {outcome.unread}")
    print(f"  control, another list: {control.hits} met", flush=True)
    return 1 if outcome.missed or outcome.false or control.hits else 0


if __name__ == "__main__":
    sys.exit(main())
