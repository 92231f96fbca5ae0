"""The residual scan: a list of keyed tokens, a seeded twin on which all planted must be found, then what is
left.

List and key stand in the folder until the scan is clean. The list is no copy: who has it learns nobody
without the key, and who has both can only ask whether somebody they name is on it. A scan's journal lets it
go on after a kill.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import LiteralString

import msgspec

from fingerpost.db.foreign import Foreign, reached
from fingerpost.decommission import canaries
from fingerpost.decommission.acts.ending import ScanBegan, ScanListDestroyed, Scanned, TwinScanned
from fingerpost.decommission.acts.preparing import ScanListMade
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.scan import Report, Unit, scan
from fingerpost.decommission.scanners.listed import (
    Identity,
    ScanList,
    decoded,
    encoded,
    listed,
    new_key,
)
from fingerpost.decommission.shared import shared_of
from fingerpost.decommission.target import Children, Target
from fingerpost.vault import durable
from fingerpost.words.errors import Refused

LIST, KEY, JOURNAL, TWIN_JOURNAL = "scan.list", "scan.key", "scan.jsonl", "twin.jsonl"
# In the order of `audit.in_order`, so that whoever has the frozen target can draw them again.
_SAMPLE: LiteralString = (
    "SELECT {}, {}, {}, {}, {} FROM {}"
    " ORDER BY sha256(convert_to(%s || chr(10) || {}::text, 'UTF8')) LIMIT %s"
)
Tell = Callable[[Unit], object]


def make_list(procedure: Procedure, target: Target) -> ScanListMade:
    """Draw children from the frozen target, and make the list of them and of all canaries."""
    if procedure.state.frozen is None:
        raise Refused("the target is not frozen: the list is drawn from what is ended")
    known, seed = canaries.canaries(procedure), procedure.chain.head
    with reached(target.conninfo) as database:
        numbers = {canary.number for canary in known}
        drawn = sampled(database, target.children, procedure.opened.sample, numbers, seed)
    return keep_list(procedure, known, drawn, seed)


def keep_list(
    procedure: Procedure, known: Sequence[Identity], drawn: Sequence[Identity], seed: str
) -> ScanListMade:
    """Make the list of canaries and of who was drawn, keep it with its key, and say so."""
    key = new_key()
    content = encoded(listed([*known, *drawn], key))
    durable.replace(procedure.folder / KEY, key)
    durable.replace(procedure.folder / LIST, content)
    for journal in (JOURNAL, TWIN_JOURNAL):  # of an earlier list: what it met says nothing of this one's
        (procedure.folder / journal).unlink(missing_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    act = ScanListMade(digest=digest, seed=seed, canaries=len(known), sampled=len(drawn))
    procedure.say(act, procedure.tool)
    return act


def sampled(
    database: Foreign, children: Children, size: int, but: Collection[str], seed: str
) -> list[Identity]:
    """Draw children by a seed; whose numbers are in `but` are left out."""
    c = children
    names = [c.number, c.given, c.family, c.born, c.postcode, c.table, c.number]
    drawn = database.named_tuples(_SAMPLE, names, [seed, size + len(but)])
    return [Identity(*row) for row in drawn if row[0] not in but][:size]


def scan_twin(
    procedure: Procedure, twin: Path, planted_in: Iterable[Path], tell: Tell = lambda unit: None
) -> TwinScanned:
    """Scan a twin with the same list: every canary has to be found at every place it was planted in."""
    procedure.say(ScanBegan(twin=True), procedure.tool)
    report = _scan(procedure, [twin], TWIN_JOURNAL, tell)
    asked = procedure.opened.canaries
    places = list(planted_in)
    found = sum(_canaries_below(report, place, asked) for place in places)
    act = TwinScanned(planted=asked * len(places), found=found, report=_kept(procedure, report, "twin"))
    procedure.say(act, procedure.tool)
    return act


def _canaries_below(report: Report, place: Path, asked: int) -> int:
    units = (u for u in report.with_hits if u.path == str(place) or u.path.startswith(f"{place}/"))
    return len({hit.listed for unit in units for hit in unit.hits if hit.listed <= asked})


def scan_what_is_left(
    procedure: Procedure, more: Iterable[Path] = (), *, workers: int = 1, tell: Tell = lambda unit: None
) -> tuple[Scanned, Report]:
    """Scan everything below the root, and what is carried over. Hits and unread files keep the gate shut."""
    procedure.say(ScanBegan(twin=False), procedure.tool)
    report = _scan(procedure, [procedure.root, *more], JOURNAL, tell, workers)
    if shared := shared_of(procedure):
        report = shared.counted(report, procedure.opened.canaries)
    act = Scanned(
        files=len(report.units), read=report.bytes_read, hits=report.hits, unread=len(report.unread),
        report=_kept(procedure, report, "scan"),
    )  # fmt: skip
    procedure.say(act, procedure.tool)
    return act, report


def _scan(procedure: Procedure, roots: list[Path], journal: str, tell: Tell, workers: int = 1) -> Report:
    found, key = _list(procedure)
    return scan(roots, found, key, procedure.folder / journal, workers=workers, tell=tell)


def _list(procedure: Procedure) -> tuple[ScanList, bytes]:
    """Read the list and its key; refuse one that is not what the ledger knows."""
    made = procedure.state.scan_list
    try:
        content = (procedure.folder / LIST).read_bytes()
        key = (procedure.folder / KEY).read_bytes()
    except OSError:
        raise Refused("the scan list is not there: it is made at the freeze, and destroyed once") from None
    if made is None or hashlib.sha256(content).hexdigest() != made.digest:
        raise Refused("the scan list is another than was made at the freeze")
    return decoded(content), key


def _kept(procedure: Procedure, report: Report, name: str) -> str:
    """Keep a report beside the ledger; return its SHA-256. It says where, and never what was read."""
    content = msgspec.json.encode(report)
    durable.replace(procedure.folder / f"{name}-report.json", content)
    return hashlib.sha256(content).hexdigest()


def destroy_list(procedure: Procedure) -> None:
    """Destroy the list, its key, its journals and what the canaries are made from: first the keys.

    The ledger is asked before: until it may be said, nothing is touched. Run again after a kill, it goes on.
    """
    made = procedure.state.scan_list
    if made is None:
        raise Refused("there is no scan list")
    act = ScanListDestroyed(digest=made.digest)
    procedure.may_say(act, procedure.tool)
    for name in (KEY, canaries.FILE, LIST, JOURNAL, TWIN_JOURNAL):
        durable.destroy(procedure.folder / name)
    procedure.say(act, procedure.tool)
