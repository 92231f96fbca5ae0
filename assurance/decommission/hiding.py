"""Ways in which a copy of some children is hidden: content, by the name of its kind of store."""

import base64
import bz2
import gzip
import io
import json
import lzma
import quopri
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import quote

from fingerpost.decommission.legacy.children import LegacyChild

People = list[LegacyChild]
Way = Callable[[People, Random], bytes]


def csv(people: People, _: Random) -> bytes:
    return "".join(c.export() for c in people).encode()


def names_and_dates(people: People, rng: Random) -> bytes:
    """No number and no postcode, in one of the ways in which dates are written."""
    written = rng.choice(("%d/%m/%Y", "%d.%m.%y", "%d %B %Y", "%Y%m%d", "%Y-%m-%d"))
    return "".join(f"{c.given} {c.family}, born {c.born.strftime(written)}\n" for c in people).encode()


def names_and_postcodes(people: People, _: Random) -> bytes:
    return "".join(f"{c.family.upper()} {c.given}; {c.address}; {c.postcode}\n" for c in people).encode()


def numbers_alone(people: People, rng: Random) -> bytes:
    gap = rng.choice((" ", "-", ""))
    return "\n".join(gap.join((c.number[:4], c.number[4:8], c.number[8:])) for c in people).encode()


def fixed_width(people: People, _: Random) -> bytes:
    rows = (f"{c.family.upper():<20}{c.given.upper():<20}{c.born:%Y%m%d}{c.postcode:<9}\n" for c in people)
    return "".join(rows).encode()


def json_lines(people: People, _: Random) -> bytes:
    rows = ({"given": c.given, "family": c.family, "dob": str(c.born), "gender": c.gender} for c in people)
    return "\n".join(map(json.dumps, rows)).encode()


def xml(people: People, _: Random) -> bytes:
    rows = (
        f"<child><fn>{c.given}</fn><sn>{c.family}</sn><dob>{c.born}T00:00:00Z</dob></child>" for c in people
    )
    return f"<children>{''.join(rows)}</children>".encode()


def page(people: People, _: Random) -> bytes:
    rows = (f"<tr><td>{c.given}</td><td>{c.family}</td><td>{c.born:%d %b %Y}</td></tr>" for c in people)
    return f"<table>{''.join(rows)}</table>".encode()


def address_book(people: People, _: Random) -> bytes:
    cards = (f"BEGIN:VCARD\nN:{c.family};{c.given};;;\nBDAY:{c.born:%Y%m%d}\nEND:VCARD\n" for c in people)
    return "".join(cards).encode()


def health_message(people: People, _: Random) -> bytes:
    lines = (
        f"PID|1||{c.number}^^^CP||{c.family}^{c.given}||{c.born:%Y%m%d}000000|{c.gender}\r" for c in people
    )
    return "".join(lines).encode()


def access_log(people: People, rng: Random) -> bytes:
    rows = (
        f'10.0.0.{rng.randrange(255)} - - "GET /search?q={quote(f"{c.given} {c.family} {c.born}", safe="")}'
        f'&p={quote(c.postcode)} HTTP/1.1" 200 {rng.randrange(9000)}\n'
        for c in people
    )
    return "".join(rows).encode()


def wide(people: People, rng: Random) -> bytes:
    return csv(people, rng).decode().encode(rng.choice(("utf-16", "utf-16-be", "utf-16-le")))


def western(people: People, rng: Random) -> bytes:
    return csv(people, rng).decode().encode("latin-1", "replace")


def hexadecimal(people: People, rng: Random) -> bytes:
    return csv(people, rng).hex().encode()


def search_index(people: People, rng: Random) -> bytes:
    noise = (
        bytes(byte | 0x80 for byte in rng.randbytes(2)) for _ in people
    )  # no digit: that would be another number
    return b"IDX1" + b"\x00".join(
        f"{c.family.lower()}\x01{c.number}".encode() + n for c, n in zip(people, noise, strict=True)
    )


def core_file(people: People, rng: Random) -> bytes:
    """What a program's memory holds: rows among bytes that mean nothing."""
    noise = (rng.randbytes(300) + bytes(600) for _ in people)
    return b"\x7fELF" + b"".join(
        n + b"\x00" + c.export().encode() + b"\x00" for n, c in zip(noise, people, strict=True)
    )


def gz(people: People, rng: Random) -> bytes:
    return gzip.compress(csv(people, rng))


def bz(people: People, rng: Random) -> bytes:
    return bz2.compress(names_and_dates(people, rng))


def xz(people: People, rng: Random) -> bytes:
    return lzma.compress(names_and_postcodes(people, rng))


def loose_object(people: People, rng: Random) -> bytes:
    """As a version control keeps a file."""
    content = csv(people, rng)
    return zlib.compress(b"blob %d\x00" % len(content) + content)


