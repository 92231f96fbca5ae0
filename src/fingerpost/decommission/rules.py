"""Whether an entry may follow, pure: the same rules for the tool, for going on after a crash, and for
verifying.

`refusal` returns the reason in words, or '' where the entry may follow. Order: is it well-formed and from
somebody who may say it, is it its turn, and does what it says fit what is known.
"""

from collections.abc import Callable
from datetime import datetime

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Explanation
from fingerpost.decommission.audit import sample
from fingerpost.decommission.evidence import Entry, spoken
from fingerpost.decommission.gates import current, is_open, lacking
from fingerpost.decommission.item import Item, Medium, Method
from fingerpost.decommission.people import Part, Person
from fingerpost.decommission.plan import APPROVALS, AT_ANY_TIME, BY, STEP_OF, STEPS, WITNESSES
from fingerpost.decommission.state import State
from fingerpost.ledger.note import is_name


def refusal(state: State, entry: Entry) -> str:
    """Return why an entry may not follow, '' if it may. Its signature is looked at elsewhere."""
    act = entry.act
    if isinstance(act, e.Opened):
        return _opening(state, act, entry.by)
    if state.opened is None:
        return "the procedure is not opened"
    if state.closed:
        return "the procedure is closed"
    if state.last_at is not None and entry.at < state.last_at:
        return "the clock ran backwards since the last entry"
    if not _may_say(state, act, entry.by):
        return f"{entry.by} is not one who {BY[type(act)].label}"
    return _turn(state, act) or _content(state, act, entry)


def _may_say(state: State, act: Act, by: str) -> bool:
    """Tell whether somebody has the part that an act asks. A hold is placed by anybody who takes part."""
    if isinstance(act, e.HoldPlaced):
        return by in state.people and bool(state.people[by].parts)
    return state.has(by, BY[type(act)])


def _opening(state: State, act: e.Opened, by: str) -> str:
    if state.opened is not None:
        return "the procedure is opened already"
    return _opened(act) or _founders(act.people, by)


def _opened(act: e.Opened) -> str:
    if not is_name(act.procedure) or not act.basis.strip() or not act.target:
        return "a procedure needs a name of one word, a target and a legal basis"
    if act.canaries < 1 or act.sample < 1:
        return "without canaries and a sample, nothing could be proved"
    return ""


def _founders(people: tuple[Person, ...], by: str) -> str:
    ids = {person.id for person in people}
    keys = {person.verifier.key for person in people if person.verifier}
    if not len(ids) == len(keys) == len(people):
        return "each person needs an id and a key of their own"
    if [p.parts for p in people if Part.TOOL in p.parts] != [(Part.TOOL,)]:
        return "the tool has a key of its own, and no other part"
    if sum(Part.APPROVER in person.parts for person in people) < APPROVALS:
        return "every gate needs two approvers"
    if not any(p.id == by and Part.OPERATOR in p.parts for p in people):
        return f"{by} is not one who {Part.OPERATOR.label}"
    return ""


def _turn(state: State, act: Act) -> str:
    """Refuse what is not of the step that is open now. A hold is named before all else."""
    step = STEP_OF.get(type(act))
    if step is None or type(act) in AT_ANY_TIME:
        return ""
    if isinstance(act, e.Destroyed | e.DestructionStopped):
        return ""  # whatever was begun is told, also when a hold or a stray has come meanwhile
    if isinstance(act, e.DestructionBegan) and state.holds:
        return f"hold {next(iter(state.holds))} is live: nothing is destroyed"
    now = current(state)
    if step == now:
        return ""
    if step < now:
        return f"step {step} is done and approved"
    reasons = lacking(state, now)
    reason = reasons[0] if reasons else "it waits for approval"
    return f"step {now} ({STEPS[now - 1].title.lower()}) comes first: {reason}"


def _content(state: State, act: Act, entry: Entry) -> str:
    rule = _RULES.get(type(act))
    return rule(state, act, entry) if rule else ""


