"""Who a child is in one authority's books: person, identifiers, addresses, family, mother."""

import json
from random import Random

import msgspec

from fingerpost.synthetic.communities import ETHNICITY, NATIONALITY
from fingerpost.synthetic.days import WINDOW, YEAR, iso
from fingerpost.synthetic.lives import Family, Tenancy
from fingerpost.synthetic.mistakes import wrong_postcode
from fingerpost.synthetic.numbers import person_number
from fingerpost.synthetic.places import Home
from fingerpost.synthetic.recording import Record
from fingerpost.synthetic.rows import WHOLE_COUNTRY, Extract

MOTHER_RECORDED = 0.2
"""Share of records, beside those begun before birth or in the first year, whose mother is a person too."""

POSTCODE_MISTYPED = 0.01
_MOTHER_SERIAL = 5_000_000  # mothers are numbered apart from children: see `person_number`
_NEWLY_BORN = 300  # days


def _upn_unknown(record: Record, as_of: int) -> str:
    """Return why there is no pupil number (CIN census code set)."""
    if record.upn:
        return ""
    born = record.child.born
    if as_of - born < 4.6 * YEAR:
        return "UN1"
    return "UN2" if record.child.unaccompanied else "UN5"


def _write_person(rng: Random, extract: Extract, record: Record, as_of: int) -> None:
    child = record.child
    died = child.died if child.died is not None and child.died <= record.stay.seen_until(as_of) else None
    row = (
        record.person_id,
        record.given,
        record.family,
        record.sex,
        {"M": "01", "F": "02"}.get(record.sex, "00"),
        ETHNICITY.get(child.community, "WOTW"),
        iso(record.born),
        record.nhs_number,
        record.person_id,
        _upn_unknown(record, as_of),
        "Y" if rng.random() < 0.18 else "N",
        iso(record.expected),
        iso(died),
        "N",
        NATIONALITY.get(child.community, "") if child.unaccompanied else "",
    )
    extract.add(record.stay.area, "ssd_person", row)


def _identifiers(rng: Random, record: Record) -> list[tuple[str, str]]:
    found = [("Case Number", f"CN{record.person_id}")]
    if record.upn:
        found.append(("Unique Pupil Number", record.upn))
    if record.nhs_number:
        found.append(("NHS Number", record.nhs_number))
    if record.child.unaccompanied:
        found.append(("Home Office Registration", f"{rng.choice('ABCDEFGHJK')}{rng.randrange(10**7):07d}"))
    return found


def _write_identifiers(rng: Random, extract: Extract, record: Record) -> None:
    since = iso(record.stay.opened)
    for at, (kind, value) in enumerate(_identifiers(rng, record)):
        row = (f"LK{record.person_id}{at}", record.person_id, kind, value, since, "")
        extract.add(record.stay.area, "ssd_linked_identifiers", row)


def address_json(home: Home) -> str:
    """Return an address as the dataset writes it; its UPRN lies past the end of any issued."""
    uprn = f"99{home.easting:06d}{home.northing % 10_000:04d}" if home.easting else ""
    parts = {"ROOM": "", "FLOOR": "", "FLAT": "", "BUILDING": "", "HOUSE": home.house, "STREET": home.street}
    place = {
        "TOWN": "",
        "UPRN": uprn,
        "EASTING": str(home.easting or ""),
        "NORTHING": str(home.northing or ""),
    }
    return json.dumps(parts | place)


def _as_known(tenancy: Tenancy, as_of: int) -> Tenancy:
    """Return a tenancy as the books have it: nobody writes down a move before it."""
    planned = tenancy.until is not None and tenancy.until > as_of
    return msgspec.structs.replace(tenancy, until=None) if planned else tenancy


def _write_address(rng: Random, extract: Extract, record: Record, at: int, tenancy: Tenancy) -> None:
    home, postcode = tenancy.home, tenancy.home.postcode
    if postcode and rng.random() < POSTCODE_MISTYPED:
        postcode = wrong_postcode(rng, postcode)
    row = (
        f"AD{record.person_id}{at}",
        address_json(home),
        record.person_id,
        "K" if home.house else "",
        iso(tenancy.since),
        iso(tenancy.until),
        postcode,
    )
    extract.add(record.stay.area, "ssd_address", row)


def _mother_id(family: Family, area: int) -> str:
    return "M" + person_number(_MOTHER_SERIAL + family.index, area)


def _write_mother(extract: Extract, record: Record, family: Family) -> None:
    mother = _mother_id(family, record.stay.area)
    row = (f"MO{record.person_id}", mother, record.person_id, iso(record.born))
    extract.add(record.stay.area, "ssd_mother", row)


def write_mother_person(extract: Extract, family: Family, area: int) -> None:
    """Write a family's mother as a person of an authority's books; she is marked as a mother."""
    person = _mother_id(family, area)
    names = (family.parents.mother_given, family.parents.mother_family)
    tail = ("N", "", "", "Y", "")
    who = ("F", "02", ETHNICITY.get(family.community, "WOTW"), iso(family.mother_born))
    extract.add(area, "ssd_person", (person, *names, *who, "", person, "", *tail))


def names_mother(rng: Random, record: Record) -> bool:
    """Tell whether this record is linked to its mother's: what was written at the start is not taken out."""
    if record.child.unaccompanied or record.child.adopted_from is not None:
        return False
    if record.born is None or record.stay.opened - record.born < _NEWLY_BORN:
        return True
    return rng.random() < MOTHER_RECORDED


def write_books(
    rng: Random, extract: Extract, record: Record, family: Family, as_of: int, *, mother: bool
) -> None:
    """Write every row that says who a child is."""
    _write_person(rng, extract, record, as_of)
    _write_identifiers(rng, extract, record)
    first = as_of - WINDOW
    recent = [t for t in record.stay.tenancies if t.until is None or t.until >= first]
    for at, tenancy in enumerate(recent or record.stay.tenancies[-1:]):
        _write_address(rng, extract, record, at, _as_known(tenancy, as_of))
    number = f"F{family.index * 7 + record.stay.area}"
    extract.add(record.stay.area, "ssd_family", (f"FA{record.person_id}", number, record.person_id))
    if mother:
        _write_mother(extract, record, family)


def _labelled(record: Record) -> tuple[str, ...]:
    return (
        record.given,
        record.family,
        iso(record.born),
        record.sex if record.sex != "U" else "",
        record.home.postcode,
        record.nhs_number,
        record.upn,
        record.child.community,
    )


def write_truth(
    extract: Extract, record: Record, family: Family, authority: str, notes: tuple[str, ...]
) -> None:
    """Write who this record truly is, and the record as `fingerpost evaluate` reads it."""
    child = record.child
    twin = "" if child.twin_of is None else cluster(child.twin_of)
    who = (cluster(child.index), f"F{family.index}", twin, record.person_id, authority)
    extract.add(WHOLE_COUNTRY, "truth", (*who, child.community, child.never_join, " ".join(notes)))
    row = (f"{authority}-{record.person_id}", cluster(child.index), authority, *_labelled(record))
    extract.add(WHOLE_COUNTRY, "evaluate", row)


def cluster(index: int) -> str:
    """Return the true identity of a child, shared by all its records."""
    return f"C{index:07d}"
