"""The whole country, chunk by chunk, written to a folder."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from fingerpost import __version__
from fingerpost.synthetic import demo
from fingerpost.synthetic.chunk import CHUNK, STRIDE, Made, Setting, make_chunk
from fingerpost.synthetic.days import iso
from fingerpost.synthetic.numbers import nhs_numbers_available
from fingerpost.synthetic.places import Country, choose_authorities, load_country
from fingerpost.synthetic.questions import ASKED
from fingerpost.synthetic.rows import Extract
from fingerpost.synthetic.teams import Staff, write_staff
from fingerpost.synthetic.write import Folder

PROCESSES = min(8, os.cpu_count() or 1)
_ALONE_BELOW = 3  # chunks: fewer than this are not worth a second process


class Order(Struct, frozen=True, kw_only=True):
    """What country to make: how many children, from which seed, in how many authorities, on what night.

    `asked` is the share of children known to an authority who are asked about.
    """

    children: int
    seed: int
    authorities: int
    as_of: int
    asked: float = ASKED


def most_children() -> int:
    """Return how many children the test range of NHS numbers allows."""
    return nhs_numbers_available() // STRIDE * CHUNK


def _chunks(children: int) -> list[tuple[int, int]]:
    """Return (number, children) of each chunk."""
    return [(n, min(CHUNK, children - n * CHUNK)) for n in range((children + CHUNK - 1) // CHUNK)]


def _settle(order: Order, country: Country, folder: Folder) -> Setting:
    """Write every authority's staff and contact sheet; return what the chunks share."""
    extract = Extract()
    total, before = country.running[-1], 0
    staff: list[Staff] = []
    for area, place in enumerate(country.areas):
        share = (country.running[area] - before) / total
        before = country.running[area]
        rng = Random(f"{order.seed}/staff/{place.authority.code}")  # noqa: S311 (a made-up country)
        about = share * order.children
        staff.append(write_staff(rng, extract, area, place.authority, children=about, as_of=order.as_of))
    folder.append(extract.text(), extract.counts())
    return Setting(order.seed, order.as_of, country, tuple(staff), order.asked)


_setting: list[Setting] = []
"""What forked processes inherit, so that a million postcodes are not sent to each."""


def _make(chunk: tuple[int, int]) -> Made:
    return make_chunk(_setting[0], *chunk)


@contextmanager
def _makers(setting: Setting, chunks: list[tuple[int, int]], processes: int) -> Generator[Iterator[Made]]:
    """Give the chunks made, in order, by this process or by several."""
    _setting[:] = [setting]
    try:
        alone = len(chunks) < _ALONE_BELOW or processes == 1
        if alone or "fork" not in get_all_start_methods():
            yield map(_make, chunks)
        else:
            # Frozen: what the parent holds, a database library say, is not taken apart in a child.
            with get_context("fork").Pool(processes, gc.freeze) as pool:
                yield pool.imap(_make, chunks)
    finally:
        _setting.clear()


class _Shown:
    """The demonstration cases found so far."""

    def __init__(self) -> None:
        self.movers: list[demo.Case] = []
        self.twins: list[demo.Case] = []
        self.nobodies: list[demo.Case] = []

    def add(self, made: Made) -> None:
        self.movers += made.movers
        self.twins += made.twins
        self.nobodies += made.nobodies

    def described(self, country: Country) -> dict[str, object]:
        codes = tuple(area.authority.code for area in country.areas)
        names = tuple(area.authority.name for area in country.areas)
        cases = {"moved": self.movers, "known_to_nobody": self.nobodies, "twin": self.twins}
        found = {kind: demo.best(several) for kind, several in cases.items()}
        return {kind: demo.described(case, codes, names) if case else None for kind, case in found.items()}


def _manifest(order: Order, country: Country, folder: Folder, tally: Counter[str], shown: _Shown) -> bytes:
    manifest = {
        "version": __version__,
        "seed": order.seed,
        "children": order.children,
        "as_of": iso(order.as_of),
        "authorities": {area.authority.code: area.authority.name for area in country.areas},
        "rows": dict(sorted(folder.rows.items())),
        "tally": dict(sorted(tally.items())),
        "demo": shown.described(country),
    }
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def make_country(
    order: Order, out: Path, made_so_far: Callable[[int], None], processes: int = PROCESSES
) -> Counter[str]:
    """Write a country into `out`, an empty or absent folder; return its tallies.

    `made_so_far` is told the number of children after each chunk. The bytes do not depend on `processes`.
    """
    draw = Random(f"{order.seed}/authorities")  # noqa: S311 (a made-up country)
    chosen = choose_authorities(draw, order.authorities)
    country = load_country(chosen)
    tally: Counter[str] = Counter()
    shown = _Shown()
    with Folder(out, tuple(a.code for a in chosen)) as folder:
        setting = _settle(order, country, folder)
        with _makers(setting, _chunks(order.children), processes) as chunks:
            for made in chunks:
                folder.append(made.text, made.rows)
                tally.update(made.tally)
                shown.add(made)
                made_so_far(tally["children"])
    # Last, so that a folder with a manifest is a whole country.
    (out / "manifest.json").write_bytes(_manifest(order, country, folder, tally, shown))
    return tally