# Who takes part


def _admitted(state: State, act: e.PersonAdmitted, _: Entry) -> str:
    return _newcomer(state, act.person)


def _newcomer(state: State, person: Person) -> str:
    if person.id in state.people or person.verifier is None:
        return "a new person needs an id of their own and a key under it"
    if any(p.verifier and p.verifier.key == person.verifier.key for p in state.people.values()):
        return "that key is somebody else's already"
    return "the tool is there already" if Part.TOOL in person.parts else ""


def _seconded(state: State, act: e.PersonSeconded, entry: Entry) -> str:
    if act.person not in state.pending:
        return "nobody of that id waits for a second word"
    return "the second word is another approver's" if state.pending[act.person] == entry.by else ""


def _left(state: State, act: e.PersonLeft, _: Entry) -> str:
    if act.person not in state.people or Part.TOOL in state.people[act.person].parts:
        return "there is nobody of that id"
    approvers = [p for p in state.people if p != act.person and state.has(p, Part.APPROVER)]
    return "" if len(approvers) >= APPROVALS else "two approvers have to remain"


def _approved(state: State, act: e.Approved, entry: Entry) -> str:
    if act.step != current(state):
        return f"the gate that is next is of step {current(state)}"
    if reasons := lacking(state, act.step):
        return reasons[0]
    return "a gate needs two different people" if entry.by in state.approvals.get(act.step, ()) else ""


# 1 to 5


def _duty(_: State, act: e.DutyMet, __: Entry) -> str:
    return "" if act.outstanding >= 0 and act.how.strip() else "say how many, and how they were looked for"


def _hold(state: State, act: e.HoldPlaced, _: Entry) -> str:
    if act.hold in state.holds or act.hold in state.ended_holds or not act.hold:
        return "a hold needs a reference of its own: that one was given before"
    return "" if act.basis.strip() else "a hold needs its legal basis"


def _hold_ended(state: State, act: e.HoldEnded, _: Entry) -> str:
    return "" if act.hold in state.holds and act.basis.strip() else "no such hold is live, or its basis lacks"


def _planted(state: State, act: e.CanariesPlanted, _: Entry) -> str:
    same = state.commitment in {"", act.commitment}
    return "" if same else "canaries are the same in every place"


def _explained(state: State, act: e.ItemExplained, _: Entry) -> str:
    if act.item not in state.items:
        return f"item {act.item} is not in the inventory"
    if (
        state.target is not None
        and state.target.id == act.item
        and act.explanation is not Explanation.ADOPTED
    ):
        return "the target is what is to be ended: it cannot be explained away"
    return "" if act.how.strip() else "an explanation needs words"


def _frozen(state: State, act: e.Frozen, _: Entry) -> str:
    if state.frozen is not None:
        return "the target is frozen already"
    return _is_target(state, act.store)


def _broken(state: State, act: e.FreezeBroken, _: Entry) -> str:
    if state.frozen is None or state.frozen.root == act.root:
        return "the target is not frozen, or is as it was"
    return _is_target(state, act.store)


def _is_target(state: State, store: str) -> str:
    return "" if state.target is not None and state.target.id == store else f"item {store} is not the target"


def _of_frozen(state: State, _: Act, __: Entry) -> str:
    return "" if state.frozen is not None else "the target is not frozen"


def _listed(state: State, act: e.ScanListMade, entry: Entry) -> str:
    words = "" if act.seed == entry.before else "who is sampled is drawn by the hash of the line before"
    return _of_frozen(state, act, entry) or words


def _sealed(state: State, act: e.MinimumSealed, entry: Entry) -> str:
    return _of_frozen(state, act, entry) or ("" if act.until > entry.at else "what is kept needs an end")


