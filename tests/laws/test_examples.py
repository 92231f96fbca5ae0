"""Law 8, by the letter: a command that a page shows can be typed as it stands there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from fingerpost.cli import fingerpost as root

ROOT = Path(__file__).parents[2]
PAGES = (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("assurance/**/*.md"))
_BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_TYPED = re.compile(r"(?:^|[/ ])fingerpost (?=[a-z])(?!fingerpost-)(.*)")
_ENDS = re.compile(r"\s#| && | \|| > ")
LEFT_OUT = "…"  # stands for options that the reader knows by then


def examples(page: str) -> Iterator[str]:
    """Yield what is typed after `fingerpost` in the blocks of a page."""
    for block in _BLOCK.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            if found := _TYPED.search(line.strip()):
                yield _ENDS.split(found[1])[0]


def fault(typed: str) -> str:
    """Return what is wrong with a command, or nothing."""
    command, words = root, shlex.split(typed)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0]) if words else None
        if found is None:
            return "no such command"
        command, words = found, words[1:]  # pyright: ignore[reportAssignmentType]
    options = {name: p for p in command.params for name in (*p.opts, *p.secondary_opts)}
    given, plain = set[str](), 0
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            plain += 1
            continue
        if (option := options.get(word)) is None:
            return f"no option {word}"
        given.add(option.name or "")
        if not (isinstance(option, click.Option) and option.is_flag) and not (words and words.pop(0)):
            return f"nothing behind {word}"
    if LEFT_OUT in typed:
        return ""
    needed = [p for p in command.params if p.required]
    lacks = [p.opts[0] for p in needed if isinstance(p, click.Option) and p.name not in given]
    arguments = sum(isinstance(p, click.Argument) for p in needed)
    return f"lacks {lacks}" if lacks else "lacks an argument" if plain < arguments else ""


def test_each_can_be_typed() -> None:
    shown = [(page.name, typed) for page in PAGES for typed in examples(page.read_text("utf-8"))]
    assert len(shown) > 100
    assert [(page, typed, wrong) for page, typed in shown if (wrong := fault(typed))] == []


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("ledger shwo", "no such command"),
        ("ledger", "no such command"),
        ("authority list --loud", "no option --loud"),
        ("retention settle --backup", "nothing behind --backup"),
        ("retention settle", "lacks ['--backup']"),
        ("ledger prove", "lacks an argument"),
        ("retention settle …", ""),
        ("authority list --silent", ""),
    ],
)
def test_a_wrong_one_is_told(typed: str, wrong: str) -> None:
    assert fault(typed) == wrong
