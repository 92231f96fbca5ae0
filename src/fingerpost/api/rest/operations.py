"""What operators and other systems ask of the service itself. Nothing here is about a child."""

from msgspec import Struct

from fingerpost.access.caller import Caller
from fingerpost.feeds.report import QuarantinedRow, RunSummary
from fingerpost.lookup import Coverage
from fingerpost.wiring import Service
from fingerpost.words.errors import Unknown


class Health(Struct, frozen=True, omit_defaults=True):
    """Whether the process, or the stores behind it, can serve; and what its operators must see to in time."""

    status: str
    warning: str = ""


class LatestFeeds(Struct, frozen=True):
    """An authority's feeds, newest first, and what could not be used of the newest."""

    runs: tuple[RunSummary, ...]
    quarantine: tuple[QuarantinedRow, ...]


def healthy(service: Service, _caller: Caller | None) -> Health:
    """Tell whether the process runs, and whether its authorisation ends soon."""
    return Health("ok", service.sunset.warning)


def ready(service: Service, _caller: Caller | None) -> Health:
    """Tell whether the database answers; 503 if not."""
    service.lookup.coverage()
    return Health("ready")


def coverage_now(service: Service, _caller: Caller | None) -> Coverage:
    """Tell which local authorities are reporting, which are silent and since when."""
    return service.lookup.coverage()


def feed_latest(service: Service, caller: Caller | None) -> LatestFeeds:
    """Give the calling authority's latest feeds, and which rows of the newest it has to mend."""
    if caller is None:
        raise Unknown("a bearer token is needed")
    runs = service.feeds.runs(caller.authority)
    rows = service.feeds.quarantine(runs[0].id) if runs else []
    return LatestFeeds(tuple(runs), tuple(rows))
