"""Who may receive what is held of a child, and why it may lawfully be delayed to tell who looked. Pure."""

from datetime import date, timedelta
from enum import unique

from msgspec import Struct

from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

DUE_DAYS = 28  # within a month of the request (UK GDPR art. 12(3)); February is the shortest
LONGEST_DELAY = timedelta(days=183)


@unique
class Requester(Labelled):
    """Who asks, and whose right to receive it the two people have seen proof of."""

    YOUNG_PERSON = "young_person", "the young person themselves"
    PARENT = "parent", "a person with parental responsibility, for a child who cannot ask"
    REPRESENTATIVE = "representative", "somebody whom the young person authorised in writing"


@unique
class Delay(Labelled):
    """Why it is not told yet who looked (Data Protection Act 2018)."""

    CRIME = "crime", "it would prejudice the prevention or detection of crime (Sch. 2 para. 2)"
    HARM = "harm", "it would be likely to cause serious harm to somebody (Sch. 3 para. 5)"
    PROCEEDINGS = "proceedings", "court rules restrict what is disclosed (Sch. 3 para. 9)"


class HeldBack(Struct, frozen=True):
    """A lawful delay: its reason, and the day from which it is told after all."""

    until: date
    because: Delay

    def check(self, today: date) -> None:
        """Raise `Invalid` unless the day is near enough to be a delay and no refusal."""
        if not today < self.until <= today + LONGEST_DELAY:
            raise Invalid(Problem("until", f"must be within {LONGEST_DELAY.days} days from now"))
