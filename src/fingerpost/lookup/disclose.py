"""From weighed records and stored signposts to what may be shown: the disclosure rules, pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from fingerpost.lookup.answer import Match, Signpost
from fingerpost.lookup.contact import TeamPhones, contact_at
from fingerpost.lookup.store import SignpostRow
from fingerpost.signposts.signpost import SignpostRole
from fingerpost.vault.release import Words
from fingerpost.vault.vault import Weighed
from fingerpost.words.vocabulary import Band, Service

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


class Unexplained(Struct, frozen=True, kw_only=True):
    """A match whose words are still withheld: it becomes a `Match` against the answer's receipt."""

    child: int
    band: Band
    words: Words
    signposts: tuple[Signpost, ...]

    def explained(self, explanation: str) -> Match:
        """Return the match as it may be shown."""
        return Match(child=self.child, band=self.band, explanation=explanation, signposts=self.signposts)


def matches(
    weighed: Sequence[Weighed], rows: Sequence[SignpostRow], moment: datetime
) -> tuple[Unexplained, ...]:
    """Return a match for each record that has a live signpost, the surest first."""
    ordered = sorted(weighed, key=lambda w: (_STRENGTH[w.band], -w.match_weight))
    numbers = {child: place for place, child in enumerate(dict.fromkeys(w.child for w in ordered), start=1)}
    signposts = {
        w.record: tuple(_signpost(r, moment) for r in rows if r.record_id == w.record) for w in ordered
    }
    return tuple(
        Unexplained(child=numbers[w.child], band=w.band, words=w.explanation, signposts=signposts[w.record])
        for w in ordered
        if signposts[w.record]
    )


def _signpost(row: SignpostRow, moment: datetime) -> Signpost:
    service, role = Service(row.service), SignpostRole(row.role)
    phones = TeamPhones(row.office_phone, row.office_hours, row.duty_phone, row.inbox, row.proven_on)
    return Signpost(
        id=row.id,
        authority=row.authority,
        authority_name=row.authority_name,
        team=row.team,
        role=role,
        role_words=role.label,
        service=service,
        service_words=service.label,
        status="current" if row.ended is None else "previous",
        started=row.started,
        ended=row.ended,
        last_confirmed=row.confirmed,
        contact=contact_at(phones, moment),
    )