def zipped(people: People, rng: Random) -> bytes:
    return _zip({"2009/list.txt": names_and_dates(people, rng)})


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _tar(content: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        entry = tarfile.TarInfo("inner")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def _one_in_a_zip(content: bytes) -> bytes:
    return _zip({"inner.bin": content})


def _tgz(content: bytes) -> bytes:
    return gzip.compress(_tar(content))


def _txz(content: bytes) -> bytes:
    return lzma.compress(_tar(content))


_WRAPS: tuple[Callable[[bytes], bytes], ...] = (_one_in_a_zip, _tgz, _txz, _tar, gzip.compress)


def nested(people: People, rng: Random) -> bytes:
    """Up to five archives within each other."""
    content = csv(people, rng)
    for _ in range(rng.randrange(2, 6)):
        content = rng.choice(_WRAPS)(content)
    return content


def name_in_an_archive(people: People, _: Random) -> bytes:
    return _zip({f"{c.family}_{c.given}_{c.born:%Y%m%d}.doc": b"see file" for c in people})


def spreadsheet(people: People, _: Random) -> bytes:
    cells = "".join(f"<si><t>{v}</t></si>" for c in people for v in (c.given, c.family, f"{c.born:%d/%m/%Y}"))
    return _zip({"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": f"<sst>{cells}</sst>".encode()})


def document(people: People, rng: Random) -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj <</Filter /FlateDecode>>\nstream\n"
        + zlib.compress(b"\n".join(b"(%s) Tj" % line for line in csv(people, rng).splitlines()))
        + b"\nendstream\n%%EOF"
    )


def mail(people: People, rng: Random) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "worker@authority.example", "list"
    message.set_content("attached")
    content, kind = rng.choice(
        ((csv(people, rng), "csv"), (zipped(people, rng), "zip"), (gz(people, rng), "gz"))
    )
    message.add_attachment(content, maintype="application", subtype=kind, filename=f"list.{kind}")
    return b"From worker Mon Aug  2 09:00:00 2010\n" + message.as_bytes()


def quoted_mail(people: People, rng: Random) -> bytes:
    head = b"From: worker@authority.example\nContent-Transfer-Encoding: quoted-printable\n\n"
    return head + quopri.encodestring(names_and_dates(people, rng).replace(b"\n", b" and "))


def _sqlite(people: People, script: Callable[[sqlite3.Connection], object]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "db"
        with closing(sqlite3.connect(path)) as database:
            columns = "number INTEGER, given TEXT, family TEXT, born TEXT, postcode TEXT"
            database.execute(f"CREATE TABLE child ({columns})")
            rows = [(int(c.number), c.given, c.family, str(c.born), c.postcode) for c in people]
            database.executemany("INSERT INTO child VALUES (?, ?, ?, ?, ?)", rows)
            script(database)
            database.commit()
        return path.read_bytes()


def sqlite(people: People, _: Random) -> bytes:
    return _sqlite(people, lambda database: None)


def sqlite_numbers(people: People, _: Random) -> bytes:
    """Numbers alone, which its pages hold in binary."""
    return _sqlite(
        people, lambda d: d.executescript("CREATE TABLE t AS SELECT number FROM child; DROP TABLE child")
    )


def sqlite_deleted(people: People, _: Random) -> bytes:
    return _sqlite(
        people, lambda d: d.executescript("PRAGMA secure_delete = off; DELETE FROM child WHERE number > 0")
    )


def sqlite_zipped(people: People, rng: Random) -> bytes:
    return _zip({"caseload.db": sqlite(people, rng)})


def disk(people: People, rng: Random) -> bytes:
    """A deleted file in scattered blocks of a disk."""
    image, content = bytearray(3 << 20), csv(people, rng)
    image[1080:1082] = b"\x53\xef"
    for start in range(0, len(content), 4096):
        place = rng.randrange(1, len(image) // 4096) * 4096
        image[place : place + 4096] = content[start : start + 4096].ljust(4096, b"\0")
    return bytes(image)


def disk_with_archive(people: People, rng: Random) -> bytes:
    """A deleted archive, across the border of two blocks that are read."""
    image, content = bytearray(3 << 20), rng.choice((gz, zipped))(people, rng)
    image[510:512] = b"\x55\xaa"
    place = (1 << 20) - rng.randrange(1, len(content))
    image[place : place + len(content)] = content
    return bytes(image)


def encoded_archive(people: People, rng: Random) -> bytes:
    return b"data:application/gzip;base64," + base64.b64encode(gz(people, rng))


WAYS: tuple[Way, ...] = (
    csv, names_and_dates, names_and_postcodes, numbers_alone, fixed_width, json_lines, xml, page,
    address_book, health_message, access_log, wide, western, hexadecimal, search_index, core_file, gz, bz, xz,
    loose_object, zipped, nested, name_in_an_archive, spreadsheet, document, mail, quoted_mail,
    sqlite, sqlite_numbers, sqlite_deleted, sqlite_zipped, disk, disk_with_archive, encoded_archive,
)  # fmt: skip
