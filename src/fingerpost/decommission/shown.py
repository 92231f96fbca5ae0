"""A certificate and the public summary as documents, for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from fingerpost.decommission import evidence as e
from fingerpost.decommission.certificate import (
    Bundle,
    Certificate,
    Line,
    Signatory,
    digest,
    lines_of,
    people_of,
)
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.document import (
    Block,
    Document,
    Facts,
    Heading,
    Listed,
    Table,
    Typed,
    Words,
    day,
    enumerated,
    many,
    minute,
)
from fingerpost.decommission.evidence import read_line
from fingerpost.decommission.scan import LIMITS as SCAN_LIMITS
from fingerpost.decommission.state import State
from fingerpost.words.vocabulary import Labelled

VERIFY = "fingerpost decommission verify CERTIFICATE --checkpoint checkpoint --keys keys"


def certificate_page(made: Bundle) -> Document:
    """Return a certificate as it is printed."""
    found = made.certificate
    lines = [Line(*line) for p in made.entries if (line := read_line(p.line.encode()))]
    return Document(
        title=f"Certificate of sanitisation: item {found.item.id}",
        above=(f"Procedure {found.procedure}", "Fields after NIST SP 800-88 Rev. 1, appendix G"),
        blocks=(*_what(found), *_how(found), *_limits(found), *_signatures(found, lines), *_proof(made)),
    )


def _what(found: Certificate) -> Iterator[Block]:
    item, stated = found.item, found.particulars
    yield Heading("What it was")
    yield Facts((
        ("Inventory number", item.id), ("Where it stood", item.where), ("Owner", item.owner),
        ("Class", item.kind.label), ("Media type", item.medium.label),
        ("Manufacturer", stated.manufacturer), ("Model", stated.model),
        ("Serial number", item.serial or "none"), ("Asset number", stated.asset),
        ("Source", stated.source), ("Classification before", stated.classification_before),
    ))  # fmt: skip


def _how(found: Certificate) -> Iterator[Block]:
    stated = found.particulars
    yield Heading("How it was ended")
    yield Facts((
        ("Method", found.method.label), ("Technique", found.tool),
        ("Tool and version", f"Fingerpost {found.version}"),
        ("Began", minute(found.began)), ("Ended", minute(found.ended)), ("Location", stated.location),
        ("Overwritten", many(found.overwritten, "byte")),
        ("Key copies destroyed", ", ".join(found.keys) or "none: it was not ended by its keys"),
        ("Verification method", enumerated(_verified(found))),
        ("Classification after", stated.classification_after), ("Destination", stated.destination),
    ))  # fmt: skip


def _verified(found: Certificate) -> list[str]:
    """Return how it was verified, as far as it was."""
    said = [f"{many(found.read_back, 'byte')} read back as written"] if found.read_back else []
    if found.witnesses:
        said.append(f"serial compared by {many(len(found.witnesses), 'witness', 'witnesses')}")
    if scans := found.scans:
        said.append(
            f"a scan of what was left ({many(scans.files, 'file')}) met {scans.hits:,} of those listed and"
            f" left {many(scans.unread, 'file')} unread; its control found {scans.found:,} of"
            f" {scans.planted:,} planted"
        )
    return said or ["none"]


def _limits(found: Certificate) -> Iterator[Block]:
    yield Heading("What this cannot prove")
    said = (f"The scan {limit}" if limit in SCAN_LIMITS else _sentence(limit) for limit in found.limits)
    yield Listed(tuple(said) or ("Nothing was stated.",))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _signatures(found: Certificate, lines: Sequence[Line]) -> Iterator[Block]:
    yield Heading("Signatures")
    rows = [_signed("Destroyed", found.doer, next(_when(lines, e.Destroyed, found.doer.id), ""), "")]
    people = people_of(lines)
    acts = [n for n in lines if isinstance(n.entry.act, e.Certified | e.CertificateVerified)]
    for words, line in zip(("Certified", "Verified", "Validated"), acts, strict=False):
        moment = minute(line.entry.at)
        rows.append(_signed(words, people[line.entry.by], moment, line.written.signature))
    rows += [
        _signed("Witnessed", witness, next(_when(lines, e.Witnessed, witness.id), ""), "")
        for witness in found.witnesses
    ]
    head = ("Act", "Name", "Title", "Organisation", "When", "Signature begins")
    yield Table("Who signed, with a key of their own (Ed25519)", head, tuple(rows))
    yield Facts((("Contact", found.particulars.contact),))


def _signed(act: str, who: Signatory, moment: str, signature: str) -> tuple[str, ...]:
    return (act, who.name, who.title, who.employer, moment, signature[:16])


def _when(lines: Sequence[Line], kind: type[e.AnyAct], who: str) -> Iterator[str]:
    for line in lines:
        if isinstance(line.entry.act, kind) and line.entry.by == who:
            yield minute(line.entry.at)


def _proof(made: Bundle) -> Iterator[Block]:
    _, size, root = made.checkpoint.split("\n")[:3]
    yield Heading("Evidence")
    yield Facts((
        ("Hash of this certificate", digest(made.certificate)),
        ("Hash of the evidence", made.certificate.evidence), ("Entries in the ledger", size),
        ("Root of the ledger", root), ("To verify", VERIFY),
    ))  # fmt: skip


# The public summary


def summary(chain: Chain, database: str, cost: int) -> Document:
    """Return the public summary of a procedure, in plain English. `cost`: in pounds."""
    state = chain.state
    return Document(
        title=f"{database}: what was destroyed, and how you can check it",
        blocks=(
            *_dates(chain, database, cost), *_counts(state), *_partners(state), *_found(state),
            *_exceptions(state), *_witnesses(chain), *_kept(state), *_check(chain),
        ),
    )  # fmt: skip


def _dates(chain: Chain, database: str, cost: int) -> Iterator[Block]:
    state = chain.state
    opened, off = state.opened, state.switched_off
    if opened is None or off is None:
        return
    ends = sorted(ended.ended for ended in state.ended.values())
    days = dict.fromkeys(day(moment) for moment in (*ends[:1], *ends[-1:]))
    rows = sum(table.rows for table in state.frozen.tables) if state.frozen else 0
    yield Words(
        f"{database} was switched off on {minute(off.at)}. Its data was destroyed, and so was every copy that"
        " was found. This page says what, how, and what cannot be proved."
    )
    yield Facts((
        ("Legal basis", opened.basis), ("Switched off", minute(off.at)),
        ("Rows when it was frozen", f"{rows:,}"),
        ("Destruction", " to ".join(days) or "none yet"),
        ("Cost", f"£{cost:,}" if cost else "not counted"),
    ))  # fmt: skip


def _counts(state: State) -> Iterator[Block]:
    copies = state.copies
    yield Heading("What was destroyed")
    yield _counted("class", (item.kind for item in copies.values()))
    yield _counted("method", (state.ended[i].method for i in copies if i in state.ended))
    strays = [i for i in copies if i not in state.declared]
    yield Words(f"{many(len(strays), 'copy', 'copies')} stood in nobody's register and had to be found.")


def _counted(what: str, members: Iterable[Labelled]) -> Table:
    rows = tuple((member.label, f"{n:,}") for member, n in Counter(members).most_common())
    return Table(f"Copies by {what}", (what.capitalize(), "Copies"), rows, numbers=(1,))


def _partners(state: State) -> Iterator[Block]:
    if not state.asked:
        return
    yield Heading("Partners")
    sound = sum(1 for agreed in state.audited.values() if agreed)
    yield Words(
        f"{many(len(state.asked), 'body was', 'bodies were')} asked to search for copies and sign what they"
        f" found: {many(len(state.attested), 'statement')} stand. Somebody else looked again at"
        f" {len(state.audited):,} of them, and agreed with {sound:,}."
    )


def _found(state: State) -> Iterator[Block]:
    scan, twin = state.scanned, state.twin
    if scan is None or twin is None:
        return
    yield Heading("What is left was searched")
    yield Words(
        "Everything left on our systems was searched for made-up children planted beforehand and for a sample"
        f" of those held, known to the search as keyed tokens alone: {many(scan.files, 'file')},"
        f" {many(scan.read, 'byte')}, {many(scan.hits, 'hit')}. The same search of a prepared copy found"
        f" {twin.found:,} of the {twin.planted:,} planted there."
    )


def _exceptions(state: State) -> Iterator[Block]:
    yield Heading("Exceptions and limits")
    lines = [f"Item {i} was explained and not destroyed: {why.label}." for i, why in state.explained.items()
             if i not in state.copies]  # fmt: skip
    limits = dict.fromkeys(limit for ended in state.ended.values() for limit in ended.limits)
    lines += [_sentence(limit) for limit in limits]
    lines.append("A search shows that nothing is left only where it looked.")
    yield Listed(tuple(lines))


def _witnesses(chain: Chain) -> Iterator[Block]:
    people = people_of(lines_of(chain))
    seen = dict.fromkeys(entry.by for entry in chain.entries if isinstance(entry.act, e.Witnessed))
    if seen:
        yield Heading("Who was there")
        rows = tuple((people[w].name, people[w].title, people[w].employer) for w in seen)
        yield Table("Witnesses of physical destruction", ("Name", "Title", "Organisation"), rows)


def _kept(state: State) -> Iterator[Block]:
    if state.minimum is None:
        return
    yield Heading("What is kept")
    yield Words(
        f"Who looked at records, when and why ({many(state.minimum.rows, 'look')}), is kept until"
        f" {day(state.minimum.until)}, sealed, naming no child. Then its key is destroyed. Until then you can"
        " ask who looked at your record."
    )


def _check(chain: Chain) -> Iterator[Block]:
    head = chain.checkpoint.text.split("\n")
    yield Heading("How to check this")
    yield Words(
        "Every step stands in a ledger, signed by who took it; nothing can be taken out of it or added to it"
        " unseen. With a certificate, the checkpoint and the public keys, and no connection to us, run:"
    )
    yield Typed(VERIFY)
    yield Facts((("Ledger", head[0]), ("Entries", head[1]), ("Root", head[2])))
