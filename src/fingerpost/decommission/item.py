"""What is to be ended: one item of the inventory, and what was done to it. Values only."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Medium(StrEnum):
    """What kind of store an item is, which decides how it is read and ended."""

    POSTGRESQL = "postgresql"  # a server's whole data folder, tablespaces included
    WAL = "wal"
    DUMP = "dump"
    SQLITE = "sqlite"
    FILE = "file"
    FOLDER = "folder"
    ARCHIVE = "archive"
    BLOCK_IMAGE = "block_image"
    BY_HAND = "by_hand"  # listed but not reachable from here: a tape, a printout, somebody else's system


class Class(StrEnum):
    """How near an item stands to the database. Front-office machines count as core: residues stay there."""

    CORE = "core"
    EXTRACT = "extract"
    PARTNER = "partner"


class Method(StrEnum):
    """How an item is ended, in the words of NIST SP 800-88."""

    CRYPTOGRAPHIC_ERASE = "cryptographic_erase"  # where always encrypted, every copy of the key accounted for
    CLEAR = "clear"  # overwritten
    PURGE = "purge"
    DESTROY = "destroy"  # physically, attested with serials and two witnesses


class Item(Struct, frozen=True, kw_only=True):
    """One line of the inventory. `where`: a path below the procedure's root, or words for what is by hand."""

    id: str
    medium: Medium
    where: str
    owner: str
    kind: Class = Class.CORE
    serial: str = ""
    declared: bool = False  # by its owner's register
    discovered: bool = False  # by looking
    always_encrypted: bool = False
    keys: tuple[str, ...] = ()  # every copy of the key, where it is encrypted


class Ended(Struct, frozen=True, kw_only=True):
    """What a destroyer did to one item, as far as it can tell."""

    item: str
    method: Method
    tool: str
    began: datetime
    ended: datetime
    overwritten: int  # bytes
    read_back: int  # bytes read back and found as they were written
    limits: tuple[str, ...]  # what this cannot prove: it stands in the certificate itself
