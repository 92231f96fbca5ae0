"""Shares of a wrapping key: any three of five make it again, two tell nothing (SLIP-39).

Thirty-three words each, with a checksum: a share can be written by hand, and read by any SLIP-39 program. The
library's own page warns of side channels: docs/keys.md says where a ceremony is held.
https://github.com/satoshilabs/slips/blob/master/slip-0039.md
"""

import re

import shamir_mnemonic  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct
from shamir_mnemonic.utils import MnemonicError  # pyright: ignore[reportMissingTypeStubs]

from fingerpost.vault.wrapping import WRAPPING_KEY_BYTES
from fingerpost.words.errors import Invalid, Problem

CUSTODIANS = 5  # security plan §2.3: 3-of-5
NEEDED = 3
_WORDS = 33  # of a share of 256 bits
_PAPER = re.compile(r"generation: (\S+)\ncustodian: (\S+)\n.*?\n\n(.+)\n", re.DOTALL)


class Share(Struct, frozen=True):
    """What one custodian holds. Its `repr` shows no word of it."""

    generation: str
    custodian: str
    words: str

    def __repr__(self) -> str:
        return f"Share({self.generation}, {self.custodian})"

    def paper(self) -> str:
        """Return what a custodian is given."""
        return (
            f"A share of the key that wraps Fingerpost's keyring.\ngeneration: {self.generation}\n"
            f"custodian: {self.custodian}\n{NEEDED} of {CUSTODIANS} shares open a backup of the keyring."
            " Keep this apart from the others.\nDestroy it when a later generation is in use, and say so.\n\n"
            f"{self.words}\n"
        )


def split(key: bytes) -> list[str]:
    """Return five shares of a key, each tried in company with others before it is handed out."""
    [shares] = shamir_mnemonic.generate_mnemonics(1, [(NEEDED, CUSTODIANS)], key)
    for first in range(CUSTODIANS):
        tried = [shares[(first + n) % CUSTODIANS] for n in range(NEEDED)]
        if combine(tried) != key:
            raise ArithmeticError("the shares do not make the key again")
    return shares


def combine(shares: list[str]) -> bytes:
    """Return the key that these shares make, or raise `Invalid`: never a wrong one."""
    try:
        key = shamir_mnemonic.combine_mnemonics(shares)
    except MnemonicError:
        raise Invalid(
            Problem("share", f"{NEEDED} different, whole shares of one generation are needed")
        ) from None
    if len(key) != WRAPPING_KEY_BYTES:
        raise Invalid(Problem("share", "is of something else"))
    return key


def read_paper(text: str) -> Share:
    """Read a share as it was handed out."""
    found = _PAPER.search(text)
    if not found or len(found[3].split()) != _WORDS:
        raise Invalid(
            Problem("share", f"is not a share: lines for generation and custodian, then {_WORDS} words")
        )
    return Share(found[1], found[2], " ".join(found[3].split()))
