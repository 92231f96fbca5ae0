"""Documents drawn: as a page that needs nothing beside itself, as a PDF, as plain text.

A page is judged by an accessibility engine in the tests; the PDF is for paper, and carries no tags.
"""

import html
import io
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import reportlab
from jinja2 import Environment, StrictUndefined, Template
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Table as Grid

from fingerpost.decommission.document import (
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Link,
    Listed,
    Table,
    Typed,
    Warned,
    Words,
    words_of,
)

_WIDTH = 96  # characters of plain text
_INK = colors.HexColor("#0b0c0c")
_RULE = colors.HexColor("#b1b4b6")
_FULL = A4[0] - 40 * mm


def page(document: Document, *, practice: bool = False) -> str:
    """Return a document as a page."""
    return _template().render(document=document, practice=practice, kind=_kind, link=_is_link)


def _kind(block: Block) -> str:
    return type(block).__name__


def _is_link(cell: Cell) -> bool:
    return isinstance(cell, Link)


@cache
def _template() -> Template:
    source = (files("fingerpost.decommission") / "page.html").read_text("utf-8")
    return Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    ).from_string(source)


def text(document: Document) -> str:
    """Return a document as plain text, ready for an e-mail."""
    parts = ["\n".join(document.above), _underlined(document.title, "=")]
    parts += ["\n".join(_lines(block)) for block in document.blocks]
    return "\n\n".join(filter(None, parts)) + "\n"


def _underlined(words: str, with_: str) -> str:
    return f"{words}\n{with_ * min(len(words), _WIDTH)}"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(words):
            yield _underlined(words, "-")
        case Words(words) | Warned(words):
            yield textwrap.fill(words, _WIDTH)
        case Typed(words):
            yield f"  {words}"
        case Listed(items, counted):
            for place, item in enumerate(items, start=1):
                begins = f"{place}. " if counted else "- "
                yield textwrap.fill(
                    words_of(item), _WIDTH, initial_indent=begins, subsequent_indent=" " * len(begins)
                )
        case Facts(rows):
            yield from (f"{term}: {words_of(cell)}" for term, cell in rows)
        case Table(caption, head, rows):
            yield caption
            for row in rows:
                yield "; ".join(f"{h}: {words_of(c)}" for h, c in zip(head, row, strict=True))


def pdf(document: Document) -> bytes:
    """Return a document as a PDF on A4, with its fonts. The same document gives the same bytes."""
    _fonts()
    whole = io.BytesIO()
    frame = SimpleDocTemplate(
        whole, pagesize=A4, title=document.title, author="Fingerpost", lang="en-GB", invariant=1,
        leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=22 * mm,
    )  # fmt: skip
    story: list[Flowable] = [Paragraph("<br/>".join(map(_escaped, document.above)), _style("body"))]
    story.append(Paragraph(_escaped(document.title), _style("title")))
    for block in document.blocks:
        story.extend(_flowed(block))
    frame.build(story, onFirstPage=_numbered, onLaterPages=_numbered)
    return whole.getvalue()


def _numbered(canvas: Canvas, frame: SimpleDocTemplate) -> None:
    canvas.setFont("Vera", 8)
    canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, f"Page {canvas.getPageNumber()}")


def _flowed(block: Block) -> Iterator[Flowable]:
    match block:
        case Heading(words):
            yield Paragraph(_escaped(words), _style("heading"))
        case Words(words) | Typed(words):
            yield Paragraph(_escaped(words), _style("body"))
        case Warned(words):
            yield _grid([[words]], [_FULL], _BOXED)
        case Listed(items, counted):
            for place, item in enumerate(items, start=1):
                bullet = f"{place}." if counted else "•"
                yield Paragraph(_escaped(words_of(item)), _style("item"), bulletText=bullet)
        case Facts(rows):
            yield _grid([[term, words_of(cell)] for term, cell in rows], [_FULL * 0.32, _FULL * 0.68])
        case Table(caption, head, rows):
            yield Paragraph(_escaped(caption), _style("caption"))
            width = _FULL / len(head)
            cells = [list(head), *([words_of(cell) for cell in row] for row in rows)]
            yield _grid(cells, [width] * len(head), repeat=1)
    yield Spacer(1, 2 * mm)


_BOXED = TableStyle([("BOX", (0, 0), (-1, -1), 1.5, _INK), ("LEFTPADDING", (0, 0), (-1, -1), 6)])
_LINED = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _RULE),
    ]
)


def _grid(rows: list[list[str]], widths: list[float], style: TableStyle = _LINED, repeat: int = 0) -> Grid:
    cells = [[Paragraph(_escaped(cell), _style("cell")) for cell in row] for row in rows]
    return Grid(cells, colWidths=widths, repeatRows=repeat, style=style, hAlign="LEFT")


def _escaped(words: str) -> str:
    return html.escape(words, quote=False)


@cache
def _style(name: str) -> ParagraphStyle:
    size, bold, before, indent = {
        "title": (18, True, 6, 0), "heading": (13, True, 8, 0), "caption": (10, True, 4, 0),
        "body": (10, False, 2, 0), "cell": (8.5, False, 0, 0), "item": (10, False, 1, 14),
    }[name]  # fmt: skip
    return ParagraphStyle(
        name, fontName="VeraBd" if bold else "Vera", fontSize=size, leading=size * 1.35, textColor=_INK,
        spaceBefore=before, spaceAfter=before, leftIndent=indent, bulletIndent=0, splitLongWords=1,
    )  # fmt: skip


@cache
def _fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))  # pyright: ignore[reportUnknownMemberType]
