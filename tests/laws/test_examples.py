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
                yield re.sub(r"[][]", "", _ENDS.split(found[1])[0])  # what may be left out is right too


def fault(typed: str) -> str:
    """Return what is wrong with a command, or nothing."""
    command, words = root, shlex.split(typed)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0]) if words else None
        if found is None:
            return "no such command"
        command, words = found, words[1:]  # pyright: ignore[reportAssignmentType]
    options = {name: p for p in command.params for name in (*p.opts, *p.secondary_opts)}
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    given = set[str | None]()
    while words:
        word = words.pop(0)
        if word == LEFT_OUT:
            continue
        if not word.startswith("--"):
            parameter, value = arguments[0] if arguments else None, word
            arguments = arguments if parameter and parameter.nargs < 0 else arguments[1:]
        else:
            parameter, value = options.get(word), ""
            if isinstance(parameter, click.Option) and not parameter.is_flag:
                value = words.pop(0) if words else ""
        if parameter is None:
            return f"no place for {word}"
        given.add(parameter.name)
        if wrong := _wrong(parameter, value):
            return f"{word}: {wrong}"
    lacks = [p.name for p in command.params if p.required and p.name not in given]
    return f"lacks {', '.join(map(str, lacks))}" if lacks and LEFT_OUT not in typed else ""


def _wrong(parameter: click.Parameter, value: str) -> str:
    """Return what is wrong with a value: that there is none, or that it is none of a choice."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return ""
    if not isinstance(parameter.type, click.Choice) or LEFT_OUT in value:
        return "" if value else "nothing behind it"
    try:
        for one in value.split("|"):
            parameter.type.convert(one, parameter, None)
    except click.BadParameter as error:
        return error.message
    return ""


def test_each_can_be_typed() -> None:
    shown = [(page.name, typed) for page in PAGES for typed in examples(page.read_text("utf-8"))]
    assert len(shown) > 100
    assert [(page, typed, wrong) for page, typed in shown if (wrong := fault(typed))] == []


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("ledger shwo", "no such command"),
        ("ledger", "no such command"),
        ("authority list --loud", "no place for --loud"),
        ("authority list E08000035", "no place for E08000035"),
        ("retention settle --backup", "--backup: nothing behind it"),
        ("retention settle", "lacks backup"),
        ("ledger prove", "lacks receipt"),
        ("db give --for wbe FOLDER", "--for: 'wbe' is not one of "),
        ("decommission canaries FOLDER feed WHERE", "feed: 'feed' is not one of "),
        ("retention settle …", ""),
        ("authority list --silent", ""),
    ],
)
def test_a_wrong_one_is_told(typed: str, wrong: str) -> None:
    found = fault(typed)
    assert found.startswith(wrong) if wrong else not found
