"""What the public is given: the summary, and every certificate as file, page and PDF, with its proof."""

import hashlib
from pathlib import Path

from fingerpost.decommission.acts.attesting import SummaryPublished
from fingerpost.decommission.certify import CHECKPOINT, KEYS, file_name, hand_out
from fingerpost.decommission.document import Document, Link, Listed, Table, Words
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.people import Signer
from fingerpost.decommission.printed import page, pdf, text
from fingerpost.decommission.shown import certificate_page, summary
from fingerpost.vault import durable


def publish_summary(
    procedure: Procedure, officer: Signer, database: str, cost: int, out: Path, *, practice: bool = False
) -> Path:
    """Write the public summary as a page, a PDF and text, and note that it is published."""
    document = summary(procedure.chain, database, cost)
    path = _draw(document, out, "summary", practice=practice)
    content = text(document).encode()
    durable.replace(out / "summary.txt", content, 0o644)
    procedure.say(SummaryPublished(summary=hashlib.sha256(content).hexdigest(), cost=cost), officer)
    return path


def publish_certificates(procedure: Procedure, out: Path, *, practice: bool = False) -> Path:
    """Write every certificate, and a page that lists them. Return the page's file."""
    rows: list[tuple[Link | str, ...]] = []
    for path, made in hand_out(procedure, out):
        found, name = made.certificate, file_name(made.certificate.item.id)
        _draw(certificate_page(made), out, name, practice=practice)
        links = (
            Link(found.item.id, f"{name}.html"),
            Link(f"{name}.pdf", f"{name}.pdf"),
            Link(path.name, path.name),
        )
        rows.append((*links, found.item.medium.label, found.method.label))
    blocks = (
        Words("Each certificate can be verified offline with its file, the checkpoint and the public keys."),
        Listed((Link(CHECKPOINT, CHECKPOINT), Link(KEYS, KEYS))),
        Table("Certificates", ("Item", "To print", "To verify", "Kind", "Method"), tuple(rows)),
    )
    return _draw(Document("Certificates", blocks), out, "certificates", practice=practice)


def _draw(document: Document, out: Path, name: str, *, practice: bool) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.html"
    durable.replace(path, page(document, practice=practice).encode(), 0o644)
    durable.replace(out / f"{name}.pdf", pdf(document, practice=practice), 0o644)
    return path
