"""A base backup in a folder, as `pg_basebackup --manifest-checksums=SHA256` writes it: checked, then read.

The format is https://www.postgresql.org/docs/18/backup-manifest-format.html. Checked here and not by
`pg_verifybackup`, which in the server that comes with the package breaks down on every backup.
"""

import hashlib
import subprocess
from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.db.embedded import binaries
from fingerpost.words.errors import Invalid, Problem

_CHECKSUM = b'"Manifest-Checksum"'


class BaseBackup(Struct, frozen=True):
    """Which cluster a backup is of, and the place in its log at which the backup began."""

    system: int
    begins_at: str


class _File(Struct, frozen=True, rename={"path": "Path", "kind": "Checksum-Algorithm", "digest": "Checksum"}):
    path: str = ""
    kind: str = ""
    digest: str = ""


class _Range(
    Struct, frozen=True, rename={"timeline": "Timeline", "start": "Start-LSN", "end": "End-LSN"}
):  # fmt: skip
    timeline: int
    start: str
    end: str


class _Manifest(
    Struct, frozen=True,
    rename={
        "system": "System-Identifier", "files": "Files", "ranges": "WAL-Ranges",
        "checksum": "Manifest-Checksum",
    },
):  # fmt: skip
    system: int
    files: list[_File]
    ranges: list[_Range]
    checksum: str


def verified(folder: Path) -> BaseBackup:
    """Return what a backup is of, having checked its manifest, every file, and its log. Raises `Invalid`.

    What was committed before `begins_at` is in it. The manifest names the cluster from PostgreSQL 17 on.
    """
    try:
        content = (folder / "backup_manifest").read_bytes()
        manifest = msgspec.json.decode(content, type=_Manifest)
    except (OSError, msgspec.MsgspecError):
        raise _wrong("is not a folder that pg_basebackup (PostgreSQL 17 or later) wrote") from None
    if hashlib.sha256(content[: content.rindex(_CHECKSUM)]).hexdigest() != manifest.checksum:
        raise _wrong("has a manifest that was changed")
    if any(file.kind != "SHA256" for file in manifest.files):
        raise _wrong("was not taken with --manifest-checksums=SHA256")
    if not all(_is_whole(folder, file) for file in manifest.files) or not _log_is_whole(folder, manifest):
        raise _wrong("is damaged or not whole")
    return BaseBackup(manifest.system, manifest.ranges[0].start)


def _wrong(detail: str) -> Invalid:
    return Invalid(Problem("backup", detail))


def _is_whole(folder: Path, file: _File) -> bool:
    try:
        with (folder / file.path).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.digest
    except OSError:
        return False


def _log_is_whole(folder: Path, manifest: _Manifest) -> bool:
    """Tell whether the log that the backup needs to be consistent is beside it and can be read."""
    lines = [
        [
            str(binaries() / "pg_waldump"), "--quiet", f"--path={folder / 'pg_wal'}",
            f"--timeline={some.timeline}", f"--start={some.start}", f"--end={some.end}",
        ]
        for some in manifest.ranges
    ]  # fmt: skip
    ended = [subprocess.run(line, capture_output=True, check=False, cwd="/").returncode for line in lines]
    return ended != [] and not any(ended)
