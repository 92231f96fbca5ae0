"""From weighed records and stored signposts to what may be shown: the disclosure rules, pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.access.matrix import Levels
from fingerpost.lookup.answer import Contact, Match, Signpost
from fingerpost.lookup.contact import contact_at
from fingerpost.lookup.store import SignpostRow
from fingerpost.lookup.trail import Reached
from fingerpost.signposts.signpost import SignpostRole
from fingerpost.vault.release import Words
from fingerpost.vault.vault import Weighed
from fingerpost.words.vocabulary import Band, Level, Service

UNNAMED = "not named"
UNSEEN = ("held to be of the same child by other details than those given",)
CURRENT, PREVIOUS = "current", "previous"
_STRENGTH = {band: place for place, band in enumerate(Band)}


def within(weighed: Sequence[Weighed], most: int) -> Sequence[Weighed] | None:
    """Return the records that may be shown, or None where that would be a list of children.

    Namesakes that are merely possible never hide a child who is surely found: they are left out first.
    """
    sure = [w for w in weighed if w.band is not Band.POSSIBLE]
    for choice in (weighed, sure):
        if choice and len({w.child for w in choice}) <= most:
            return choice
    return None if weighed else ()


def one_life(weighed: Sequence[Weighed], lives: Mapping[UUID, UUID]) -> Sequence[Weighed]:
    """Of lives that must never be joined leave the surest alone, and where none is, none of them.

    A question that names the details of two would otherwise join them by itself. What is shown is what
    would be if the other were not there: that it is there does not show either.
    """
    best: dict[UUID, float] = {}
    for w in weighed:
        if (life := lives.get(w.record)) is not None:
            best[life] = max(w.match_weight, best.get(life, w.match_weight))
    if len(best) < 2:
        return weighed
    surest, second = sorted(best.values(), reverse=True)[:2]
    shown = {None, *(life for life, weight in best.items() if weight == surest > second)}
    return [w for w in weighed if lives.get(w.record) in shown]


class Leveled(Struct, frozen=True):
    """A stored signpost and how much of it may be shown."""

    level: Level
    row: SignpostRow


class Unexplained(Struct, frozen=True, kw_only=True):
    """A match whose words are still withheld: it becomes a `Match` against the answer's receipt."""

    child: int
    band: Band
    words: Words
    signposts: tuple[Signpost, ...]

    @property
    def current(self) -> bool:
        """Whether anybody of it works with the child now."""
        return any(signpost.status == CURRENT for signpost in self.signposts)

    def explained(self, explanation: str) -> Match:
        """Return the match as it may be shown."""
        return Match(child=self.child, band=self.band, explanation=explanation, signposts=self.signposts)


def surest_first(w: Weighed) -> tuple[int, float, UUID]:
    """Return what records are ordered by. Equal ones go by id: asked again, an answer reads the same."""
    return _STRENGTH[w.band], -w.match_weight, w.record


def without(weighed: Sequence[Weighed], meant: Collection[UUID]) -> Sequence[Weighed]:
    """Leave out every child of whom one of these records is: under another name too, where a trail leads."""
    children = {w.child for w in weighed if w.record in meant}
    return [w for w in weighed if w.child not in children]


def without_decoys(weighed: Sequence[Weighed]) -> Sequence[Weighed]:
    """Leave out planted children where one who exists is surely found: they lead nobody astray."""
    real = [w for w in weighed if not w.planted]
    return real if any(w.band is not Band.POSSIBLE for w in real) else weighed


def matches(
    weighed: Sequence[Weighed], rows: Sequence[Leveled], moment: datetime, desk_phone: str,
    decoys_ring: str = "",
) -> tuple[Unexplained, ...]:  # fmt: skip
    """Return a match for each record that has a signpost to show, the surest child's first.

    Of one child: whoever works with it now before whoever did, then the surer, then the most recent.
    Whoever rings about a planted child reaches `decoys_ring`, and nobody's team is disturbed.
    """
    surest = sorted(weighed, key=surest_first)
    numbers = {child: place for place, child in enumerate(dict.fromkeys(w.child for w in surest), start=1)}
    shown = [
        Unexplained(child=numbers[w.child], band=w.band, words=_words(w, surest), signposts=tuple(signposts))
        for w in surest
        if (signposts := _signposts(w, rows, moment, desk_phone, decoys_ring))
    ]
    return tuple(sorted(shown, key=lambda m: (m.child, not m.current, _STRENGTH[m.band], -_newest(m))))


