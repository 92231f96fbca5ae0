"""Letters to partners, ready to send."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from fingerpost.decommission.attest import AUDITED_ONE_IN, ESTATE, Partner, Search
from fingerpost.decommission.document import Block, Document, Heading, Listed, Warned, Words, day
from fingerpost.decommission.item import Item

_SEARCHED = (
    "Search for copies: shared drives, mailboxes and their archives, databases, backups, laptops, phones,"
    " memory sticks, printouts, and systems that a supplier runs for you. Front-office machines often keep"
    " copies without anybody knowing."
)


class Letter(Struct, frozen=True, kw_only=True):
    """What every letter of one sending says. `chaser`: 0 for the first, then how often it was chased."""

    database: str
    reference: str
    written: date
    due: date
    officer: str
    reply_to: str
    chaser: int = 0


def letter(about: Letter, partner: Partner, items: Sequence[Item]) -> Document:
    """Return the letter to one partner, naming the items that it owns and nobody else's."""
    own = [item for item in items if item.owner == partner.code]
    return Document(
        title=_subject(about),
        above=(partner.name, day(about.written), f"Our reference: {about.reference}/{partner.code}"),
        blocks=(*_begins(about, partner), *_asked(about), *_owed(own, partner), *_ends(about)),
    )


def letters(
    about: Letter, partners: Iterable[Partner], items: Sequence[Item]
) -> Iterator[tuple[Partner, Document]]:
    """Yield the letter to each partner."""
    for partner in partners:
        yield partner, letter(about, partner, items)


def _subject(about: Letter) -> str:
    begins = "Overdue: " if about.written > about.due else "Reminder: " if about.chaser else ""
    return f"{begins}state that no copy of {about.database} is left, by {day(about.due)}"


def _begins(about: Letter, partner: Partner) -> Iterator[Block]:
    if about.written > about.due:
        yield Warned(
            f"Your answer was due on {day(about.due)} and has not come. {partner.name} is now on the public"
            " list of bodies that have not answered. It comes off the list when your answer is complete."
        )
    elif about.chaser:
        yield Words(
            "We wrote to you about this before. If your answer is late, your name goes on the public list of"
            " bodies that have not answered."
        )
    yield Words(
        f"{about.database} is closing. Its data must be destroyed everywhere, with every copy that was handed"
        " out."
    )


def _asked(about: Letter) -> Iterator[Block]:
    yield Heading(f"What you need to do by {day(about.due)}")
    yield Listed(
        (
            f"Stop using any extract, report, printout or screen copy of {about.database}.",
            _SEARCHED,
            "Do not destroy anything that is needed for a court, an inquiry or a request for somebody's own"
            " data. Tell us.",
            "State what you searched, how, and what you found. “Nothing found” counts only with both.",
        ),
        counted=True,
    )


def _owed(own: Sequence[Item], partner: Partner) -> Iterator[Block]:
    yield Heading("The statements we need")
    yield Words("One signed statement for each of these. Each reads: searched X by method Y, found N.")
    lines = (f"{i.id}: {i.where}" + (f" (serial {i.serial})" if i.serial else "") for i in own)
    yield Listed((*lines, f"{ESTATE}: everything else that you have"))
    yield Words("The methods, as they are written in a statement:")
    yield Listed(tuple(f"{method.value}: {method.label}" for method in Search))
    yield Words(f"To sign: fingerpost decommission attest --partner {partner.code} --item ITEM")


def _ends(about: Letter) -> Iterator[Block]:
    yield Words(
        "If you find a copy, do not move it and do not delete it. Send us its place. We list it, and it is"
        f" ended with a witness. Somebody from another body looks again at one statement in {AUDITED_ONE_IN}."
    )
    yield Warned("Do not send us anything about a child, and no copy.")
    yield Words(about.officer)
    yield Words(f"Questions: {about.reply_to}")
