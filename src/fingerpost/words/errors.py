"""Errors a person can act on. None of them ever carries a child's name, number or date.

FingerpostError
├── Refused          the caller may not do this            (HTTP 403)
│   └── Unknown      the caller is not known               (HTTP 401)
├── Invalid          a field is missing or cannot be right  (HTTP 422)
├── Misconfigured    a setting, key or store is not usable  (exit 2)
├── NotFound         no such authority, team, client …      (HTTP 404)
└── Unavailable      a store cannot be reached just now     (HTTP 503)
"""

from msgspec import Struct


class FingerpostError(Exception):
    """Root of every error the service raises on purpose."""


class Refused(FingerpostError):
    """The caller may not do this; the message says which rule decided."""


class Unknown(Refused):
    """The caller's credentials are missing, wrong, expired or revoked."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """One thing wrong with one field: the field's path and what to do, never its value.

    `wants`: where that is one of a closed set, the members that would put it right.
    """

    field: str
    detail: str
    wants: tuple[str, ...] = ()


class Invalid(FingerpostError):
    """Input that cannot be right, as a list of `Problem`s."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.field}: {p.detail}" for p in problems))


class Misconfigured(FingerpostError):
    """A setting, key or store that the operator must put right."""


class NotFound(FingerpostError):
    """Nothing by that code or reference."""


class Unavailable(FingerpostError):
    """A store that cannot be reached just now; nothing was acknowledged, so trying again is safe."""
