"""Communities, how common each is among children known to services, and how each builds a name.

Shares are by hand, after the ethnicity of children in need (DfE, Characteristics of children in need, 2024)
spread over name origins; rare communities are raised so that each can be measured.
"""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from msgspec import Struct

from fingerpost.synthetic.names import Weighted, family_names, given_names

SHARES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {  # community: share (per cent) of families in shire areas, in cities
        "english": (82.0, 50.0),
        "irish": (1.6, 1.6),
        "traveller": (1.4, 0.8),
        "caribbean": (1.0, 6.5),
        "west_african": (1.0, 6.5),
        "somali": (0.3, 2.6),
        "east_african": (0.4, 1.8),
        "pakistani": (2.0, 8.0),
        "bangladeshi": (0.7, 3.8),
        "indian": (1.2, 3.0),
        "arabic": (1.0, 3.6),
        "afghan": (0.6, 1.7),
        "turkish": (0.4, 1.8),
        "polish": (2.0, 2.2),
        "romanian": (1.6, 2.3),
        "ukrainian": (0.8, 0.8),
        "albanian": (0.5, 1.1),
        "chinese": (0.5, 0.8),
        "vietnamese": (0.3, 0.6),
        "portuguese": (0.7, 1.3),
    }
)
REFUGEE = frozenset({"afghan", "arabic", "east_african", "somali", "albanian", "vietnamese"})
"""Where unaccompanied children come from; many refugee families' births are recorded as 1 January."""

ETHNICITY: Mapping[str, str] = MappingProxyType(
    {  # DfE ethnicity codes as the CIN census has them
        "english": "WBRI",
        "irish": "WIRI",
        "traveller": "WIRT",
        "caribbean": "BCRB",
        "west_african": "BAFR",
        "somali": "BAFR",
        "east_african": "BAFR",
        "pakistani": "APKN",
        "bangladeshi": "ABAN",
        "indian": "AIND",
        "chinese": "CHNE",
        "afghan": "AOTH",
        "vietnamese": "AOTH",
        "arabic": "OOTH",
        "turkish": "WOTH",
    }
)
NATIONALITY: Mapping[str, str] = MappingProxyType(
    {
        "afghan": "AFG",
        "arabic": "IRQ",
        "east_african": "ERI",
        "somali": "SOM",
        "albanian": "ALB",
        "vietnamese": "VNM",
    }
)


class Parents(Struct, frozen=True):
    """The names a family's children are built from."""

    mother_given: str
    mother_family: str
    father_given: str
    father_family: str
    custom: float  # 0 to 1: which of its community's customs this family keeps


def draw_community(rng: Random, *, city: bool) -> str:
    """Return a community by its share in a city or a shire."""
    weights = [share[city] for share in SHARES.values()]
    return rng.choices(tuple(SHARES), weights)[0]


def _family_name(rng: Random, community: str) -> str:
    return family_names(community).draw(rng)


def draw_parents(rng: Random, community: str) -> Parents:
    """Return a mother and a father of one community."""
    mother = gendered(_family_name(rng, community), community, "F")
    return Parents(
        given_names(community, "F").draw(rng),
        mother,
        given_names(community, "M").draw(rng),
        _family_name(rng, community),
        rng.random(),
    )


_FEMININE = (
    ("ski", "ska"),
    ("cki", "cka"),
    ("dzki", "dzka"),
    ("skyi", "ska"),
    ("nov", "nova"),
    ("rov", "rova"),
)


def gendered(family: str, community: str, sex: str) -> str:
    """Return the form a Slavic family name takes for a girl (Kowalski, Kowalska)."""
    if sex == "F" and community in {"polish", "ukrainian"}:
        for masculine, feminine in _FEMININE:
            if family.endswith(masculine):
                return family.removesuffix(masculine) + feminine
    return family


def _english(parents: Parents, sex: str) -> str:
    if parents.custom < 0.08:
        return f"{parents.mother_family}-{parents.father_family}"
    return parents.mother_family if parents.custom < 0.35 else parents.father_family


def _father(parents: Parents, sex: str) -> str:
    return parents.father_family


def _south_asian(parents: Parents, sex: str) -> str:
    """Daughters may bear a woman's title for a family name, and not the name of their brothers."""
    if sex == "F" and parents.custom < 0.3:
        return ("Begum", "Bibi", "Khatun", "Akhtar")[int(parents.custom * 13)]
    return parents.father_family


def _indian(parents: Parents, sex: str) -> str:
    if parents.custom < 0.25:
        return "Kaur" if sex == "F" else "Singh"
    if parents.custom < 0.32:
        return f"{'Kaur' if sex == 'F' else 'Singh'} {parents.father_family}"
    return parents.father_family


def _patronymic(parents: Parents, sex: str) -> str:
    """Father's name, often with his father's: there is no family name to inherit."""
    if parents.custom < 0.5:
        return parents.father_given
    return f"{parents.father_given} {parents.father_family}"


def _two_families(parents: Parents, sex: str) -> str:
    if parents.custom < 0.6:
        return f"{parents.mother_family} {parents.father_family}"
    return parents.father_family


_CUSTOM: Mapping[str, Callable[[Parents, str], str]] = MappingProxyType(
    {
        "english": _english,
        "caribbean": _english,
        "pakistani": _south_asian,
        "bangladeshi": _south_asian,
        "indian": _indian,
        "somali": _patronymic,
        "east_african": _patronymic,
        "portuguese": _two_families,
    }
)


def child_family_name(parents: Parents, community: str, sex: str) -> str:
    """Return the family name a child of these parents is given at birth."""
    return gendered(_CUSTOM.get(community, _father)(parents, sex), community, sex)


def _second(rng: Random, names: Weighted, first: str) -> str:
    second = names.draw(rng)
    return "" if second == first else second


def draw_given(rng: Random, community: str, sex: str, taken: frozenset[str]) -> tuple[str, str]:
    """Return a first and a middle name (maybe empty); no two children of one family share the first."""
    names = given_names(community, sex)
    first = names.draw(rng)
    for _ in range(20):
        if first not in taken:
            break
        first = names.draw(rng)
    return _composed(rng, community, sex, first, names)


def _composed(rng: Random, community: str, sex: str, first: str, names: Weighted) -> tuple[str, str]:
    match community:
        case "pakistani" | "bangladeshi" if sex == "M" and rng.random() < 0.25:
            return first, "Muhammad"  # written before the name he goes by; see recording
        case "chinese" if rng.random() < 0.35:
            return first, given_names("english", sex).draw(rng)
        case "vietnamese" if rng.random() < 0.7:
            return first, "Thi" if sex == "F" else "Van"
        case "west_african" if rng.random() < 0.5:
            return first, _second(rng, names, first)
        case _ if rng.random() < 0.45:
            return first, _second(rng, names, first)
        case _:
            return first, ""
