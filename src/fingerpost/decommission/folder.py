"""A procedure's folder: its ledger, the tool's key, and what the steps leave there.

`ledger.jsonl` has one signed entry a line, durable before anybody is told that it stands. A line that a kill
cut off was acknowledged to nobody: it is taken away. `checkpoint` is the signed head of the tree; it follows
the ledger, so after a kill it may be of an earlier entry until the next one is written.

Several processes may write (a hold arrives while another destroys): each holds the lock for its one entry,
and reads first what the others wrote.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from fingerpost.decommission import people
from fingerpost.decommission.acts.preparing import Opened
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.evidence import AnyAct, Entry, Signed, signed
from fingerpost.decommission.people import Signer
from fingerpost.decommission.state import State
from fingerpost.ledger.note import Note, sign
from fingerpost.vault import durable
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, Misconfigured, Refused

LEDGER, CHECKPOINT, TOOL = "ledger.jsonl", "checkpoint", "tool.key"


class Procedure:
    """One procedure on disk. `clock` gives the moment of each entry."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = now) -> None:
        self.folder = folder
        self.ledger = folder / LEDGER
        self._clock = clock
        self._read = 0  # bytes of the ledger
        self._chain = Chain()

    def create(self) -> Signer:
        """Make the folder and the tool's key, and return the key. A folder with a ledger in it is refused."""
        if self.is_opened:
            raise Refused(f"{self.folder} holds a procedure already")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(Invalid):  # of two who open it at once both go on with one key, and one is refused
            people.new_signer("tool").keep(self.folder / TOOL)
        return self.tool

    @property
    def is_opened(self) -> bool:
        """Tell whether there is a procedure. A kill may have left an empty ledger: that is none."""
        return self.ledger.exists() and bool(self.chain.lines)

    @property
    def tool(self) -> Signer:
        """The tool's key."""
        return people.read(self.folder / TOOL)

    @property
    def chain(self) -> Chain:
        """The ledger as it is now, other processes' entries included."""
        if not self.ledger.exists():
            raise Misconfigured(f"there is no procedure in {self.folder}")
        if self.changed():
            with durable.locked(self.ledger):
                self._catch_up()
        return self._chain

    @property
    def state(self) -> State:
        """The state as it is now."""
        return self.chain.state

    @property
    def opened(self) -> Opened:
        """What was opened."""
        if (found := self.state.opened) is None:
            raise Misconfigured(f"there is no procedure in {self.folder}")
        return found

    @property
    def root(self) -> Path:
        """The folder outside of which nothing is touched."""
        return Path(self.opened.root)

    def moment(self) -> datetime:
        """Return the present moment by this procedure's clock."""
        return self._clock()

    def changed(self) -> bool:
        """Tell, at the price of one `stat`, whether somebody wrote since this was read last."""
        return self.ledger.stat().st_size != self._read

    def may_say(self, act: AnyAct, signer: Signer) -> None:
        """Raise `Refused` where `say` would: asked before what cannot be undone."""
        with durable.locked(self.ledger):
            self._catch_up()
            self._signed(act, signer)

    def say(self, act: AnyAct, signer: Signer) -> Entry:
        """Write an entry, durably. Raise `Refused` with the reason where it may not follow."""
        with durable.locked(self.ledger):
            self._catch_up()
            entry, written = self._signed(act, signer)
            with self.ledger.open("ab") as file:
                file.write(written.line + b"\n")
                file.flush()
                os.fsync(file.fileno())
            durable.flush_folder(self.folder)
            self._catch_up()
            durable.replace(self.folder / CHECKPOINT, str(self._signed_head()).encode(), 0o644)
        return entry

    def _signed(self, act: AnyAct, signer: Signer) -> tuple[Entry, Signed]:
        """Return the next entry with its signature, if it may follow."""
        chain = self._chain
        entry = Entry(number=len(chain.lines), before=chain.head, at=self.moment(), by=signer.id, act=act)
        written = signed(entry, signer)
        if reason := chain.fault(written, entry):
            raise Refused(reason)
        return entry, written

    def checkpoint(self) -> Note:
        """Return the signed head of the tree."""
        _ = self.chain  # as it is now
        return self._signed_head()

    def _signed_head(self) -> Note:
        return sign(self._chain.checkpoint.text, self._chain.log, self.tool.sign)

    def _catch_up(self) -> None:
        """Read what was written since; take away a last line that was cut off. The lock is held."""
        for line in self._whole_lines() if self.ledger.exists() else ():
            self._chain.add(line)
            self._read += len(line) + 1

    def _whole_lines(self) -> Iterator[bytes]:
        with self.ledger.open("r+b") as file:
            file.seek(self._read)
            content = file.read()
            whole = content[: content.rfind(b"\n") + 1]
            if len(whole) < len(content):
                file.truncate(self._read + len(whole))
        yield from whole.splitlines()
