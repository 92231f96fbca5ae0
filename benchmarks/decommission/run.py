"""How fast a scan reads each kind of store, beside `grep -a -c -F -f` on the same bytes.

    python benchmarks/decommission/run.py [--children N]

One process, CPU seconds. The list has 10,000 children, none of whom is in the stores: all is read. grep
is given their numbers and "family,given" as plain text, and sees what stands there as it stands: it opens
nothing, undoes nothing, and reads its list of children in clear.
"""

import argparse
import gzip
import os
import resource
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from fingerpost.db.foreign import program, reached
from fingerpost.decommission.legacy.build import Order, build
from fingerpost.decommission.legacy.children import LegacyChild, authority_codes, children
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.scanners.listed import Identity, Seeker, listed, new_key
from fingerpost.decommission.scanners.reading import Reader

LISTED = 10_000
AUTHORITIES = 12


def stores(folder: Path, count: int) -> Iterator[tuple[str, Path]]:
    """Yield one store of each kind, holding the same children."""
    people = list(islice(children(count, 1, authority_codes(AUTHORITIES)), count))
    text = "".join(c.export() for c in people)
    yield "CSV", _written(folder / "csv", text.encode())
    yield "CSV, UTF-16", _written(folder / "wide", text.encode("utf-16"))
    yield "CSV, gzip", _written(folder / "gz", gzip.compress(text.encode()))
    yield "SQLite", _sqlite(folder / "sqlite", people)
    yield from _of_a_server(folder, count)
    prose = b"The panel met on 5 May 2009 at 10:30 and agreed what is to be done for the family next. "
    yield "prose", _written(folder / "prose", prose * (len(text) // len(prose)))
    yield "random bytes", _written(folder / "random", b"\xff\xd8\xff" + os.urandom(len(text)))
    yield "zeros", _written(folder / "zeros", bytes(len(text) * 8))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _sqlite(path: Path, people: list[LegacyChild]) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE child (number, given, family, born, postcode)")
        rows = [(c.number, c.given, c.family, str(c.born), c.postcode) for c in people]
        database.executemany("INSERT INTO child VALUES (?, ?, ?, ?, ?)", rows)
    return path


def _of_a_server(folder: Path, count: int) -> Iterator[tuple[str, Path]]:
    legacy = Legacy(folder / "legacy")
    build(legacy, Order(count, 1, AUTHORITIES))
    with legacy.server:
        conninfo = legacy.conninfo()
        program("pg_dump", conninfo, f"--file={folder / 'plain'}")
        program("pg_dump", conninfo, "--format=custom", f"--file={folder / 'custom'}")
        with reached(conninfo) as database:
            database.run("CHECKPOINT")
            heap = str(database.value("SELECT pg_relation_filepath('child')"))
            index = str(database.value("SELECT pg_relation_filepath('child_family_born_idx')"))
    log = max((legacy.server.data / "pg_wal").glob("0*"), key=lambda p: p.stat().st_mtime)
    yield "dump, plain", folder / "plain"
    yield "dump, custom", folder / "custom"
    yield "PostgreSQL table", legacy.server.data / heap
    yield "PostgreSQL index", legacy.server.data / index
    yield "PostgreSQL log", log


def _ours(path: Path, seeker: Seeker) -> tuple[float, int]:
    began = _used()
    reading = Reader(seeker).file(path)
    return _used() - began, len(reading.hits)


def _used() -> float:
    """Return CPU seconds, those of programs that were run included."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


def _grep(path: Path, patterns: Path) -> float:
    began = _used()
    command = ["grep", "-a", "-c", "-F", "-f", str(patterns), str(path)]
    subprocess.run(command, capture_output=True, check=False, env={"LC_ALL": "C"})
    return _used() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=100_000)
    wanted = parser.parse_args()
    others = list(islice(children(LISTED, 777, authority_codes(AUTHORITIES)), LISTED))
    strangers = [
        Identity(
            f"{c.number[:11]}{(int(c.number[11]) + 5) % 10}",
            c.given,
            c.family,
            c.born.replace(year=c.born.year - 40),
            "ZZ1 1ZZ",
        )
        for c in others
    ]
    key = new_key()
    seeker = Seeker(listed(strangers, key), key)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        patterns = folder / "patterns"
        lines = (f"{s.number}\n{s.family},{s.given}\n" for s in strangers)
        patterns.write_text("".join(lines))
        nothing = _written(folder / "nothing", b"\n")
        start = _grep(nothing, patterns)  # reading its list
        print(f"{'store':<18} {'MB':>6} {'MB/s':>7} {'grep MB/s':>10}  hits")
        for kind, path in stores(folder, wanted.children):
            size = path.stat().st_size / 1e6
            taken, hits = _ours(path, seeker)
            plain = max(_grep(path, patterns) - start, 1e-4)
            print(f"{kind:<18} {size:6.1f} {size / taken:7.1f} {size / plain:10.1f}  {hits}", flush=True)


if __name__ == "__main__":
    main()
