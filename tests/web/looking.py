"""How a look begins in a browser: why, and whom."""

from tests.conftest import Child
from tests.web.chromium import Hand


def begin(hand: Hand, reason: str = "Unscheduled health care") -> None:
    """Say why a child is looked for."""
    hand.go("/look")
    hand.choose(reason)
    hand.type("Case reference", "AE-1")
    hand.press("Continue")


_STRANGERS = iter((
    ("Isolde", "Pumphrey"), ("Caspian", "Drinkwater"), ("Ottoline", "Zellweger"), ("Barnaby", "Fothergill"),
    ("Xanthe", "Mulholland"), ("Lysander", "Okonkwo"), ("Petronella", "Hathersage"),
))  # fmt: skip


def nobody() -> Child:
    """A child whom no authority knows, and nobody has asked about yet: the guard asks why of whoever did."""
    given, family = next(_STRANGERS)
    return Child(given=given, family=family)


def describe(hand: Hand, child: Child, born: str = "") -> None:
    """Say whom, with the birth as a person writes it."""
    hand.type("Given names", child.given)
    hand.type("Family name", child.family)
    hand.type("Date of birth or age", born or child.born)
