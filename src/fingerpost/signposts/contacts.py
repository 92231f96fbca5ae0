"""Whom a signpost leads to: the team to ring, and what whoever sits there does. Never a worker's name.

A contact outlives the worker: it is a team, found anew each night from the latest involvement.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.signposts.episodes import AnyEpisode, Case, CinEpisode, CinPlan, Involvement

# `invo_professional_role_id` is the authority's own text; these words mean "this is their worker".
_ALLOCATED = re.compile(r"alloc|case ?(?:work|hold|manag)|social work|key ?work|lead", re.IGNORECASE)


def folded(reference: str) -> str:
    """Return a team's reference or name as compared: small letters, single spaces."""
    return " ".join(reference.casefold().split())


class Directory(Struct, frozen=True):
    """An authority's teams by any folded reference or name, and its workers' departments by worker id."""

    teams: Mapping[str, UUID]
    departments: Mapping[str, str]

    def find(self, references: Iterable[str], workers: Iterable[str] = ()) -> UUID | None:
        """Return the first team that the contact sheet knows; workers stand for their departments."""
        named = (*references, *(self.departments.get(worker, "") for worker in workers if worker))
        return next((self.teams[folded(n)] for n in named if folded(n) in self.teams), None)


class Contact(Struct, frozen=True):
    """The team, where the contact sheet knows it, and whether a named worker holds the case."""

    team_id: UUID | None
    has_worker: bool


def of_worker(episode: AnyEpisode, case: Case, directory: Directory) -> Contact:
    """Return the contact of an episode whose own team is only where it began.

    A referral names who took the referral; the worker who has the child now is the latest involvement.
    """
    involvement = latest(case.involvements, episode)
    tried = [(involvement.team, involvement.worker)] if involvement else []
    if not isinstance(episode, CinEpisode):
        tried += _own(episode)
    for other in (*_newest(case.plans), *_newest(case.cin)):
        tried += _own(other) if _overlaps(other.started, other.ended, episode) else []
    tried += _own(episode)
    return Contact(_first(tried, directory), involvement is not None or bool(episode.worker))


def of_row(
    row_teams: tuple[str, ...], worker: str, involvement: Involvement | None, directory: Directory
) -> Contact:
    """Return the contact of a row whose own team or worker does the work; else of the involvement."""
    tried = [(team, "") for team in row_teams]
    tried.append(("", worker))
    if involvement:
        tried.append((involvement.team, involvement.worker))
    return Contact(_first(tried, directory), bool(worker))


def latest(involvements: Iterable[Involvement], episode: AnyEpisode) -> Involvement | None:
    """Return the involvement to ring about `episode`: an allocated worker's, still open, begun last."""
    around = [
        i for i in involvements if _overlaps(i.started, i.ended, episode) and _same_referral(i, episode)
    ]
    return max(around, key=_precedence, default=None)


def newest(involvements: Iterable[Involvement]) -> Involvement | None:
    """Return the involvement to ring about a child, whatever the episode."""
    return max(involvements, key=_precedence, default=None)


def _precedence(involvement: Involvement) -> tuple[bool, bool, date, str]:
    allocated = bool(_ALLOCATED.search(involvement.role))
    return (involvement.ended is None, allocated, involvement.started, involvement.team)


def _first(tried: Iterable[tuple[str, str]], directory: Directory) -> UUID | None:
    found = (directory.find((team,), (worker,)) for team, worker in tried)
    return next((team_id for team_id in found if team_id), None)


def _own(episode: AnyEpisode) -> list[tuple[str, str]]:
    return [*((team, "") for team in episode.teams), ("", episode.worker)]


def _newest(episodes: list[CinPlan] | list[CinEpisode]) -> list[CinPlan | CinEpisode]:
    return sorted(episodes, key=lambda e: (e.ended is None, e.started, e.source.row_id), reverse=True)


def _overlaps(started: date, ended: date | None, episode: AnyEpisode) -> bool:
    return (ended is None or ended >= episode.started) and (episode.ended is None or started <= episode.ended)


def _same_referral(involvement: Involvement, episode: AnyEpisode) -> bool:
    return not (involvement.referral and episode.referral) or involvement.referral == episode.referral
