"""Stores that hold nobody, made to look as if they did: whatever is met in one is a false alarm."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from random import Random

from assurance.decommission.hiding import People, sqlite
from fingerpost.decommission.legacy.children import LegacyChild

Decoy = Callable[[People, Random], bytes]


def names_alone(people: People, _: Random) -> bytes:
    return "\n".join(f"{c.given} {c.family}" for c in people).encode()


def dates_alone(people: People, _: Random) -> bytes:
    return "\n".join(f"closed on {c.born:%d/%m/%Y} and {c.born}" for c in people).encode()


def places_alone(people: People, _: Random) -> bytes:
    return "\n".join(f"{c.address}, {c.postcode}" for c in people).encode()


def digits_changed(people: People, rng: Random) -> bytes:
    """Each number with one digit that is another."""
    rows: list[str] = []
    for c in people:
        place = rng.randrange(12)
        rows.append(f"{c.number[:place]}{(int(c.number[place]) + 1) % 10}{c.number[place + 1 :]}")
    return "\n".join(rows).encode()


def longer_numbers(people: People, _: Random) -> bytes:
    return "\n".join(f"{c.number}7 4{c.number}" for c in people).encode()


def family_apart_from_given(people: People, _: Random) -> bytes:
    """Names of one beside the date of another, far from their own."""
    between = (
        "is told what the panel has agreed and will be asked again before the next of its meetings is held. "
        * 3
    )
    return "".join(f"{c.given} {between}{c.born} {between}{c.family} {between}" for c in people).encode()


def born_on_another_day(people: People, rng: Random) -> bytes:
    rows = (f"{c.given} {c.family} {c.born + timedelta(days=7_000 + rng.randrange(900))}\n" for c in people)
    return "".join(rows).encode()


def long_words(people: People, rng: Random) -> bytes:
    """Words as a canary's name is: Q and twelve letters."""
    letters = "abcdefghijklmnoprstuvwxyz"
    return " ".join("Q" + "".join(rng.choices(letters, k=12)) for _ in range(400)).encode()


def timestamps(people: People, rng: Random) -> bytes:
    return "\n".join(
        f"2010{rng.randrange(10**8):08d} {rng.randrange(10**12)} ok" for _ in range(3000)
    ).encode()


def catalogue(people: People, rng: Random) -> bytes:
    rows = ({"item": rng.randrange(10**12), "made": "2009-03-04", "by": "Mill Lane Ltd"} for _ in range(400))
    return gzip.compress(json.dumps(list(rows)).encode())


def strangers(people: People, rng: Random) -> bytes:
    """A database of others who have the same names."""
    others = [
        LegacyChild(
            str(int(c.number) // 7 + 10**11), c.given, c.family, c.born + timedelta(days=8_000 + n), c.gender,
            c.address, f"ZZ{n % 90 + 10} 9ZZ", c.authority,
        )
        for n, c in enumerate(people)
    ]  # fmt: skip
    return sqlite(others, rng)


def zipped_prose(people: People, rng: Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("minutes.txt", "The panel met on 5 May 2009 and agreed the plan. " * 500)
    return made.getvalue()


def zeros(people: People, rng: Random) -> bytes:
    return bytes(2 << 20)


DECOYS: tuple[Decoy, ...] = (
    names_alone, dates_alone, places_alone, digits_changed, longer_numbers, family_apart_from_given,
    born_on_another_day, long_words, timestamps, catalogue, strangers, zipped_prose, zeros,
)  # fmt: skip
