"""Law 8: every command, option, event and error is on its page, in the words of the code itself.

`python -m tests.laws.test_documented` writes the generated part of each page anew.
"""

import csv
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import get_args

import click
import pytest
from click.testing import CliRunner
from flask import Flask

import fingerpost
from fingerpost.access.matrix import POLICY, ROWS, as_table
from fingerpost.api.rest.problem import of_ours
from fingerpost.cli import fingerpost as root
from fingerpost.ledger.events import AnyEvent
from fingerpost.words.errors import (
    FingerpostError,
    Invalid,
    Misconfigured,
    NotFound,
    Problem,
    Refused,
    Unavailable,
    Unknown,
)
from fingerpost.words.vocabulary import Level

DOCS = Path(__file__).parents[2] / "docs"
HARD_NAMES = Path(__file__).parents[1] / "matching" / "hard_names.csv"
BEGIN, END = "<!-- generated: begin -->\n", "<!-- generated: end -->\n"


def members(group: click.Group) -> list[tuple[str, click.Command]]:
    """Return what a group is made of, by name: the first group reads a command's file when it is asked."""
    context = click.Context(group)
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in found if command is not None]


def commands(
    group: click.Group = root, words: tuple[str, ...] = ("fingerpost",)
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with how it is typed."""
    for name, command in members(group):
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def _option_line(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        need = "required" if parameter.required else ""
        name = parameter.human_readable_name.upper().replace("|", "\\|")
        return f"| `{name}{_choices(parameter)}` | {need} | |"
    assert isinstance(parameter, click.Option)
    shown = ", ".join((*parameter.opts, *parameter.secondary_opts)) or parameter.name
    kind = _kind(parameter)
    # Click leaves the default of an option unset in ways that vary; a plain text or number is worth telling.
    default = (
        parameter.default if isinstance(parameter.default, str | int | Path) and not parameter.is_flag else ""
    )
    need = "required" if parameter.required else f"default `{default}`" if default != "" else ""
    many = "may be repeated" if parameter.multiple else ""
    return (
        f"| `{shown}{kind}` | {', '.join(filter(None, (need, many)))} | {(parameter.help or '').rstrip()} |"
    )


def _choices(parameter: click.Parameter) -> str:
    return " " + "\\|".join(parameter.type.choices) if isinstance(parameter.type, click.Choice) else ""


def _kind(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return _choices(option)
    return f" {option.metavar or option.type.name.upper()}"


def _first_line(about: object) -> str:
    return (inspect.getdoc(about) or "").split("\n\n", 1)[0].replace("\n", " ")


def commands_page() -> str:
    lines = []
    for typed, command in commands():
        lines += [f"### `{typed}`", "", (command.help or "").split("\n\n", 1)[0].replace("\n", " "), ""]
        if command.params:
            lines += ["| option | | |", "|---|---|---|", *map(_option_line, command.params), ""]
    return "\n".join(lines)


def events_page() -> str:
    lines = ["| kind | what happened | sealed with it |", "|---|---|---|"]
    for event in get_args(AnyEvent):
        fields = ", ".join(f"`{name}`" for name in event.__struct_fields__)
        lines.append(f"| `{event.__struct_config__.tag}` | {_first_line(event)} | {fields} |")
    return "\n".join(lines) + "\n"


# By the API, and by the command line: the nearest ancestor named here decides.
OUTCOMES: dict[type[FingerpostError], tuple[str, str]] = {
    Unknown: ("401", "1"),
    Refused: ("403", "1"),
    Invalid: ("422", "2"),
    NotFound: ("404", "1"),
    Unavailable: ("503", "1"),
    Misconfigured: ("500, with a reference", "2"),
    FingerpostError: ("500, with a reference", "1"),
}


def errors() -> list[type[FingerpostError]]:
    """Return every error class of the service, from every module of it."""
    for module in walk_packages(fingerpost.__path__, "fingerpost."):
        if not module.name.endswith("__main__"):
            import_module(module.name)

    def below(kind: type[FingerpostError]) -> Iterator[type[FingerpostError]]:
        yield kind
        for child in sorted(kind.__subclasses__(), key=lambda c: c.__name__):
            yield from below(child)

    return [kind for kind in below(FingerpostError) if kind.__module__.startswith("fingerpost.")]


def _outcome(kind: type[FingerpostError]) -> tuple[str, str]:
    return next(OUTCOMES[ancestor] for ancestor in kind.__mro__ if ancestor in OUTCOMES)


def errors_page() -> str:
    lines = ["| error | is a | meaning | API | command |", "|---|---|---|---|---|"]
    for kind in errors():
        parent = "" if kind is FingerpostError else f"`{kind.__bases__[0].__name__}`"
        http, code = _outcome(kind)
        lines.append(f"| `{kind.__name__}` | {parent} | {_first_line(kind)} | {http} | {code} |")
    return "\n".join(lines) + "\n"


def access_page() -> str:
    """The access matrix: what it shows, and why."""
    why = (f"* **{r.purpose.label}**, {' or '.join(role.label for role in r.roles)}: {r.why}" for r in ROWS)
    levels = (f"* `{level.value}`: {level.label}." for level in Level)
    return "\n".join([f"Policy version `{POLICY}`.\n", *levels, "", as_table(), *why, ""])


def hard_names_page() -> str:
    """Every pair of names that the matcher is held to, and why."""
    with HARD_NAMES.open(encoding="utf-8", newline="") as lines:
        rows = [
            "| {given_1} {family_1} | {given_2} {family_2} | {verdict} | {why} |".format(**pair)
            for pair in csv.DictReader(lines)
        ]
    return "\n".join(["| one record | the other | | why |", "|---|---|---|---|", *rows, ""])


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page, "events.md": events_page, "errors.md": errors_page,
    "access.md": access_page, "hard-names.md": hard_names_page,
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_the_generated_part_is_current(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    generated = text.partition(BEGIN)[2].partition(END)[0]
    assert generated == PAGES[page](), f"run `python -m tests.laws.test_documented` to write {page} anew"


def test_every_command_and_option_says_what_it_is() -> None:
    silent = [typed for typed, command in commands() if not command.help]
    assert silent == []
    options = [(typed, p) for typed, command in commands() for p in command.params]
    assert [(t, p.name) for t, p in options if isinstance(p, click.Option) and not p.help] == []
    assert len(list(commands())) >= 17


def test_every_command_is_in_the_help_of_its_group() -> None:
    def shown(group: click.Group, words: str) -> None:
        listed = group.get_help(click.Context(group, info_name=words))
        for name, command in members(group):
            assert command.name == name
            assert f"  {name}" in listed
            if isinstance(command, click.Group):
                shown(command, f"{words} {name}")

    shown(root, "fingerpost")


def test_every_error_is_told_to_people() -> None:
    assert [e.__name__ for e in errors() if not inspect.getdoc(e)] == []
    assert {Refused, Unknown, Invalid, Misconfigured, NotFound, Unavailable} < set(errors())


def _raised(kind: type[FingerpostError]) -> FingerpostError:
    return Invalid(Problem("field", "is wrong")) if kind is Invalid else kind("words for people")


@pytest.mark.parametrize("kind", OUTCOMES, ids=lambda k: k.__name__)
def test_the_doors_do_with_each_error_what_the_page_says(
    monkeypatch: pytest.MonkeyPatch, kind: type[FingerpostError]
) -> None:
    http, code = OUTCOMES[kind]
    with Flask("test").test_request_context():
        assert str(of_ours(_raised(kind)).status_code) == http.split(",")[0]

    def fail() -> None:
        raise _raised(kind)

    monkeypatch.setattr(root, "get_command", lambda *_: click.Command("fail", callback=fail))
    done = CliRunner().invoke(root, ["fail"])
    assert (str(done.exit_code), done.stdout, done.stderr.count("\n")) == (code, "", 1)


def write() -> None:
    """Write the generated part of every page anew."""
    for page, make in PAGES.items():
        before, _, rest = (DOCS / page).read_text("utf-8").partition(BEGIN)
        (DOCS / page).write_text(before + BEGIN + make() + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    write()
