"""What an entry says to those who look after the ledger: its parts that name no child. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

# What was asked is the asker's; words that people wrote, keyed tokens and names of keys are for other pages.
HIDDEN = frozenset({
    "asked", "kind", "keys_made", "digest", "case_reference", "order", "reference", "references", "need",
    "use", "reason", "words",
})  # fmt: skip


def parts(event: Struct) -> dict[str, Any]:
    """Return the parts of an event by name, who asked first."""
    named: dict[str, Any] = msgspec.to_builtins(event)
    asker: dict[str, Any] = named.pop("asker", {})
    if asker and not asker.get("role"):
        asker["practitioner"] = "(not registered)"  # as typed: it may be anything
    return {k: v for k, v in {**asker, **named}.items() if k not in HIDDEN and v is not None}


def short(value: Any) -> str:
    """Return a value, or of a list its length."""
    return str(value) if isinstance(value, str | int | float) else str(len(value))


def concerns(event: Struct, authority: str) -> bool:
    """Tell whether an event is of an authority: its own people did it, or it was done to what it keeps."""
    return any(
        word == authority or word.startswith(f"{authority}/") for word in _words(msgspec.to_builtins(event))
    )


def _words(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                if name != "asked":
                    yield from _words(inner)
        case list() | tuple():
            for inner in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _words(inner)
        case _:
            return
