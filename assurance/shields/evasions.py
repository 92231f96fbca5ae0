"""Twenty ways around a shield: what a second authority may send, and what somebody who hunts may type.

The shield knows a child as a refuge would tell it on the phone: name, former name, birth, home, number.
"""

import random
from collections.abc import Callable

from msgspec.structs import replace
from tests.conftest import Child, form_of

from fingerpost.lookup.form import ChildForm, NameForm

Evasion = tuple[Child | None, ChildForm]  # a record that arrives (None: none does), and the question

NICKNAMES = {
    "Katherine": "Kate",
    "William": "Bill",
    "Elizabeth": "Beth",
    "Robert": "Bob",
    "Margaret": "Peggy",
}


def _other_name(child: Child, ending: str) -> str:
    """Return a name unlike the child's and anybody else's: what many share leads from one to another."""
    drawn = random.Random(child.family)
    return "".join(drawn.sample(("ab", "cas", "dro", "el", "fen", "gos", "ir", "lu"), 4)).title() + ending


def _elsewhere(child: Child) -> str:
    drawn = random.Random(child.family)
    return f"TR{drawn.randrange(1, 28)} {drawn.randrange(1, 9)}{''.join(drawn.sample('ABDEFGHJLN', 2))}"


def shielded(child: Child) -> ChildForm:
    """Return what a shield is told of a child."""
    former = NameForm(given_names=child.given, family_name=_other_name(child, "nathy"))
    return form_of(child, other_names=(former,))


def _arrives(child: Child, **changes: str) -> Evasion:
    """A record with these changes arrives at another authority; whoever hunts knows the change."""
    record = replace(child, reference=f"{child.reference}x", **changes)
    return record, form_of(record)


def _asked(child: Child, **changes: object) -> Evasion:
    return None, form_of(child, **changes)


def _swapped_day(born: str) -> str:
    year, month, day = born.split("-")
    return f"{year}-{day}-{month}"


def _typo(name: str) -> str:
    return name[:2] + name[3] + name[2] + name[4:]


def _spelling(name: str) -> str:
    return name.replace("ph", "f").replace("y", "i").replace("ck", "k").replace("th", "t", 1)


EVASIONS: dict[str, Callable[[Child], Evasion]] = {
    "as it is": _asked,
    "another spelling": lambda c: _asked(c, family_name=_spelling(c.family)),
    "a typing error": lambda c: _asked(c, family_name=_typo(c.family)),
    "nickname": lambda c: _asked(c, given_names=NICKNAMES.get(c.given, c.given[:4])),
    "names swapped": lambda c: _asked(c, given_names=c.family, family_name=c.given),
    "day and month swapped": lambda c: _asked(c, date_of_birth=_swapped_day(c.born)),
    "former name": lambda c: _asked(c, family_name=_other_name(c, "nathy")),
    "number and names": lambda c: (
        None,
        ChildForm(nhs_number=c.nhs_number, given_names=c.given, family_name=c.family),
    ),
    "number and birth": lambda c: (None, ChildForm(nhs_number=c.nhs_number, date_of_birth=c.born)),
    "family name, birth and home": lambda c: _asked(c, given_names="", nhs_number=""),
    "names and birth": lambda c: _asked(c, postcodes=(), nhs_number=""),
    "an age": lambda c: _asked(
        c, date_of_birth="", born_from=f"{c.born[:4]}-01-01", born_to=f"{c.born[:4]}-12-31", nhs_number=""
    ),
    "a second feed": _arrives,
    "a second feed, new address": lambda c: _arrives(c, postcode=_elsewhere(c), nhs_number=""),
    "a second feed, former name": lambda c: _arrives(c, family=_other_name(c, "nathy"), nhs_number=""),
    "a second feed, new name and home, same number": lambda c: _arrives(
        c, family=_other_name(c, "ellanos"), postcode=_elsewhere(c)
    ),
    "a second feed, new number": lambda c: _arrives(c, nhs_number=""),
    "a second feed, birth mistyped": lambda c: _arrives(c, born=_swapped_day(c.born), nhs_number=""),
    "a second feed, name mistyped": lambda c: _arrives(c, family=_typo(c.family), nhs_number=""),
    "a twin at the same address": lambda c: _arrives(
        c, given="Bartholomew" if c.sex == "M" else "Seraphina", nhs_number=""
    ),
}
