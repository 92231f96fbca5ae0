"""The board: where a procedure stands, as pages of a folder that any web server can hand out.

`index.html` has the steps, what keeps each gate shut, holds and the inventory; `partners.html` what each
partner owes; a page for each partner; `ledger.html` every entry, by whom and when. Each is written anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from fingerpost.decommission.attest import SETTLED, Standing, overdue, standings
from fingerpost.decommission.certify import file_name
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.document import (
    Block,
    Document,
    Facts,
    Heading,
    Link,
    Listed,
    Table,
    Warned,
    Words,
    enumerated,
    many,
    minute,
)
from fingerpost.decommission.gates import current, is_open, lacking
from fingerpost.decommission.item import Item
from fingerpost.decommission.plan import APPROVALS, STEPS, Step
from fingerpost.decommission.printed import page
from fingerpost.decommission.state import State
from fingerpost.vault import durable

MOST_REASONS = 5  # of what keeps a gate shut, named one by one
_HOME = Link("Back to the board", "index.html")


def write(chain: Chain, names: Mapping[str, str], at: datetime, out: Path, *, practice: bool) -> list[Path]:
    """Write the board's pages. Return them."""
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, document in pages(chain, names, at).items():
        path = out / name
        durable.replace(path, page(document, practice=practice).encode(), 0o644)
        written.append(path)
    return written


def pages(chain: Chain, names: Mapping[str, str], at: datetime) -> dict[str, Document]:
    """Return the board's pages by the name of their file."""
    state = chain.state
    standing = standings(state, at)
    found = {
        "index.html": _index(state, at), "ledger.html": _ledger(chain),
        "partners.html": _partners(state, names, standing, at),
    }  # fmt: skip
    for partner in state.opened.partners if state.opened else ():
        own = {item: s for (p, item), s in standing.items() if p == partner}
        found[_page_of(partner)] = _partner(state, partner, names.get(partner, partner), own)
    return found


def _page_of(partner: str) -> str:
    return f"partner-{file_name(partner)}.html"


def _index(state: State, at: datetime) -> Document:
    opened = state.opened
    title = f"Closing {opened.procedure}" if opened else "No procedure is open"
    return Document(title, (*_now(state, at), *_steps(state), *_holds(state), *_inventory(state)))


def _now(state: State, at: datetime) -> Iterator[Block]:
    step = current(state)
    if state.holds:
        yield Warned(f"{many(len(state.holds), 'hold')} live: nothing is destroyed.")
    where = (
        f"Step {step} of {len(STEPS)}: {STEPS[step - 1].title}"
        if step <= len(STEPS)
        else "Every gate is open"
    )
    yield Words(f"{where}. As of {minute(at)}.")
    off = state.switched_off
    minute_set = minute(state.opened.switch_off_at) if state.opened else ""
    yield Facts((
        ("Switch-off", f"done, {minute(off.at)}" if off else f"set for {minute_set}"),
        ("Items", f"{len(state.ended):,} of {len(state.copies):,} ended"),
        ("Partners", Link("What partners owe", "partners.html")),
        ("Ledger", Link(many(state.entries, "entry", "entries"), "ledger.html")),
    ))  # fmt: skip


def _steps(state: State) -> Iterator[Block]:
    approved = {step.number: len(state.approvals.get(step.number, ())) for step in STEPS}
    rows = tuple(
        (str(step.number), step.title, _gate(state, step), f"{approved[step.number]} of {APPROVALS}")
        for step in STEPS
    )
    yield Table("The steps and their gates", ("Step", "What", "Gate", "Approved by"), rows)
    step = current(state)
    if step <= len(STEPS) and (reasons := lacking(state, step)):
        yield Heading("What the next gate waits for")
        more = [f"and {len(reasons) - MOST_REASONS:,} more"] if len(reasons) > MOST_REASONS else []
        yield Listed((*reasons[:MOST_REASONS], *more))


def _gate(state: State, step: Step) -> str:
    if is_open(state, step.number):
        return "open"
    if step.number != current(state):
        return "shut"
    reasons = lacking(state, step.number)
    return f"shut: {many(len(reasons), 'thing')} to do" if reasons else "waits for approval"


