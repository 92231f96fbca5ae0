"""What each gate still lacks, pure. A gate opens once it lacks nothing and two approvers said so since."""

from collections.abc import Callable, Iterator

from fingerpost.decommission.acts.attesting import ELSEWHERE, Attested
from fingerpost.decommission.acts.preparing import Duty, Place, Search
from fingerpost.decommission.audit import wanted
from fingerpost.decommission.item import Item, Method
from fingerpost.decommission.plan import APPROVALS, STEPS, WITNESSES
from fingerpost.decommission.state import State

Missing = Iterator[str]


def lacking(state: State, step: int) -> list[str]:
    """Return, in words, what keeps the gate of a step shut. The approvals are not counted here."""
    return list(_LACKS[step](state))


def is_open(state: State, step: int) -> bool:
    """Tell whether a step is complete and was approved by two people since."""
    return len(state.approvals.get(step, ())) >= APPROVALS and not any(_LACKS[step](state))


def current(state: State) -> int:
    """Return the first step whose gate is shut; one more than the last when all are open."""
    return next((step.number for step in STEPS if not is_open(state, step.number)), len(STEPS) + 1)


def comes_next(state: State) -> str:
    """Return, in a sentence, what has to be done next."""
    if state.closed:
        return _after(state)
    step = current(state)
    if step > len(STEPS):
        return "Every gate is open. Next: `close` it."
    if reasons := lacking(state, step):
        more = f", and {len(reasons) - 1:,} more (`status`)" if len(reasons) > 1 else ""
        return f"Next, in step {step} ({STEPS[step - 1].title.lower()}): {reasons[0]}{more}."
    left = APPROVALS - len(state.approvals.get(step, ()))
    return (
        f"Next: {'another approver says' if left == 1 else f'{left} approvers say'} `approve FOLDER {step}`."
    )


def _after(state: State) -> str:
    kept = f" What is kept ends on {state.minimum.until:%-d %B %Y} (`end-minimum`)." if state.minimum else ""
    return f"Nothing more is said in it; `publish` hands out what rests on all of it.{kept}"


def _basis(state: State) -> Missing:
    for duty in Duty:
        outstanding = state.duties.get(duty)
        if outstanding is None:
            yield f"nobody has said how many are open: {duty.label}"
        elif outstanding:
            yield f"open and neither met nor held: {duty.label} ({outstanding})"
    for hold in state.holds:
        yield f"hold {hold} is live"


def _canaries(state: State) -> Missing:
    asked = state.opened.canaries if state.opened else 1
    for place in Place:
        if state.planted.get(place, 0) < asked:
            yield f"fewer than {asked} canaries are planted in {place.label}"


def _inventory(state: State) -> Missing:
    for search in Search:
        if search not in state.searched:
            yield f"not searched yet: {search.label}"
    if state.target is None:
        yield "the target is not in the inventory"
    for item in state.unexplained:
        yield f"item {item} is unexplained"


def _freeze(state: State) -> Missing:
    if not state.feeds_stopped:
        yield "feeds are not stopped"
    if state.frozen is None:
        yield "the target is not frozen"
    if state.scan_list is None:
        yield "the scan list is not made"
    if state.investment is None:
        yield "what holds no child is not carried over"
    if state.minimum is None:
        yield "who looked is not sealed"


def _switch_off(state: State) -> Missing:
    off, proof = state.switched_off, state.no_access
    if off is None:
        yield "the target is not switched off"
        return
    if state.frozen is None or off.root != state.frozen.root:
        yield "the target was not as it was frozen when it was switched off"
    if proof is None or proof.since > off.at:
        yield "it is not proved that nobody was let in since"
    elif proof.let_in:
        yield f"somebody was let in since ({proof.let_in})"


def _partners(state: State) -> Missing:
    said: dict[tuple[str, str], list[Attested]] = {}
    for attested in state.attested.values():
        said.setdefault((attested.partner, attested.item), []).append(attested)
    for partner in state.opened.partners if state.opened else ():
        if partner not in state.asked:
            yield f"{partner} was not asked"
        for item in (*state.items_of(partner), ELSEWHERE):
            yield from _attestation(state, partner, item, said.get((partner, item), []))
    for one, other in state.disagreeing():
        yield f"attestations {one.attestation} and {other.attestation} disagree"
    sound = [a for a in state.drawn if state.audited.get(a)]
    if len(sound) < wanted(len(state.attested)):
        yield "fewer than one attestation in twenty was looked at on site and found right"
    for attestation, agreed in state.audited.items():
        if not agreed and attestation in state.attested:
            yield f"attestation {attestation} was found wrong on site"


def _attestation(state: State, partner: str, item: str, said: list[Attested]) -> Missing:
    about = f"item {item}" if item else "everything else"
    if not said:
        yield f"{partner} has not attested {about}"
    for attested in said:
        if not _settles(state, attested):
            yield f"{partner} found {attested.found} at {about}"


def _settles(state: State, attested: Attested) -> bool:
    """Tell whether an attestation leaves nothing behind: nothing found, or what was found is ended here."""
    return attested.found == 0 or (attested.surrendered and attested.item in state.copies)


def _destruction(state: State) -> Missing:
    for item in state.copies.values():
        if item.id not in state.ended:
            yield f"item {item.id} is not ended"
        elif _needs_witnesses(state, item) and len(state.witnessed.get(item.id, ())) < WITNESSES:
            yield f"item {item.id} was not seen ended by {WITNESSES} witnesses"


def _needs_witnesses(state: State, item: Item) -> bool:
    return state.by_hand(item) or state.ended[item.id].method is Method.DESTROY


def _scan(state: State) -> Missing:
    if state.twin is None:
        yield "no twin was scanned"
    elif state.twin.found < state.twin.planted or not state.twin.planted:
        yield f"on the twin {state.twin.found} of {state.twin.planted} were found"
    if state.scanned is None:
        yield "what is left was not scanned since the last destruction"
    elif state.scanned.hits or state.scanned.unread:
        yield f"the scan met {state.scanned.hits} and could not read {state.scanned.unread} files"
    elif not state.list_destroyed:
        yield "the scan list is not destroyed"


def _certificates(state: State) -> Missing:
    for item in state.copies:
        if item not in state.certificates:
            yield f"item {item} has no certificate"
        elif len(state.verifiers.get(item, ())) < 2:
            yield f"the certificate of item {item} is not verified and validated"


def _summary(state: State) -> Missing:
    if state.summary is None:
        yield "the summary is not published"


def _minimum(state: State) -> Missing:
    if not state.minimum_confirmed:
        yield "what is kept was not looked at"


_LACKS: dict[int, Callable[[State], Missing]] = {
    1: _basis, 2: _canaries, 3: _inventory, 4: _freeze, 5: _switch_off, 6: _partners, 7: _destruction,
    8: _scan, 9: _certificates, 10: _summary, 11: _minimum,
}  # fmt: skip