def _minute(state: State, act: e.SwitchOffBegan | e.SwitchedOff, entry: Entry) -> str:
    at = state.opened.switch_off_at if state.opened else entry.at
    moment: datetime = act.at if isinstance(act, e.SwitchedOff) else entry.at
    if moment < at:
        return f"the set minute is {at:%d %B %Y %H:%M %Z}"
    if isinstance(act, e.SwitchedOff):
        return "" if state.switching_off else "the switch-off has not begun"
    return ""


def _no_access(state: State, _: Act, __: Entry) -> str:
    return "" if state.switched_off is not None else "the target is not switched off"


# 6


def _asked(state: State, act: e.PartnerAsked, _: Entry) -> str:
    if state.opened is None or act.partner not in state.opened.partners:
        return f"{act.partner} is not a partner of this procedure"
    unknown = set(act.items) - state.items.keys()
    return f"item {min(unknown)} is not in the inventory" if unknown else ""


def _chased(state: State, act: e.PartnerChased, _: Entry) -> str:
    fits = act.partner in state.asked and act.time == state.chased.get(act.partner, 0) + 1
    return "" if fits else f"{act.partner} was not asked, or was reminded already"


def _attested(state: State, act: e.Attested, entry: Entry) -> str:
    if state.people[entry.by].employer != act.partner:
        return f"{entry.by} does not speak for {act.partner}"
    if act.partner not in state.asked:
        return f"{act.partner} was not asked"
    if act.attestation in state.signers or not act.attestation:
        return "an attestation needs a reference of its own: that one was given before"
    if act.item != ELSEWHERE and act.item not in state.items:
        return f"item {act.item} is not in the inventory"
    said = act.searched.strip() and act.how.strip() and act.found >= 0
    return "" if said else "an attestation says what was searched, how, and how many were found"


def _handed_in(state: State, _: e.HandedIn, entry: Entry) -> str:
    return refusal(state, spoken(entry))


def _withdrawn(state: State, act: e.AttestationWithdrawn, entry: Entry) -> str:
    if act.attestation not in state.attested:
        return "no such attestation stands"
    mine = state.signers[act.attestation] == entry.by
    return "" if mine else "an attestation is withdrawn by whoever signed it"


def _drawn(state: State, act: e.AuditDrawn, entry: Entry) -> str:
    fits = act.seed == entry.before and act.attestations == sample(tuple(state.attested), entry.before)
    return "" if fits else "what is audited is drawn by the hash of the line before, and by nobody"


def _audited(state: State, act: e.Audited, entry: Entry) -> str:
    if act.attestation not in state.drawn:
        return "that attestation was not drawn"
    own = state.people[entry.by].employer == state.people[state.signers[act.attestation]].employer
    return "nobody audits their own employer" if own else ""


# 7 and 8


def _began(state: State, act: e.DestructionBegan, _: Entry) -> str:
    item = state.copies.get(act.item)
    if item is None:
        return f"item {act.item} is not in the inventory"
    if act.item in state.ended or act.item in state.under_way:
        return f"item {act.item} is ended, or being ended, already"
    return _may_be_ended(state, act, item)


def _may_be_ended(state: State, act: e.DestructionBegan, item: Item) -> str:
    if item.medium is Medium.DATABASE and item != state.target and not state.by_hand(item):
        return "one database of a server is ended as the target of a procedure, or by hand"
    if act.serial != item.serial:
        return f"the serial of item {act.item} is another in the inventory"
    if act.method is Method.CRYPTOGRAPHIC_ERASE:
        alive = [key for key in item.keys if (item.id, key) not in state.keys_ended]
        if not item.always_encrypted or not item.keys or alive:
            return "its key is no end for what was not always encrypted, or while a copy of the key is left"
    if state.by_hand(item) or act.method is Method.DESTROY:
        present = [w for w in set(act.witnesses) if state.has(w, Part.WITNESS)]
        return "" if len(present) >= WITNESSES else "what is ended by hand needs two witnesses"
    return ""


