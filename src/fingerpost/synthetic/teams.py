"""Each authority's teams, workers and contact sheet."""

from random import Random

from msgspec import Struct

from fingerpost.reference.authorities import Authority
from fingerpost.synthetic.days import iso
from fingerpost.synthetic.names import family_names, given_names
from fingerpost.synthetic.places import Area
from fingerpost.synthetic.rows import Extract

_TEAMS = (  # key, name, job title
    ("MASH", "Multi-Agency Safeguarding Hub", "Social Worker"),
    ("AST1", "Assessment Team North", "Social Worker"),
    ("AST2", "Assessment Team South", "Social Worker"),
    ("CIN1", "Children in Need Team East", "Social Worker"),
    ("CIN2", "Children in Need Team West", "Social Worker"),
    ("SAFE", "Safeguarding and Court Team", "Senior Social Worker"),
    ("LAC", "Children Looked After Team", "Social Worker"),
    ("UASC", "Unaccompanied Children Team", "Social Worker"),
    ("LCT", "Leaving Care Team", "Personal Adviser"),
    ("EH", "Early Help Hub", "Family Support Worker"),
)
_OFFICE_HOURS = ("Mon-Fri 08:45-17:00", "Mon-Fri 09:00-17:00", "Mon-Fri 08:30-17:15", "Mon-Fri 09:00-17:30")
_DRAMA_AREAS = ("0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0", "0121 496 0",
                "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0", "0191 498 0", "01632 960")  # fmt: skip
"""Ofcom, Telephone numbers for use in TV and radio drama programmes: nobody is ever given one of these."""
_CHILDREN_A_WORKER = 18
_LEAST_IN_A_TEAM = 2


class Worker(Struct, frozen=True):
    """One professional: `number` is prof_professional_id, `team` a dept_team_id."""

    number: str
    team: str


class Staff(Struct, frozen=True):
    """The workers of one authority by team key ("MASH", "AST1", …)."""

    by_team: dict[str, tuple[Worker, ...]]

    def draw(self, rng: Random, *keys: str) -> Worker:
        """Return a worker of one of the teams."""
        return rng.choice(self.by_team[rng.choice(keys)])


def drama_number(rng: Random, authority: Authority) -> str:
    """Return a telephone number from Ofcom's drama ranges; London's for London."""
    if authority.code.startswith("E09"):
        return f"020 7946 0{rng.randrange(1000):03d}"
    return rng.choice(_DRAMA_AREAS) + f"{rng.randrange(1000):03d}"


def _slug(authority: Authority) -> str:
    letters = "".join(c if c.isalpha() else "-" for c in authority.name.lower())
    return "-".join(part for part in letters.split("-") if part not in {"", "city", "of", "county"})


def team_id(area: int, key: str) -> str:
    """Return an authority's own identifier of a team."""
    return f"T{area:03d}-{key}"


def _write_teams(rng: Random, extract: Extract, area: int, authority: Authority, as_of: int) -> None:
    duty = drama_number(rng, authority)
    hours = rng.choice(_OFFICE_HOURS)
    parent = f"T{area:03d}-CS"
    extract.add(area, "ssd_department", (parent, "Children's Services", "", ""))
    for key, name, _ in _TEAMS:
        number = team_id(area, key)
        extract.add(area, "ssd_department", (number, name, parent, "Children's Services"))
        inbox = f"{key.lower()}@{_slug(authority)}.example"
        proven = iso(as_of - rng.randint(0, 45))
        extract.add(area, "teams", (number, name, drama_number(rng, authority), hours, duty, inbox, proven))


def _worker_name(rng: Random) -> str:
    community = rng.choices(("english", "west_african", "pakistani", "irish", "indian"), (78, 8, 5, 5, 4))[0]
    return f"{given_names(community, rng.choice('FFFFM')).draw(rng)} {family_names(community).draw(rng)}"


def _write_worker(
    rng: Random, extract: Extract, area: int, at: int, key: str, name: str, title: str
) -> Worker:
    number = f"W{area:03d}{at:05d}"
    registered = f"SW{900_000 + area * 600 + at}" if title != "Family Support Worker" else ""
    row = (
        number,
        f"S{area:03d}{at:05d}",
        _worker_name(rng),
        registered,
        title,
        str(rng.randint(6, 26)),
        name,
        rng.choice(("1.0", "1.0", "1.0", "0.8", "0.6")),
        "Y" if rng.random() < 0.16 else "N",
    )
    extract.add(area, "ssd_professionals", row)
    return Worker(number, team_id(area, key))


def write_staff(rng: Random, extract: Extract, area: int, place: Area, children: float, as_of: int) -> Staff:
    """Write one authority's department, professionals and contact sheet; return who can be allocated.

    `children` is about how many the authority will know; it sets how many workers there are.
    """
    _write_teams(rng, extract, area, place.authority, as_of)
    each = max(_LEAST_IN_A_TEAM, round(children / _CHILDREN_A_WORKER / len(_TEAMS)))
    by_team: dict[str, tuple[Worker, ...]] = {}
    for order, (key, name, title) in enumerate(_TEAMS):
        numbers = range(order * each, (order + 1) * each)
        by_team[key] = tuple(_write_worker(rng, extract, area, at, key, name, title) for at in numbers)
    return Staff(by_team)
