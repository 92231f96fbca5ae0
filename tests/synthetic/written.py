"""A written country, read back as rows."""

import csv
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fingerpost.synthetic.country import Order
from fingerpost.synthetic.days import AS_OF

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Country:
    """A written country: its folder, manifest, and rows by sheet."""

    folder: Path

    @property
    def manifest(self) -> dict[str, object]:
        return msgspec.json.decode((self.folder / "manifest.json").read_bytes())

    @property
    def codes(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def sheet(self, name: str) -> Rows:
        return read(self.folder / f"{name}.csv")

    def table(self, name: str) -> Rows:
        """Every authority's rows of one table, each with its `authority`."""
        return [
            row | {"authority": code}
            for code in self.codes
            for row in read(self.folder / code / f"{name}.csv")
        ]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def order(children: int = 6000, seed: int = 7, authorities: int = 12) -> Order:
    return Order(children=children, seed=seed, authorities=authorities, as_of=AS_OF.toordinal())
