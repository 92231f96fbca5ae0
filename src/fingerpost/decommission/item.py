"""What is to be ended: one item of the inventory, and what was done to it. Values only."""

from datetime import datetime
from enum import unique

from msgspec import Struct

from fingerpost.words.vocabulary import Labelled


@unique
class Medium(Labelled):
    """What kind of store an item is, which decides how it is read and ended."""

    POSTGRESQL = "postgresql", "PostgreSQL server's data folder, tablespaces included"
    DATABASE = "database", "one database of a PostgreSQL server that goes on"
    WAL = "wal", "write-ahead log"
    DUMP = "dump", "database dump"
    SQLITE = "sqlite", "SQLite database"
    FILE = "file", "file"
    FOLDER = "folder", "folder"
    ARCHIVE = "archive", "archive or compressed file"
    BLOCK_IMAGE = "block_image", "raw image of a disk"
    BY_HAND = "by_hand", "not reachable from here: tape, printout, somebody else's system"


@unique
class Class(Labelled):
    """How near an item stands to the database. Front-office machines count as core: residues stay there."""

    CORE = "core", "core"
    EXTRACT = "extract", "extract"
    PARTNER = "partner", "held by a partner"


@unique
class Method(Labelled):
    """How an item is ended, in the words of NIST SP 800-88."""

    CRYPTOGRAPHIC_ERASE = "cryptographic_erase", "purge by cryptographic erase"
    CLEAR = "clear", "clear (overwritten)"
    PURGE = "purge", "purge"
    DESTROY = "destroy", "destroy (physically)"


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