def _holds(state: State) -> Iterator[Block]:
    yield Heading("Holds")
    if not state.holds:
        yield Words("None is live.")
        return
    rows = tuple((hold.hold, hold.basis) for hold in state.holds.values())
    yield Table("Live holds", ("Hold", "Legal basis"), rows)


def _inventory(state: State) -> Iterator[Block]:
    yield Heading("Inventory")
    rows = tuple(
        (item.id, item.medium.label, item.owner, _known(state, item), _ended(state, item))
        for item in state.items.values()
    )
    if rows:
        yield Table("Every copy", ("Item", "Kind", "Owner", "Known by", "State"), rows)
    else:
        yield Words("Nothing is listed yet.")


def _known(state: State, item: Item) -> str:
    by = [words for words, known in (("its register", state.declared), ("a search", state.discovered))
          if item.id in known]  # fmt: skip
    return enumerated(by)


def _ended(state: State, item: Item) -> str:
    if item.id in state.certificates:
        return "ended, certified"
    if item.id in state.ended:
        return f"ended: {state.ended[item.id].method.label}"
    if item.id in state.under_way:
        return "being ended"
    if explained := state.explained.get(item.id):
        return explained.label
    return "unexplained" if item.id in state.unexplained else "to be ended"


# Partners


def _partners(
    state: State, names: Mapping[str, str], standing: Mapping[tuple[str, str], Standing], at: datetime
) -> Document:
    rows = tuple(
        (Link(names.get(p, p), _page_of(p)), *_counted([s for (q, _), s in standing.items() if q == p]),
         str(state.chased.get(p, 0)))
        for p in (state.opened.partners if state.opened else ())
    )  # fmt: skip
    late = [names.get(p, p) for p in overdue(state, at)]
    blocks: tuple[Block, ...] = (
        Listed((_HOME,)),
        Table("What partners owe", ("Partner", "Settled", "Not yet", "Reminders"), rows, numbers=(1, 2, 3)),
        Heading("Overdue"),
        Listed(tuple(late)) if late else Words("Nobody is overdue."),
    )
    return Document("Partners", blocks)


def _counted(of_one: list[Standing]) -> tuple[str, str]:
    settled = sum(1 for s in of_one if s in SETTLED)
    return str(settled), str(len(of_one) - settled)


def _partner(state: State, partner: str, name: str, own: Mapping[str, Standing]) -> Document:
    rows = tuple((item or "everything else", s.label) for item, s in own.items())
    said = [a for a in state.attested.values() if a.partner == partner]
    stated = tuple(
        (
            a.attestation,
            a.item or "everything else",
            a.searched,
            a.how,
            str(a.found),
            _signer(state, a.attestation),
        )
        for a in said
    )
    asked = state.asked.get(partner)
    blocks: list[Block] = [Listed((Link("Back to partners", "partners.html"),))]
    blocks.append(Words(f"Asked to answer by {minute(asked.due)}." if asked else "Not asked yet."))
    blocks.append(Table("What it owes", ("Item", "How it stands"), rows))
    if stated:
        head = ("Statement", "Item", "Searched", "By method", "Found", "Signed by")
        blocks.append(Table("What it stated", head, stated, numbers=(4,)))
    return Document(name, tuple(blocks))


def _signer(state: State, attestation: str) -> str:
    return state.people[state.signers[attestation]].name


# The ledger


def _ledger(chain: Chain) -> Document:
    kinds = Counter(type(entry.act).__name__ for entry in chain.entries)
    people = chain.state.people
    rows = tuple(
        (str(entry.number), minute(entry.at), _spoken(type(entry.act).__name__), people[entry.by].name,
         line.hash.hex()[:16])
        for entry, line in zip(chain.entries, chain.lines, strict=True)
    )  # fmt: skip
    most = enumerated([f"{_spoken(kind)} ({n:,})" for kind, n in kinds.most_common(3)])
    return Document(
        "The ledger",
        (
            Listed((_HOME,)),
            Words(f"{many(len(rows), 'entry', 'entries')}; most often: {most}."),
            Table("Every entry", ("Entry", "When", "Act", "Signed by", "Hash begins"), rows, numbers=(0,)),
        ),
    )


def _spoken(name: str) -> str:
    """Return an act's name as words: `ItemDeclared` is "item declared"."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
