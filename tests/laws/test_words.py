"""Laws 8 and 11: every closed set has words for people, every event and error says what it is."""

import inspect
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages
from types import UnionType
from typing import get_args

import pytest

import fingerpost
from fingerpost.ledger import events
from fingerpost.words import errors
from fingerpost.words.vocabulary import Labelled

MODULES = [
    import_module(m.name)
    for m in walk_packages(fingerpost.__path__, "fingerpost.")
    if not m.name.endswith(("__main__", "supervisor"))
]
CLOSED_SETS = sorted(
    {
        value
        for module in MODULES
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Labelled) and value is not Labelled
    },
    key=lambda c: c.__name__,
)


@pytest.mark.parametrize("closed_set", CLOSED_SETS, ids=lambda c: c.__name__)
def test_every_member_has_words(closed_set: type[Labelled]) -> None:
    labels = [member.label for member in closed_set]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert closed_set.__doc__


def test_every_event_is_in_the_closed_set_and_says_what_it_is() -> None:
    defined = {
        v for v in vars(events).values()
        if inspect.isclass(v) and issubclass(v, events.Event) and v is not events.Event
    }  # fmt: skip
    assert isinstance(events.AnyEvent, UnionType)
    assert set(get_args(events.AnyEvent)) == defined
    assert all(e.__doc__ and not e.__doc__.startswith(e.__name__) for e in defined)


def test_the_error_tree_is_drawn() -> None:
    names = [
        name for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.FingerpostError)
    ]  # fmt: skip
    assert all(name in (errors.__doc__ or "") for name in names)


def test_no_plain_enum_is_shown_to_people() -> None:
    """An enum without words is one that people never see; each is listed here on purpose."""
    plain = {
        value.__name__
        for module in MODULES
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Enum) and not issubclass(value, Labelled)
        and value.__module__.startswith("fingerpost")
    }  # fmt: skip
    assert plain <= {"Environment", "Guard", *INTERNAL}


INTERNAL = {"Grade", "Kind", "SignatureType"}
