"""Words for people and authorities, beside them the reference or code that a records officer needs."""

from collections.abc import Callable, Iterable

from fingerpost.reference import authorities
from fingerpost.web.authorities import authority_name
from fingerpost.web.route import Visit


def named(visit: Visit, people: Iterable[str]) -> Callable[[str], str]:
    """Return what says who somebody (CODE/REFERENCE) is; of a reader's own authority, without its name."""
    parted = {who: _parted(who) for who in people}
    names = visit.service.offices.administration.people.names([pair for pair in parted.values() if pair])

    def words(who: str) -> str:
        pair = parted.get(who)
        if pair is None:
            return who
        called = f"{names[pair]} ({pair[1]})" if pair in names else pair[1]
        return called if pair[0] == visit.by.authority else f"{called}, {authority_name(pair[0])}"

    return words


def _parted(who: str) -> tuple[str, str] | None:
    authority, slash, reference = who.partition("/")
    return (authority, reference) if slash and authority in authorities() else None


def own(visit: Visit, references: Iterable[str]) -> Callable[[str], str]:
    """Return what says who somebody of the reader's own authority is, by their reference alone."""
    words = named(visit, [f"{visit.by.authority}/{reference}" for reference in references])
    return lambda reference: words(f"{visit.by.authority}/{reference}")


def with_code(code: str) -> str:
    """Return an authority's name, its code beside it; anything else as it stands."""
    return f"{authority_name(code)} ({code})" if code in authorities() else code
