"""Letters to partners, ready to send."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from fingerpost.decommission.document import (
    Block,
    Document,
    Heading,
    Listed,
    Typed,
    Warned,
    Words,
    day,
    many,
    minute,
)
from fingerpost.decommission.plan import AUDITED
from fingerpost.words.vocabulary import Labelled

Own = Sequence[tuple[str, str, str]]  # of a partner's items: id, where it is, serial


class Way(Labelled):
    """How somebody looks for copies, as letters propose it."""

    TOOL = "tool", "this tool's own scan"
    FILES = "files", "search of files by content"
    MAIL = "mail", "search of mailboxes and their archives"
    CATALOGUE = "catalogue", "catalogue of databases and backups"
    BY_HAND = "by_hand", "search of rooms, cupboards and devices by hand"


_SEARCHED = (
    "Search for copies: shared drives, mailboxes and their archives, databases, backups, laptops, phones,"
    " memory sticks, printouts, and systems that a supplier runs for you. Front-office machines often keep"
    " copies without anybody knowing."
)


class Letter(Struct, frozen=True, kw_only=True):
    """What every letter of one sending says. `chaser`: 0 for the first, then how often it was chased."""

    database: str
    reference: str
    procedure: str  # what a statement is signed for: the hash of the ledger's first line, in hex
    written: date
    due: date
    officer: str
    reply_to: str
    chaser: int = 0

    def chasing(self, time: int, due: date) -> "Letter":
        """Return what the reminder of that many letters says."""
        return msgspec.structs.replace(self, chaser=time, due=due)


def letter(about: Letter, partner: str, name: str, own: Own) -> Document:
    """Return the letter to one partner, by code and name, naming the items that it owns and nobody else's."""
    return Document(
        title=_subject(about),
        above=(name, day(about.written), f"Our reference: {about.reference}/{partner}"),
        blocks=(*_begins(about, name), *_asked(about), *_owed(about, partner, own), *_ends(about)),
    )


def overdue_list(names: Sequence[str], at: datetime, asked: int) -> Document:
    """Return the public list of the partners who owe an answer."""
    blocks: list[Block] = [Words(f"Of {many(asked, 'body', 'bodies')} asked, as of {minute(at)}.")]
    blocks += [Listed(tuple(names))] if names else [Words("Nobody is overdue.")]
    return Document("Bodies that have not answered in time", tuple(blocks))


def _subject(about: Letter) -> str:
    begins = "Overdue: " if about.written > about.due else "Reminder: " if about.chaser else ""
    words = f"{begins}state that no copy of {about.database} is left, by {day(about.due)}"
    return words[:1].upper() + words[1:]


def _begins(about: Letter, name: str) -> Iterator[Block]:
    if about.written > about.due:
        yield Warned(
            f"Your answer was due on {day(about.due)} and has not come. {name} is now on the public"
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


def _owed(about: Letter, partner: str, own: Own) -> Iterator[Block]:
    yield Heading("The statements we need")
    yield Words("One signed statement for each of these. Each reads: searched X by method Y, found N.")
    lines = (f"{item}: {where}" + (f" (serial {serial})" if serial else "") for item, where, serial in own)
    yield Listed((*lines, "everything else that you have"))
    yield Words("Methods, as they are written in a statement:")
    yield Listed(tuple(f"{way.value}: {way.label}" for way in Way))
    yield Words(
        "To sign one, on a machine and with a key of your own; without ITEM for everything else, and with"
        " --surrendered if what you found is handed over to be ended:"
    )
    yield Typed(
        f"fingerpost decommission attest-elsewhere {about.procedure} {partner} ITEM"
        " --searched X --how Y --found N --key YOUR_KEY --out FILE"
    )
    yield Words("Send us FILE. It holds your id and what you state.")


def _ends(about: Letter) -> Iterator[Block]:
    yield Words(
        "If you find a copy, do not move it and do not delete it. Send us its place. We list it, and it is"
        f" ended with a witness. Somebody from another body looks again at one statement in {AUDITED}."
    )
    yield Warned("Do not send us anything about a child, and no copy.")
    yield Words(about.officer)
    yield Words(f"Questions: {about.reply_to}")
