"""Each authority's teams, workers and contact sheet."""

from random import Random

from msgspec import Struct

from fingerpost.reference.authorities import Authority
from fingerpost.synthetic.days import iso
from fingerpost.synthetic.names import family_names, given_names
from fingerpost.synthetic.rows import Extract, Row


class _Team(Struct, frozen=True):
    """A kind of team every authority has."""

    key: str
    name: str
    job_title: str


_TEAMS = (
    _Team("MASH", "Multi-Agency Safeguarding Hub", "Social Worker"),
    _Team("AST1", "Assessment Team North", "Social Worker"),
    _Team("AST2", "Assessment Team South", "Social Worker"),
    _Team("CIN1", "Children in Need Team East", "Social Worker"),
    _Team("CIN2", "Children in Need Team West", "Social Worker"),
    _Team("SAFE", "Safeguarding and Court Team", "Senior Social Worker"),
    _Team("LAC", "Children Looked After Team", "Social Worker"),
    _Team("UASC", "Unaccompanied Children Team", "Social Worker"),
    _Team("LCT", "Leaving Care Team", "Personal Adviser"),
    _Team("EH", "Early Help Hub", "Family Support Worker"),
)
_OFFICE_HOURS = ("Mon-Fri 08:45-17:00", "Mon-Fri 09:00-17:00", "Mon-Fri 08:30-17:15", "Mon-Fri 09:00-17:30")
_DRAMA_AREAS = (
    "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0", "0121 496 0",
    "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0", "0191 498 0", "01632 960",
)  # fmt: skip
"""Ofcom, Telephone numbers for use in TV and radio drama programmes: nobody is ever given one of these."""
_OWN_AREAS = {
    "Leeds": "0113 496 0", "Sheffield": "0114 496 0", "Nottingham": "0115 496 0", "Leicester": "0116 496 0",
    "Bristol, City of": "0117 496 0", "Reading": "0118 496 0", "Birmingham": "0121 496 0",
    "Liverpool": "0151 496 0", "Manchester": "0161 496 0", "Newcastle upon Tyne": "0191 498 0",
}  # fmt: skip
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
    """Return a telephone number from Ofcom's drama ranges: its own area's, where that has one."""
    if authority.code.startswith("E09"):
        return f"020 7946 0{rng.randrange(1000):03d}"
    drawn = rng.choice(_DRAMA_AREAS)  # by whoever has one too: what is drawn after it stays as it was
    return _OWN_AREAS.get(authority.name, drawn) + f"{rng.randrange(1000):03d}"


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
    for team in _TEAMS:
        number = team_id(area, team.key)
        extract.add(area, "ssd_department", (number, team.name, parent, "Children's Services"))
        inbox = f"{team.key.lower()}@{_slug(authority)}.example"
        proven = iso(as_of - rng.randint(0, 45))
        extract.add(
            area, "teams", (number, team.name, drama_number(rng, authority), hours, duty, inbox, proven)
        )


def _worker_name(rng: Random) -> str:
    community = rng.choices(("english", "west_african", "pakistani", "irish", "indian"), (78, 8, 5, 5, 4))[0]
    return f"{given_names(community, rng.choice('FFFFM')).draw(rng)} {family_names(community).draw(rng)}"


def _worker_row(rng: Random, area: int, at: int, team: _Team) -> Row:
    return (
        f"W{area:03d}{at:05d}",
        f"S{area:03d}{at:05d}",
        _worker_name(rng),
        f"SW{900_000 + area * 600 + at}" if "Social Worker" in team.job_title else "",
        team.job_title,
        str(rng.randint(6, 26)),
        team.name,
        rng.choice(("1.0", "1.0", "1.0", "0.8", "0.6")),
        "Y" if rng.random() < 0.16 else "N",
    )


def write_staff(
    rng: Random, extract: Extract, area: int, authority: Authority, *, children: float, as_of: int
) -> Staff:
    """Write one authority's department, professionals and contact sheet; return who can be allocated.

    `children` is about how many the authority will know; it sets how many workers there are.
    """
    _write_teams(rng, extract, area, authority, as_of)
    each = max(_LEAST_IN_A_TEAM, round(children / _CHILDREN_A_WORKER / len(_TEAMS)))
    by_team: dict[str, tuple[Worker, ...]] = {}
    for order, team in enumerate(_TEAMS):
        rows = [_worker_row(rng, area, at, team) for at in range(order * each, (order + 1) * each)]
        for row in rows:
            extract.add(area, "ssd_professionals", row)
        by_team[team.key] = tuple(Worker(row[0], team_id(area, team.key)) for row in rows)
    return Staff(by_team)
