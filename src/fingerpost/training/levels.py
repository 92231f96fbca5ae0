"""Shares of comparison levels: what is known of families beforehand, and what a whole model must hold."""

from fingerpost.matching.model import Level, ModelFile, level_sets
from fingerpost.words.errors import Invalid, Problem

# What families do not do, as least and most of t: parents give no two children one name, give twins names
# alike oftener than chance (Aidan and Jayden), and twins' NHS numbers are issued close together. One birth
# in 65 is of twins, and a number is seldom typed on a sister's record. Without labels these bounds are what
# tells a household from one child badly typed.
KNOWN_T = {
    "given.exact": (0.0, 0.0001),
    "given.spelling": (0.0, 0.0004),
    "given.form": (0.0, 0.002),
    "given.middle": (0.0, 0.005),
    "given.typo": (0.0, 0.001),
    "given.blurred": (0.0, 0.01),
    "given.near": (0.03, 0.06),
    "given.other_tongue": (0.0, 0.0004),
    "birth.exact": (0.0, 0.08),
    "birth.swapped": (0.0, 0.001),
    "birth.digit": (0.0, 0.01),
    "nhs_number.same": (0.0, 0.02),
    "nhs_number.digit": (0.002, 0.01),
    "nhs_number.two_digits": (0.004, 0.02),
    "upn.same": (0.0, 0.02),
    "upn.digit": (0.0, 0.01),
    "upn.two_digits": (0.0, 0.02),
}
_LEAST_SHARE = 1e-5  # of m and t: what a sample never shows is rare, not impossible
_LEAST_SUM, _MOST_SUM = 0.8, 1.25  # against the base, whose sets do not all sum to one exactly

Levels = dict[str, Level]


def flat(written: ModelFile) -> Levels:
    """Return every level by its whole name, `field.level`, in the order of the file."""
    return {
        f"{field}.{name}": level for field, levels in written.levels.items() for name, level in levels.items()
    }


def field_of(level: str) -> str:
    """Return the field of a level."""
    return level.partition(".")[0]


def within(level: str, t: float) -> float:
    """Return t of a level held to what is known of families."""
    least, most = KNOWN_T.get(level, (0.0, 1.0))
    return min(max(t, least, _LEAST_SHARE), most)


def nested(levels: Levels, like: ModelFile) -> dict[str, dict[str, Level]]:
    """Return levels by field, in the order and the precision of the file."""
    return {
        field: {name: _rounded(levels[f"{field}.{name}"]) for name in names}
        for field, names in like.levels.items()
    }


def _rounded(level: Level) -> Level:
    return Level(m=round(max(level.m, _LEAST_SHARE), 6), u=float(f"{level.u:.4g}"), t=round(level.t, 7))


def check(written: ModelFile, base: ModelFile) -> None:
    """Raise `Invalid` unless every level of the base is there with shares that can be weighed."""
    levels, usual = flat(written), flat(base)
    problems = [Problem(name, "is not in the model") for name in usual if name not in levels]
    if problems:
        raise Invalid(*problems)
    problems += [
        Problem(name, "has a share that is not above 0 and at most 1")
        for name, level in levels.items()
        if not all(0 < share <= 1 for share in (level.m, level.u, level.t))
    ]
    for name, members in level_sets(usual).items():
        for kind in ("m", "u", "t") if len(members) > 1 else ():
            total, before = (sum(getattr(of[member], kind) for member in members) for of in (levels, usual))
            if not _LEAST_SUM <= total / before <= _MOST_SUM:
                problems.append(Problem(name, f"has shares {kind} that do not sum to one"))
    if problems:
        raise Invalid(*problems)
