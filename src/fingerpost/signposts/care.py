"""Periods of care. A placement change ends one episode and begins the next; the care goes on."""

import re
from collections import Counter
from datetime import date, timedelta

from fingerpost.signposts.episodes import CareEpisode
from fingerpost.signposts.signpost import SourceRow

# SSDA903 code X1: the episode ceases, and a new one begins on the same or the next day.
_CARE_GOES_ON = re.compile(r"^\s*X1\b", re.IGNORECASE)


def periods_of_care(episodes: list[CareEpisode]) -> list[CareEpisode]:
    """Return one episode for each period: the same entry date or period id, or one following the other."""
    groups: dict[str, list[CareEpisode]] = {}
    latest: tuple[str, CareEpisode] | None = None
    for episode in sorted(episodes, key=lambda e: (e.started, e.ended or date.max, e.source.row_id)):
        key = _key(episode, _entered(episode, episodes), latest)
        groups.setdefault(key, []).append(episode)
        latest = (key, episode)
    ids = Counter(period for group in groups.values() for period in {e.period for e in group})
    return [_period(_identity(key, group, ids), group) for key, group in groups.items()]


def _entered(episode: CareEpisode, episodes: list[CareEpisode]) -> date | None:
    """Return an episode's entry date, or else the latest that others of its period give."""
    given = (e.entered for e in episodes if e.period and e.period == episode.period)
    return episode.entered or max((day for day in given if day and day <= episode.started), default=None)


def _key(episode: CareEpisode, entered: date | None, latest: tuple[str, CareEpisode] | None) -> str:
    if entered:
        return f"entered {entered.isoformat()}"
    if episode.period:
        return f"period {episode.period}"
    return latest[0] if latest and _follows(episode, latest[1]) else f"episode {episode.source.row_id}"


def _follows(episode: CareEpisode, earlier: CareEpisode) -> bool:
    return earlier.ended is None or episode.started <= earlier.ended + timedelta(days=1)


def _identity(key: str, group: list[CareEpisode], ids: Counter[str]) -> str:
    """Prefer the period's own id: it outlives a corrected entry date. Some systems give one id to several."""
    period = group[-1].period
    alone = period and ids[period] == 1 and all(episode.period == period for episode in group)
    return f"period {period}" if alone else key


def _period(name: str, group: list[CareEpisode]) -> CareEpisode:
    last = group[-1]
    return CareEpisode(
        source=SourceRow(last.source.table, name, last.source.person),
        started=min(episode.entered or episode.started for episode in group),
        ended=_end(last),
        end_doubtful=last.end_doubtful,
        referral=last.referral,
        end_reason=last.end_reason,
    )


def _end(last: CareEpisode) -> date | None:
    return None if _CARE_GOES_ON.search(last.end_reason) else last.ended
