"""The rules of trails, pure: the life of a link, which records a trail may hold, and how one is followed.

A trail is a connected component over live links. It never holds two records that people set apart: neither a
machine nor a hand may link what would join them, directly or through others (promise 9).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import unique
from heapq import heapify, heappop, heappush
from uuid import UUID

from msgspec import Struct

from fingerpost.words.vocabulary import Band, Labelled

Pair = tuple[UUID, UUID]

PEOPLE = 2  # who must agree before a doubtful link is decided
REVIEW_DAYS = 5  # working days in which they should: until then a child's other team is not told

# Records of one trail. A child may be known in many areas, and be on two books in some; a trail longer than
# this is more often many children behind one bad number: the machine stops and asks people (docs/trails.md).
MOST_BY_MACHINE = 12
MOST_IN_TRAIL = 36  # people may go on to here, and no further: an answer is never a list of a county


@unique
class LinkState(Labelled):
    """Where a link stands."""

    PROPOSED = "proposed", "waits for two people"
    CONFIRMED = "confirmed", "two people agreed that it is one child"
    DISMISSED = "dismissed", "two people agreed that these are two children"
    LINKED = "linked", "linked by the machine"
    BROKEN = "broken", "broken by a person, for good"


@unique
class LinkRule(Labelled):
    """What brought a link to its state."""

    MACHINE = "machine", "the comparison alone"
    PEOPLE = "people", "people decided"
    REMEMBERED = "remembered", "an earlier break of the same two references"


@unique
class BreakReason(Labelled):
    """Why a link was broken. A life that must never be joined is marked instead (`apart.py`)."""

    WRONG_MATCH = "wrong_match", "these are two children"


# The life of a link: what each state may become. The machine moves between proposed and linked when a record
# is corrected, and takes back a link it no longer finds; what a person decided, only a person changes. But it
# asks people anew of what they had confirmed, where a reference means another child since.
LIFE: dict[LinkState, frozenset[LinkState]] = {
    LinkState.PROPOSED: frozenset(
        {LinkState.LINKED, LinkState.CONFIRMED, LinkState.DISMISSED, LinkState.BROKEN}
    ),
    LinkState.LINKED: frozenset({LinkState.PROPOSED, LinkState.BROKEN}),
    LinkState.CONFIRMED: frozenset({LinkState.PROPOSED, LinkState.BROKEN}),
    LinkState.DISMISSED: frozenset(),
    LinkState.BROKEN: frozenset(),
}
LIVE = frozenset({LinkState.LINKED, LinkState.CONFIRMED})
UNDECIDED = frozenset({LinkState.PROPOSED, LinkState.LINKED})
APART = frozenset({LinkState.DISMISSED, LinkState.BROKEN})

STRENGTH = {band: place for place, band in enumerate(Band)}  # 0 is the surest


class Link(Struct, frozen=True, order=True):
    """A stored link, its explanation apart."""

    id: UUID
    record_a: UUID
    record_b: UUID
    band: Band
    state: LinkState

    @property
    def pair(self) -> Pair:
        """The two records, in the order in which they are stored."""
        return self.record_a, self.record_b

    @property
    def sureness(self) -> Band:
        """How sure a step along it is. What two people confirmed is probable: the machine had doubted it."""
        return Band.PROBABLE if self.state is LinkState.CONFIRMED else self.band


class Comparable(Struct, frozen=True):
    """Two records that a comparison found alike, how much, and whether the machine may link them.

    `supported`: it may because of what is known beside their details.
    """

    pair: Pair
    band: Band
    bits: float
    sure: bool
    supported: bool = False


def is_sure(band: Band, *, doubted: bool, one_authority: bool) -> bool:
    """Whether the machine may link, for good: stricter than showing, which ends with one answer.

    Where a field speaks against it (another number, another given name) two people decide. An authority knows
    its own children: two of its references are two children unless that is certain.
    """
    return band is Band.CERTAIN or (band is Band.PROBABLE and not doubted and not one_authority)


class Made(Struct, frozen=True):
    """What the machine makes of comparisons: pairs to link, to propose; and how many it had to refuse."""

    linked: tuple[Comparable, ...]
    proposed: tuple[Comparable, ...]
    refused: int


def ordered(one: UUID, other: UUID) -> Pair:
    """Return a pair in the one way it is written."""
    return (one, other) if one < other else (other, one)


class Groups:
    """Records in trails. `apart` are pairs that no trail may hold both of; of `lives` one at most."""

    def __init__(
        self, links: Iterable[Link], apart: Iterable[Pair], lives: Mapping[UUID, UUID] | None = None
    ) -> None:
        self._lives = lives or {}
        self._group: dict[UUID, set[UUID]] = {}
        self._apart: dict[UUID, set[UUID]] = {}
        for one, other in apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        for link in links:
            self.join(*link.pair)

    def of(self, record: UUID) -> set[UUID]:
        """Return the records of one trail."""
        return self._group.get(record) or {record}

    def together(self, one: UUID, other: UUID) -> bool:
        """Tell whether two records are in one trail."""
        return other in self.of(one)

    def may_join(self, one: UUID, other: UUID) -> bool:
        """Tell whether linking two records would leave apart what must stay apart."""
        ours, theirs = self.of(one), self.of(other)
        if self._lives and len({self._lives.get(record) for record in ours | theirs} - {None}) > 1:
            return False
        return not any(self._apart.get(record, set()) & theirs for record in ours)

    def joined(self, one: UUID, other: UUID) -> int:
        """Return how many records the trail of the two would hold."""
        return len(self.of(one) | self.of(other))

    def join(self, one: UUID, other: UUID) -> None:
        """Make one trail of two."""
        joined = self.of(one) | self.of(other)
        self._group.update(dict.fromkeys(joined, joined))


def grouped(links: Iterable[Link], lives: Mapping[UUID, UUID] | None = None) -> Groups:
    """Return the trails that links make, and what they and `lives` keep apart."""
    known = list(links)
    return Groups((k for k in known if k.state in LIVE), (k.pair for k in known if k.state in APART), lives)


class Before(Struct, frozen=True):
    """How things stood: the trails, and which pairs waited for people: those due anew, and others."""

    groups: Groups
    due: frozenset[Pair]
    waiting: frozenset[Pair]


def make(
    found: Iterable[Comparable], groups: Groups, settled: Mapping[Pair, LinkState], before: Before
) -> Made:
    """Decide what the machine links and what it proposes, the surest first; `groups` grows as it links.

    `settled` pairs stand as people left them. Where linking would join what must stay apart it refuses and
    does not propose: the queue would show people the very pair that is kept from them. What would make a
    trail too long it proposes, however sure; one that people made longer `before` may stay so.
    """
    linked: list[Comparable] = []
    proposed: list[Comparable] = []
    too_long: list[Comparable] = []
    refused = 0
    # Of equals, what stands stays: otherwise a break could move a third record to the other side.
    for pair in sorted(
        found,
        key=lambda f: (not f.sure, STRENGTH[f.band], -f.bits, not before.groups.together(*f.pair), f.pair),
    ):
        if pair.pair in settled:
            continue
        if not groups.may_join(*pair.pair):
            refused += 1
        elif pair.sure and groups.joined(*pair.pair) <= _longest(before.groups, *pair.pair):
            groups.join(*pair.pair)
            linked.append(pair)
        elif pair.sure:
            too_long.append(pair)
        elif not groups.together(*pair.pair):
            proposed.append(pair)
    return Made(tuple(linked), (*proposed, *_one_for_each(too_long, groups, before)), refused)


def _one_for_each(pairs: Iterable[Comparable], groups: Groups, before: Before) -> list[Comparable]:
    """Return one pair between any two trails: a question for people, not one for every two records.

    What waits already is not asked beside another pair of the same two trails.
    """
    asked: dict[Pair, Comparable | None] = {_ends(groups, pair): None for pair in before.waiting}
    for pair in sorted(pairs, key=lambda pair: pair.pair not in before.due):
        if not groups.together(*pair.pair):
            asked.setdefault(_ends(groups, pair.pair), pair)
    return [pair for pair in asked.values() if pair is not None]


def _ends(groups: Groups, pair: Pair) -> Pair:
    """Return what names the two trails of a pair: the first record of each."""
    return ordered(min(groups.of(pair[0])), min(groups.of(pair[1])))


def _longest(before: Groups, one: UUID, other: UUID) -> int:
    """Return how long a trail of these two the machine may make."""
    held = len(before.of(one)) if before.together(one, other) else 0
    return max(MOST_BY_MACHINE, held)


def cut(links: Sequence[Link], one: UUID, other: UUID, weigh: Callable[[Link], float]) -> list[Link]:
    """Return which links to take back so that no way leads from one record to the other: the weakest."""
    live = [link for link in links if link.state in LIVE]
    taken: list[Link] = []
    while (path := follow({one: Band.CERTAIN}, live).get(other)) is not None:
        weakest = min(path.links, key=lambda link: (link.state is LinkState.CONFIRMED, weigh(link), link.id))
        taken.append(weakest)
        live.remove(weakest)
    return taken


class Path(Struct, frozen=True):
    """How a record is reached from one that a question found: how sure the weakest step is, and each step."""

    origin: UUID
    band: Band
    links: tuple[Link, ...]


_Step = tuple[int, int, UUID, UUID, tuple[Link, ...]]  # weakest so far, steps, where, from where, the way


def follow(found: Mapping[UUID, Band], links: Iterable[Link]) -> dict[UUID, Path]:
    """Return the surest path, and of equals the shortest, to every record of the trails of `found`."""
    near = _neighbours(links)
    best: dict[UUID, Path] = {}
    bands = list(Band)
    waiting: list[_Step] = [(STRENGTH[band], 0, record, record, ()) for record, band in found.items()]
    heapify(waiting)
    while waiting:
        strength, steps, record, origin, way = heappop(waiting)
        if record in best:
            continue
        best[record] = Path(origin, bands[strength], way)
        for link, other in near.get(record, ()):
            weaker = max(strength, STRENGTH[link.sureness])
            heappush(waiting, (weaker, steps + 1, other, origin, (*way, link)))
    return best


def _neighbours(links: Iterable[Link]) -> dict[UUID, list[tuple[Link, UUID]]]:
    near: dict[UUID, list[tuple[Link, UUID]]] = {}
    for link in links:
        if link.state in LIVE:
            near.setdefault(link.record_a, []).append((link, link.record_b))
            near.setdefault(link.record_b, []).append((link, link.record_a))
    return near


def verdict(said: Mapping[UUID, bool]) -> LinkState:
    """Return where a proposed link stands: decided once two people agree and nobody says otherwise."""
    if len(said) < PEOPLE or len(set(said.values())) > 1:
        return LinkState.PROPOSED
    return LinkState.CONFIRMED if all(said.values()) else LinkState.DISMISSED


def diagram() -> str:
    """Return the life of a link as Mermaid draws it; docs/trails.md shows it and a test compares."""
    lines = [f"    {state} --> {later}" for state in LIFE for later in LinkState if later in LIFE[state]]
    words = [f"    {state} : {state} ({state.label})" for state in LinkState]
    return "\n".join(["stateDiagram-v2", *words, "    [*] --> linked", "    [*] --> proposed", *lines])
