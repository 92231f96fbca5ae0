"""Partners: what each is asked to state, who is chased, who is overdue, and what is looked at again on site.

A partner owes one attestation for each item of its own and one for everything else: `searched X by method Y,
found 0`. What may be said, and what keeps the gate shut, is with `rules` and `gates`; here it is asked for.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from secrets import token_hex

import msgspec

from fingerpost.decommission.acts.attesting import (
    ELSEWHERE,
    Attested,
    AuditDrawn,
    HandedIn,
    OverduePublished,
    PartnerAsked,
    PartnerChased,
)
from fingerpost.decommission.audit import sample
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.letters import Letter, letter, overdue_list
from fingerpost.decommission.people import Signer
from fingerpost.decommission.printed import page, text
from fingerpost.decommission.state import State
from fingerpost.vault import durable
from fingerpost.words.clock import LONDON
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

DAYS_TO_ANSWER = 28
CHASED_AFTER = (-7, 1, 8, 15)  # days from when the answer is due: a reminder, then three that it is late


class Standing(Labelled):
    """How one thing that a partner owes stands."""

    NOT_ASKED = "not_asked", "not asked yet"
    AWAITED = "awaited", "awaited"
    OVERDUE = "overdue", "overdue"
    FOUND = "found", "copies found, not handed over"
    DISAGREE = "disagree", "statements disagree: one has to be withdrawn by who signed it"
    AUDIT = "audit", "found wrong on site"
    SURRENDERED = "surrendered", "handed over, to be ended"
    DONE = "done", "searched, found 0"


SETTLED = frozenset({Standing.DONE, Standing.SURRENDERED})


def owed(state: State, partner: str) -> tuple[str, ...]:
    """Return what a partner has to attest: its items, and everything else."""
    return (*state.items_of(partner), ELSEWHERE)


def standing(state: State, partner: str, item: str, at: datetime) -> Standing:
    """Return how one thing that a partner owes stands at a moment."""
    said = [a for a in state.attested.values() if (a.partner, a.item) == (partner, item)]
    if not said:
        return _unsaid(state.asked.get(partner), at)
    if any(state.audited.get(a.attestation) is False for a in said):
        return Standing.AUDIT
    if len({(a.found, a.surrendered) for a in said}) > 1:
        return Standing.DISAGREE
    if said[0].found == 0:
        return Standing.DONE
    return Standing.SURRENDERED if said[0].surrendered and item != ELSEWHERE else Standing.FOUND


def _unsaid(asked: PartnerAsked | None, at: datetime) -> Standing:
    if asked is None:
        return Standing.NOT_ASKED
    return Standing.OVERDUE if at > asked.due else Standing.AWAITED


def standings(state: State, at: datetime) -> dict[tuple[str, str], Standing]:
    """Return how everything stands that any partner owes."""
    partners = state.opened.partners if state.opened else ()
    return {(p, item): standing(state, p, item, at) for p in partners for item in owed(state, p)}


def overdue(state: State, at: datetime) -> tuple[str, ...]:
    """Return the partners with something overdue: the public list."""
    return tuple(dict.fromkeys(p for (p, _), s in standings(state, at).items() if s is Standing.OVERDUE))


def owing(state: State, at: datetime) -> tuple[str, ...]:
    """Return the partners who were asked and with whom not everything is settled."""
    open_ = (p for (p, _), s in standings(state, at).items() if s not in SETTLED and p in state.asked)
    return tuple(dict.fromkeys(open_))


class Post:
    """What one officer sends to partners and publishes, into one folder. `names`: of partners, by code."""

    def __init__(self, procedure: Procedure, officer: Signer, names: Mapping[str, str], out: Path) -> None:
        self._procedure, self._officer, self._names, self._out = procedure, officer, names, out

    def ask(self, about: Letter) -> tuple[str, ...]:
        """Write the letter to each partner who has none yet, and note that it was asked. Return whom."""
        left = tuple(p for p in self._procedure.opened.partners if p not in self._procedure.state.asked)
        due = datetime.combine(about.due, time(23, 59), LONDON)
        for partner in left:
            items, digest = self._procedure.state.items_of(partner), self._letter(about, partner)
            said = PartnerAsked(partner=partner, items=items, due=due, letter=digest)
            self._procedure.say(said, self._officer)
        return left

    def chase(self, about: Letter, at: datetime) -> tuple[str, ...]:
        """Write to everybody whose next reminder has come. Return whom."""
        state = self._procedure.state
        owing_now = owing(state, at)
        chased = tuple(p for p in owing_now if state.chased.get(p, 0) < _reminders(state.asked[p].due, at))
        for partner in chased:
            place = state.chased.get(partner, 0) + 1
            due = state.asked[partner].due.astimezone(LONDON).date()
            digest = self._letter(about.chasing(place, due), partner)
            self._procedure.say(PartnerChased(partner=partner, time=place, letter=digest), self._officer)
        return chased

    def publish_overdue(self, at: datetime) -> tuple[str, ...]:
        """Write the public list of who is overdue, and note that it was published."""
        late = overdue(self._procedure.state, at)
        names = [self._names.get(p, p) for p in late]
        document = overdue_list(names, at, len(self._procedure.opened.partners))
        durable.replace(self._out / "overdue.html", page(document).encode(), 0o644)
        self._procedure.say(OverduePublished(partners=late), self._officer)
        return late

    def _letter(self, about: Letter, partner: str) -> str:
        """Write a letter as text and as a page. Return the SHA-256 of the text."""
        state = self._procedure.state
        items = (state.items[item] for item in state.items_of(partner))
        own = [(item.id, item.where, item.serial) for item in items]
        document = letter(about, partner, self._names.get(partner, partner), own)
        name, content = f"{partner}-{about.chaser}", text(document).encode()
        durable.replace(self._out / f"{name}.txt", content, 0o644)
        durable.replace(self._out / f"{name}.html", page(document).encode(), 0o644)
        return hashlib.sha256(content).hexdigest()


def _reminders(due: datetime, at: datetime) -> int:
    """Return how many reminders a partner should have had by now."""
    return sum(1 for days in CHASED_AFTER if at >= due + timedelta(days=days))


def attest(
    procedure: Procedure, signer: Signer, item: str, *, searched: str, how: str, found: int,
    surrendered: bool = False,
) -> str:  # fmt: skip
    """State what a partner's person searched, how, and what was found. Return the attestation's reference."""
    people = procedure.state.people
    partner = people[signer.id].employer if signer.id in people else ""
    said = statement(signer, partner, item, searched=searched, how=how, found=found, surrendered=surrendered)
    procedure.say(said, signer)
    return said.attestation


def statement(
    signer: Signer, partner: str, item: str, *, searched: str, how: str, found: int, surrendered: bool = False
) -> Attested:
    """Return what a partner's person states, under a reference that no other has."""
    return Attested(
        attestation=f"{signer.id}-{token_hex(4)}", partner=partner, item=item, searched=searched, how=how,
        found=found, surrendered=surrendered,
    )  # fmt: skip


def hand_in(procedure: Procedure, content: bytes, operator: Signer) -> str:
    """Take a statement that was signed elsewhere, once. Return its reference."""
    try:
        act = msgspec.json.decode(content, type=HandedIn)
    except msgspec.MsgspecError as error:
        raise Invalid(Problem("file", f"holds no signed statement: {error}")) from None
    procedure.say(act, operator)
    return act.said.attestation


def draw(procedure: Procedure) -> tuple[str, ...]:
    """Draw what an auditor looks at on site: by a seed that nobody chose, and the rules know too."""
    seed = procedure.chain.head
    drawn = sample(tuple(procedure.state.attested), seed)
    procedure.say(AuditDrawn(attestations=drawn, seed=seed), procedure.tool)
    return drawn