def _words(w: Weighed, surest: Sequence[Weighed]) -> Words:
    """Return why a record is shown, in words that allude to no record but those shown beside it.

    That another fits better, or that a link leads here from it, would else tell of one that may not be shown:
    whoever is blocked from a child would learn that it is here.
    """
    shown = {o.record for o in surest}
    words = w.explanation
    if isinstance(w, Reached):
        words = _joined(words, w.linked if w.through <= shown else UNSEEN)
    better = any(o.record != w.record and o.match_weight >= w.match_weight for o in surest)
    return _joined(words, w.beside) if better else words


def _joined(one: Words, other: Words) -> Words:
    return (*one, "; ", *other) if one and other else one or other


def _signposts(
    w: Weighed, rows: Sequence[Leveled], moment: datetime, desk_phone: str, decoys_ring: str
) -> list[Signpost]:
    """Return what may be shown of a record, the current and the most recent first."""
    own = _apart(r for r in rows if r.row.record_id == w.record)
    shown = [_shown(_ringing(r, decoys_ring) if w.planted else r, moment, desk_phone) for r in own]
    return sorted(shown, key=lambda s: (s.status != CURRENT, -_day(s)))


def _newest(match: Unexplained) -> int:
    return max(map(_day, match.signposts))


def _day(signpost: Signpost) -> int:
    """Return the day a signpost is ordered by: the last shown, lest the order tell one that is not."""
    day = signpost.ended or signpost.started
    return day.toordinal() if day else 0


def permitted(rows: Sequence[SignpostRow], levels: Levels) -> tuple[Leveled, ...]:
    """Return the rows that may be shown at all, each with its level; a service without one is not there."""
    found = ((levels.get(Service(row.service), Level.NONE), row) for row in rows)
    return tuple(Leveled(level, row) for level, row in found if level is not Level.NONE)


def _apart(rows: Iterable[Leveled]) -> list[Leveled]:
    """Drop what says nothing new: how many services a team has for a child is not for `contact` to tell."""
    kept: list[Leveled] = []
    told: set[tuple[str, bool]] = set()
    for permitted in sorted(rows, key=lambda r: r.level is Level.CONTACT):
        whom = (permitted.row.team, permitted.row.ended is None)
        if permitted.level is Level.FULL or whom not in told:
            kept.append(permitted)
        told.add(whom)
    return kept


def _ringing(permitted: Leveled, phone: str) -> Leveled:
    row = msgspec.structs.replace(
        permitted.row, office_phone=phone, duty_phone=phone, inbox="", left_office_phone=phone,
        left_duty_phone=phone,
    )  # fmt: skip
    return Leveled(permitted.level, row)


def _shown(permitted: Leveled, moment: datetime, desk_phone: str) -> Signpost:
    if permitted.row.service == Service.SENSITIVE.value:
        return _brokered(permitted, desk_phone)
    return _signpost(permitted, moment)


def askable(levels: Levels) -> bool:
    """Tell whether a sensitive service may be shown: as a team that can be asked, never more."""
    return levels.get(Service.SENSITIVE, Level.NONE) is Level.CONTACT


def _brokered(permitted: Leveled, desk_phone: str) -> Signpost:
    """Return a sensitive service as it is shown: the same for all of them but for the id to ask by."""
    desk = Contact(
        phone_now=desk_phone, phone_now_is="the desk", office_phone="", office_hours="", duty_phone="",
        inbox="", proven_on=None, proven_lately=True,
    )  # fmt: skip
    return Signpost(
        id=permitted.row.id, level=Level.CONTACT, authority="", authority_name=UNNAMED,
        team=Service.SENSITIVE.label.capitalize(), role=None, role_words=UNNAMED, service=None,
        service_words=UNNAMED, status=CURRENT, started=None, ended=None, last_confirmed=None,
        contact=desk, brokered=True,
    )  # fmt: skip


def _signpost(permitted: Leveled, moment: datetime) -> Signpost:
    """Return the signpost at its level. What `contact` withholds is never put into it."""
    row, full = permitted.row, permitted.level is Level.FULL
    service, role = (Service(row.service), SignpostRole(row.role)) if full else (None, None)
    return Signpost(
        id=row.id,
        level=permitted.level,
        authority=row.authority,
        authority_name=row.authority_name,
        team=row.team,
        role=role,
        role_words=role.label if role else UNNAMED,
        service=service,
        service_words=service.label if service else UNNAMED,
        status=CURRENT if row.ended is None else PREVIOUS,
        started=row.started if full else None,
        ended=row.ended if full else None,
        last_confirmed=row.confirmed if full else None,
        contact=contact_at(row, moment),
        disputed=row.disputed_on is not None,
    )
