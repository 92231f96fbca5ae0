"""A brother who is linked speaks for his sister beside him, whom nothing else would find."""

from pathlib import Path
from uuid import uuid4

import msgspec

from fingerpost.wiring import Service
from tests.conftest import Child, write_extract

LEEDS, HULL = "E08000035", "E06000010"
BROTHER = Child(reference="L1", given="Osbert", nhs_number="9990000034", closed="2025-09-01")
SISTER = Child(
    reference="L2",
    given="Wilhelmina",
    born="2013-11-20",
    sex="F",
    postcode=BROTHER.postcode,
    closed="2025-09-01",
)
THERE = {"family": "Nwachukwu", "postcode": "HU1 1UU", "closed": ""}  # the mother married
BROTHER_THERE = msgspec.structs.replace(BROTHER, reference="H1", **THERE)
SISTER_THERE = msgspec.structs.replace(SISTER, reference="H2", **THERE)


def _links(service: Service, tmp_path: Path, *feeds: tuple[str, list[Child]]) -> list[tuple[str, str]]:
    """Load feeds one after another. Return how every link stands, surest first."""
    for authority, children in feeds:
        extract = write_extract(tmp_path / uuid4().hex[:6], *children)
        service.feeds.load_ssd(extract, authority, accept_removals=True, accept_older=True)
    with service.feeds._database.statement() as session:  # pyright: ignore[reportPrivateUsage]
        return session.tuples("SELECT state, band FROM link ORDER BY state, band")


LINKED = [("linked", "certain"), ("linked", "probable")]


def test_a_sister_is_found_by_her_brother(service: Service, tmp_path: Path) -> None:
    """Whoever comes last, and however it is loaded again; no more so once she lives elsewhere."""
    nobody = _links(service, tmp_path, (LEEDS, [BROTHER, SISTER]), (HULL, [SISTER_THERE]))
    assert nobody == []
    assert _links(service, tmp_path, (HULL, [SISTER_THERE, BROTHER_THERE])) == LINKED
    misspelt = msgspec.structs.replace(SISTER, given="Wilhelmena")
    assert _links(service, tmp_path, (LEEDS, [BROTHER, misspelt])) == LINKED
    elsewhere = msgspec.structs.replace(SISTER, postcode="LS6 1AA")
    assert _links(service, tmp_path, (LEEDS, [BROTHER, elsewhere])) == LINKED[:1]


def test_another_brother_or_sister_or_twin_is_not_taken_for_the_one_who_moved(
    service: Service, tmp_path: Path
) -> None:
    another = msgspec.structs.replace(SISTER_THERE, given="Clementine", born="2015-02-03")
    assert (
        _links(service, tmp_path, (LEEDS, [BROTHER, SISTER]), (HULL, [BROTHER_THERE, another])) == LINKED[:1]
    )
    twin = msgspec.structs.replace(SISTER_THERE, given="Clementine")
    assert "linked" not in {s for s, _ in _links(service, tmp_path, (HULL, [BROTHER_THERE, twin]))[1:]}
