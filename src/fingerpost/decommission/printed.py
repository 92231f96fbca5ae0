"""Documents drawn: as a page that needs nothing beside itself, as a PDF, as plain text.

A page is judged by an accessibility engine in the tests; a PDF is tagged, or it is not written.
"""

import textwrap
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec
from jinja2 import Environment, StrictUndefined, Template

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


def pdf(document: Document, *, practice: bool = False) -> bytes:
    """Return a document as a PDF on A4, tagged as PDF/UA-1 asks. The same document gives the same bytes."""
    import typst  # noqa: PLC0415 (large, and few commands draw a PDF)

    blocks = [{"kind": _kind(block), **msgspec.to_builtins(block)} for block in document.blocks]
    given = {
        "title": document.title, "above": document.above, "blocks": blocks, "practice": practice
    }  # fmt: skip
    return typst.compile(
        (files("fingerpost.decommission") / "page.typ").read_bytes(), format="pdf", pdf_standards=["ua-1"],
        sys_inputs={"document": msgspec.json.encode(given).decode()}, ignore_system_fonts=True,
    )  # fmt: skip