def _key(state: State, act: e.KeyEnded, _: Entry) -> str:
    item = state.copies.get(act.item)
    return "" if item is not None and act.key in item.keys else "no such key of such an item is listed"


def _stopped(state: State, act: e.DestructionStopped, _: Entry) -> str:
    return "" if act.item in state.under_way else f"the destruction of item {act.item} is not under way"


def _destroyed(state: State, act: e.Destroyed, _: Entry) -> str:
    began = state.under_way.get(act.ended.item)
    if began is None:
        return f"nobody said that the destruction of item {act.ended.item} began"
    return "" if began.method is act.ended.method else "it was to be ended by another method"


def _witnessed(state: State, act: e.Witnessed, entry: Entry) -> str:
    began = state.began.get(act.item)
    if began is None or entry.by not in began.witnesses:
        return f"{entry.by} was not named to stand by"
    if act.item not in state.ended:
        return f"item {act.item} is not ended yet: nobody saw it"
    return "" if act.serial == began.serial else "the serial is another than the inventory's"


def _list_destroyed(state: State, act: e.ScanListDestroyed, _: Entry) -> str:
    if state.scan_list is None or state.scan_list.digest != act.digest:
        return "that is not the scan list"
    done = state.twin is not None and state.scanned is not None
    clean = done and not (state.scanned and (state.scanned.hits or state.scanned.unread))
    return "" if clean else "the scan list is still needed"


# 9 to 11


def _certified(state: State, act: e.Certified, entry: Entry) -> str:
    if act.item not in state.ended:
        return f"item {act.item} is not ended"
    return "" if state.doers[act.item] == entry.by else "a certificate is signed by whoever did it"


def _verified(state: State, act: e.CertificateVerified, entry: Entry) -> str:
    if state.certificates.get(act.item) != act.certificate:
        return "that is not the certificate of the item"
    before = state.verifiers.get(act.item, ())
    if entry.by in {state.certifiers[act.item], *before}:
        return "doer, verifier and validator are three people"
    employer = state.people[state.certifiers[act.item]].employer
    same = not before and state.people[entry.by].employer == employer
    return "the verifier has another employer than the doer" if same else ""


def _confirmed(state: State, act: e.MinimumConfirmed, _: Entry) -> str:
    same = state.minimum is not None and state.minimum.digest == act.digest
    return "" if same else "that is not what was sealed"


def _closed(state: State, _: e.Closed, __: Entry) -> str:
    shut = [step for step in STEPS if not is_open(state, step.number)]
    return f"step {shut[0].number} ({shut[0].title.lower()}) is not complete" if shut else ""


_RULES: dict[type[Act], Callable[..., str]] = {
    e.PersonAdmitted: _admitted, e.PersonSeconded: _seconded, e.PersonLeft: _left, e.Approved: _approved,
    e.DutyMet: _duty, e.HoldPlaced: _hold, e.HoldEnded: _hold_ended, e.CanariesPlanted: _planted,
    e.ItemExplained: _explained, e.Frozen: _frozen, e.FreezeBroken: _broken, e.ScanListMade: _listed,
    e.InvestmentKept: _of_frozen, e.MinimumSealed: _sealed, e.SwitchOffBegan: _minute,
    e.SwitchedOff: _minute, e.NoAccessProved: _no_access, e.PartnerAsked: _asked, e.PartnerChased: _chased,
    e.Attested: _attested, e.AttestationWithdrawn: _withdrawn, e.HandedIn: _handed_in,
    e.AuditDrawn: _drawn, e.Audited: _audited,
    e.KeyEnded: _key, e.DestructionBegan: _began, e.DestructionStopped: _stopped, e.Destroyed: _destroyed,
    e.Witnessed: _witnessed, e.ScanListDestroyed: _list_destroyed, e.Certified: _certified,
    e.CertificateVerified: _verified, e.MinimumConfirmed: _confirmed, e.Closed: _closed,
}  # fmt: skip
