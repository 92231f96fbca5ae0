"""Where families live: real postcodes in real authorities, with made-up houses."""

import math
from itertools import accumulate
from random import Random

from msgspec import Struct

from fingerpost.reference.authorities import Authority, local_authorities
from fingerpost.reference.postcodes import Places, places_of

NO_FIXED_ABODE = "ZZ99 3VZ"  # NHS Postcode Directory: no fixed abode
UNKNOWN_ADDRESS = "ZZ99 3WZ"  # NHS Postcode Directory: address not known
NEIGHBOURS = 8  # a local move crosses into one of so many nearest areas

_STREETS = [
    "High Street",
    "Station Road",
    "Church Lane",
    "Mill Lane",
    "Victoria Road",
    "Green Lane",
    "Park Avenue",
    "Kings Road",
    "Queens Road",
    "Manor Drive",
    "The Crescent",
    "Highfield Road",
    "School Lane",
    "New Street",
    "Albert Road",
    "Windsor Close",
    "Chestnut Avenue",
    "Oak Drive",
    "Elm Grove",
    "Beech Road",
    "Orchard Way",
    "Springfield Road",
    "Meadow View",
    "Grange Road",
    "Chapel Street",
    "George Street",
    "London Road",
    "North Street",
    "Alexandra Terrace",
    "Canal Walk",
    "Hawthorn Close",
]


class Home(Struct, frozen=True):
    """One address; an empty house means that none is known."""

    postcode: str
    house: str
    street: str
    easting: int = 0
    northing: int = 0


class Area(Struct, frozen=True):
    """One authority with its postcodes; `nearest` are positions in `Country.areas`."""

    authority: Authority
    places: Places
    nearest: tuple[int, ...]

    @property
    def is_city(self) -> bool:
        """Tell a London borough or metropolitan district from a shire."""
        return self.authority.code.startswith(("E08", "E09"))


class Country(Struct, frozen=True):
    """The authorities taking part; `running` totals weigh them by how many postcodes each has."""

    areas: tuple[Area, ...]
    running: tuple[int, ...]

    def draw_area(self, rng: Random) -> int:
        """Return an area's position, by size."""
        return rng.choices(range(len(self.areas)), cum_weights=self.running)[0]

    def draw_move(self, rng: Random, origin: int) -> int:
        """Return where a family moves to from `origin`: next door as often as anywhere."""
        near = self.areas[origin].nearest
        if near and rng.random() < 0.5:
            return rng.choice(near)
        for _ in range(50):
            if (found := self.draw_area(rng)) != origin:
                return found
        return near[0] if near else origin


def _middle(values: tuple[float, ...]) -> float:
    # One postcode in twenty is enough to tell where an authority lies.
    known = sorted(v for v in values[:: min(20, len(values))] if not math.isnan(v))
    return known[len(known) // 2]


def _nearest(centres: list[tuple[float, float]], here: int) -> tuple[int, ...]:
    others = [n for n in range(len(centres)) if n != here]
    return tuple(sorted(others, key=lambda n: math.dist(centres[n], centres[here]))[:NEIGHBOURS])


def choose_authorities(rng: Random, how_many: int) -> tuple[Authority, ...]:
    """Return so many authorities in order of code, drawn with neighbours of the first among them."""
    everyone = local_authorities()
    return tuple(sorted(rng.sample(everyone, how_many))) if how_many < len(everyone) else everyone


def load_country(chosen: tuple[Authority, ...]) -> Country:
    """Return the country of these authorities, with their real postcodes."""
    places = places_of(tuple(a.code for a in chosen))
    found = [places[a.code] for a in chosen]
    centres = [(_middle(p.eastings), _middle(p.northings)) for p in found]
    areas = tuple(
        Area(a, p, _nearest(centres, n)) for n, (a, p) in enumerate(zip(chosen, found, strict=True))
    )
    return Country(areas, tuple(accumulate(len(p.postcodes) for p in found)))


def draw_home(rng: Random, area: Area) -> Home:
    """Return a made-up house at a real postcode of the area, or now and then no known address."""
    if (chance := rng.random()) < 0.012:
        return Home(NO_FIXED_ABODE if chance < 0.006 else "", "", "")
    at = rng.randrange(len(area.places.postcodes))
    east, north = area.places.eastings[at], area.places.northings[at]
    metres = (0, 0) if math.isnan(east) else (int(east), int(north))
    return Home(area.places.postcodes[at], str(rng.randint(1, 180)), rng.choice(_STREETS), *metres)
