"""Canaries: children whom nobody is, planted before the freeze, so that a scan can be seen to find.

All of them follow from 32 random bytes, kept in the folder until the scan list is destroyed. A canary's
number has a wrong check digit, so no child ever had it; its family name begins with Q and stands nowhere
else.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from fingerpost.decommission.acts.preparing import CanariesPlanted, Place
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.scan import scan
from fingerpost.decommission.scanners.candidates import CANARY_LETTERS
from fingerpost.decommission.scanners.listed import Identity, listed, new_key
from fingerpost.vault import durable
from fingerpost.words.errors import Refused

FILE = "canaries.key"
_GIVEN = ("Alba", "Corin", "Dilys", "Evander", "Fenella", "Idris", "Jago", "Linnet", "Merrin", "Tamsin")
_LETTERS = "abcdefghiklmnoprstuvwyz"
_WEIGHTS = range(12, 1, -1)
_FIRST_BORN = date(1993, 1, 1)
_POSTCODES = ("ZZ99 3VZ", "ZZ99 3CZ")  # of nobody's address: ONS pseudo postcodes


def canaries(procedure: Procedure) -> list[Identity]:
    """Return the canaries of a procedure; the first time, decide who they are."""
    path = procedure.folder / FILE
    if not path.exists():
        if procedure.state.commitment:
            raise Refused("what the canaries were made from is not there any more")
        durable.replace(path, secrets.token_bytes(32))
    return list(made_from(path.read_bytes(), procedure.opened.canaries))


def made_from(secret: bytes, count: int) -> Iterator[Identity]:
    """Yield so many canaries, always the same of the same secret."""
    for place in range(count):
        drawn = int.from_bytes(hmac.digest(secret, place.to_bytes(4, "big"), "sha512"), "big")
        drawn, days = divmod(drawn, 6_000)
        drawn, number = divmod(drawn, 10**11)
        drawn, given = divmod(drawn, len(_GIVEN))
        family = "Q"
        while len(family) < CANARY_LETTERS:
            drawn, letter = divmod(drawn, len(_LETTERS))
            family += _LETTERS[letter]
        yield Identity(
            _wrong(f"{number:011d}"), _GIVEN[given], family, _FIRST_BORN + timedelta(days),
            _POSTCODES[place % len(_POSTCODES)], canary=True,
        )  # fmt: skip


def _wrong(digits: str) -> str:
    """Return a number with a check digit (modulus 11) that no child's number has."""
    right = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11 % 10
    return f"{digits}{(right + 5) % 10}"


def planted(procedure: Procedure, place: Place, where: Iterable[Path]) -> CanariesPlanted:
    """Look for the canaries where they were planted, and say how many are there; all have to be."""
    known = canaries(procedure)
    key = new_key()
    journal = procedure.folder / f"canaries-{place.value}.jsonl"
    journal.unlink(missing_ok=True)
    report = scan(where, listed(known, key), key, journal)
    journal.unlink()
    found = {hit.listed for unit in report.units for hit in unit.hits}
    return say_planted(procedure, place, len(found))


def say_planted(procedure: Procedure, place: Place, found: int) -> CanariesPlanted:
    """Say how many were found in a place."""
    asked = procedure.opened.canaries
    if found < asked:
        raise Refused(f"only {found} of {asked} canaries are in {place.label}")
    commitment = hashlib.sha256((procedure.folder / FILE).read_bytes()).hexdigest()
    act = CanariesPlanted(place=place, planted=found, commitment=commitment)
    procedure.say(act, procedure.tool)
    return act
