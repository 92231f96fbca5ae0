"""Three children to show, found in the country by rule: a mover, a twin, and one known to nobody."""

import msgspec
from msgspec import Struct

from fingerpost.synthetic.lives import Child, Ending, Family
from fingerpost.synthetic.names import uncommon_names
from fingerpost.synthetic.questions import Question, plain_question, present_home
from fingerpost.synthetic.recording import Record


class Known(Struct, frozen=True):
    """One record of a child, how many rows of it may give a signpost, and whether it was handed over."""

    record: Record
    eligible: int
    handed_over: bool


class Case(Struct, frozen=True):
    """A child to show: the lower `penalty`, the better it shows what it is for."""

    penalty: int
    child: int
    question: Question
    authorities: tuple[int, ...]
    told_apart_from: str = ""


def _common_name(child: Child) -> int:
    """Return a penalty for a name that many share."""
    family = child.family not in uncommon_names(child.community, "S")
    given = child.given not in uncommon_names(child.community, child.sex)
    return 4 * family + 2 * given


def _plain(child: Child, known: list[Known]) -> int:
    """Return a penalty for a life or a record too tangled to show first."""
    tangled = (
        bool(child.later_family) + child.unaccompanied + bool(child.never_join) + (child.died is not None)
    )
    unborn = sum(k.record.born is None for k in known)
    written = sum(not note.startswith("no_") for k in known for note in k.record.notes)
    return (
        10 * tangled
        + 20 * unborn
        + 3 * written
        + 20 * (" " in child.family)
        + (not known[0].record.home.house)
    )


def mover(family: Family, child: Child, known: list[Known], as_of: int) -> Case | None:
    """Return a child handed from one area to another, if this is one."""
    if len(known) != 2 or not all(k.eligible for k in known) or child.born > as_of - 800:
        return None
    first, last = known[0].record.stay, known[1].record.stay
    recent = first.closed is None or as_of - first.closed < 300
    home = present_home(family)
    penalty = 8 * (first.ending is not Ending.TRANSFERRED) + 8 * (last.closed is not None) + 4 * (not recent)
    penalty += (
        _common_name(child) + _plain(child, known) + 50 * (not home.house) + 6 * (child.twin_of is not None)
    )
    areas = (first.area, last.area)
    return Case(penalty, child.index, plain_question(child, home, as_of), areas)


def twin(family: Family, child: Child, known: list[Known], other: Child, as_of: int) -> Case | None:
    """Return one of twins who are known to the same authorities, if this is one."""
    if not known or not all(k.eligible for k in known) or child.born > as_of - 800:
        return None
    home = present_home(family)
    penalty = _common_name(child) + _plain(child, known) + 8 * (len(known) > 1) + 50 * (not home.house)
    penalty += 4 * (known[-1].record.stay.closed is not None) + 30 * (child.sex != other.sex)
    areas = tuple(k.record.stay.area for k in known)
    return Case(penalty, child.index, plain_question(child, home, as_of), areas, other.given)


def nobody(family: Family, child: Child, as_of: int) -> Case:
    """Return a child whom no authority has ever known."""
    home = present_home(family)
    penalty = (
        _common_name(child)
        + 50 * (not home.house)
        + 20 * (not as_of - 5000 < child.born < as_of - 800)  # neither a baby nor almost grown up
        + 20 * (" " in child.family)
    )
    return Case(penalty, child.index, plain_question(child, home, as_of), ())


def best(cases: list[Case]) -> Case | None:
    """Return the case with the least penalty; of equals, the child numbered first."""
    return min(cases, key=lambda case: (case.penalty, case.child), default=None)


def described(case: Case, codes: tuple[str, ...], names: tuple[str, ...]) -> dict[str, object]:
    """Return a case for the manifest: the question, and the authorities its answer must name."""
    question = {k: v or None for k, v in msgspec.structs.asdict(case.question).items() if k != "upn"}
    expected = [{"code": codes[a], "name": names[a]} for a in case.authorities]
    apart = {"not_to_be_confused_with": case.told_apart_from} if case.told_apart_from else {}
    return {**question, "expected": {"authorities": expected, **apart}}
