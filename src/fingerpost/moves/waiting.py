"""A proposed link waits for two people: whoever can decide it is told, and told again while it waits.

One notice of an authority stands for all that waits there, however much comes; it goes when all is decided.
It names no record: a pair is judged by how alike two records are, and nobody sees whose they are before.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from fingerpost.db.database import Session
from fingerpost.moves import waiting_store as store
from fingerpost.moves.waiting_store import Call
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling
from fingerpost.signposts.review import overdue_since


def follow(session: Session, records: Sequence[UUID], moment: datetime) -> list[Telling]:
    """Return whom to tell of links of these records that wait now; take away what waits no more."""
    store.settle(session)
    return _call(session, store.uncalled(session, records), NoticeKind.LINKS_WAIT, moment)


def again(session: Session, moment: datetime) -> list[Telling]:
    """Return whom to tell anew, a step higher: what they were told of has waited for working days since."""
    return _call(session, store.overdue(session, overdue_since(moment)), NoticeKind.LINKS_OVERDUE, moment)


def _call(
    session: Session, links: Sequence[tuple[UUID, str]], kind: NoticeKind, moment: datetime
) -> list[Telling]:
    """Note who is told of which link: by the notice that waits there, or by a new one."""
    if not links:
        return []
    waiting = store.waiting(session, kind.value)
    new = {authority: uuid4() for authority in sorted({a for _, a in links} - waiting.keys())}
    store.note(session, [Call(link, a, (waiting | new)[a]) for link, a in links], moment)
    return [Telling(authority=authority, kind=kind, cause=cause) for authority, cause in new.items()]
