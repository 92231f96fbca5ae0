"""The service's own sunset: without a valid authorisation it answers nobody, leaves, and begins its own end.

The doors ask at every request (`require`): a comparison of moments; the file is read once a minute. A job
looks each minute, warns, and once the last day is over shuts the doors and opens a procedure on the service
itself, in a folder beside it, signed by the key that was left there for this alone. That key approves
nothing: every gate of the procedure still needs its two people.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec

from fingerpost.decommission import authorisation, people
from fingerpost.decommission.acts.preparing import Opened
from fingerpost.decommission.authorisation import Authorisation, Signed, Standing
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.people import Part
from fingerpost.vault import durable
from fingerpost.words.clock import LONDON, today
from fingerpost.words.errors import FingerpostError, Misconfigured, Refused

AUTHORISATIONS, OPERATOR = "authorisations.jsonl", "sunset.key"
OPERATOR_ID = "sunset"
_EVERY = 60.0  # seconds
RECALL = timedelta(days=30)  # until what is left is switched off, for retrieval that a court orders


def ending_of(instance: Path) -> Path:
    """Return the folder of the procedure that ends an instance: outside of what is ended."""
    return instance.with_name(f"{instance.name}-ending")


class Sunset:
    """The authorisation of one instance, and what follows when it is over."""

    def __init__(
        self, path: Path, folder: Path, service: str, now: Callable[[], datetime], *, required: bool = False
    ) -> None:
        self.path = path
        self.warning = ""  # of the last look, while it ends soon
        self._required = required
        self.ending = ending_of(folder)
        self._folder, self._service, self._now = folder, service, now
        self._ends: datetime | None = None  # a moment from which nobody is answered
        self._begins: datetime | None = None
        self._looked: datetime | None = None
        self._told = ""

    @property
    def current(self) -> Authorisation | None:
        """The authorisation that counts, or None. `Misconfigured` where the file is not as it was signed."""
        if not self.path.exists():
            return None
        lines = self._lines()
        if wrong := authorisation.fault(lines, self._service):
            raise Misconfigured(f"{self.path}: {wrong}")
        return lines[-1].read if lines else None

    def _lines(self) -> list[Signed]:
        try:
            return authorisation.read(self.path.read_bytes())
        except msgspec.MsgspecError:
            raise Misconfigured(f"{self.path} is damaged") from None

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        return authorisation.standing(self.current, today(self._now()))

    def add(self, made: Signed) -> Authorisation:
        """Take the first authorisation, or a renewal; `Refused` with the reason where it cannot count."""
        lines = [*(self._lines() if self.path.exists() else ()), made]
        if wrong := authorisation.fault(lines, self._service):
            raise Refused(wrong)
        if self.ending.resolve().is_relative_to(self._root(made.read)):
            raise Refused(f"its end is written down in {self.ending}: that must not stand below the root")
        durable.replace(self.path, b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        self._looked = None
        return made.read

    def _root(self, found: Authorisation) -> Path:
        return Path(found.root or self._folder).resolve()

    def operator(self) -> people.Person:
        """Return who begins the end: a key made here for this alone, to be named in the authorisation."""
        path = self._folder / OPERATOR
        if not path.exists():
            people.new_signer(OPERATOR_ID).keep(path)
        return people.read(path).person("the service itself", "", "", Part.OPERATOR)

    def require(self) -> None:
        """Refuse every use outside of the authorisation, and all use without one where it is `required`."""
        moment = self._now()
        if self._looked is None or moment - self._looked >= timedelta(seconds=_EVERY):
            self._look(moment)
        if self._ends is None and self._required:
            raise Refused(
                "This service has no authorisation. In production it answers nobody until two authorisers"
                " have signed one: see `fingerpost sunset`."
            )
        if self._ends is not None and moment >= self._ends:
            last = today(self._ends - timedelta(seconds=1))
            raise Refused(
                f"This service was authorised until {last:%-d %B %Y}, and nobody renewed it. It answers"
                " nobody and is being ended."
            )
        if self._begins is not None and moment < self._begins:
            raise Refused(f"This service is authorised from {today(self._begins):%-d %B %Y} on.")

    def _look(self, moment: datetime) -> None:
        found = self.current
        self._looked, self.warning = moment, authorisation.warning(found, today(moment))
        if found is not None:  # one that was there and is taken away still holds
            self._begins = _midnight(found.starts)
            self._ends = _midnight(found.until + timedelta(days=1))

    # Each minute

    def run(
        self, stopped: threading.Event, tell: Callable[[str], object],
        failed: Callable[[FingerpostError], object], leave: Callable[[], object],
    ) -> None:  # fmt: skip
        """Look each minute until stopped; warn once a day; when it is over, begin the end and leave."""
        while not stopped.is_set():
            try:
                if self.look(tell):
                    leave()
                    return
            except FingerpostError as error:
                failed(error)
            stopped.wait(_EVERY)

    def look(self, tell: Callable[[str], object]) -> bool:
        """Warn if it ends soon; if it is over, begin the end. Tell whether it is over."""
        found, day = self.current, today(self._now())
        if found and authorisation.standing(found, day) is Standing.OVER:
            where = self.ending if self.begin(found) else "the instance's own process"
            tell(f"the authorisation ended on {found.until}: the doors are shut, the end is begun in {where}")
            return True
        words = authorisation.warning(found, day)
        if words and words != self._told:
            tell(words)
        self._told = words
        return False

    def begin(
        self, found: Authorisation, *, recall: timedelta = RECALL, canaries: int = 500
    ) -> Procedure | None:
        """Open the procedure that ends this service, once. None where the key for it is elsewhere."""
        if not (self._folder / OPERATOR).exists():
            return None
        procedure = Procedure(self.ending, self._now)
        if procedure.ledger.exists() and procedure.state.opened:
            return procedure
        tool = procedure.create().person("the tool", "", "", Part.TOOL)
        opened = Opened(
            procedure=f"{self._service.replace('/', '-')}-sunset", target=found.target,
            root=str(self._root(found)), basis=f"not renewed after {found.until}; {found.basis}",
            switch_off_at=self._now() + recall, canaries=canaries,
            people=(*found.people, tool), partners=found.partners,
        )  # fmt: skip
        procedure.say(opened, people.read(self._folder / OPERATOR))
        return procedure


def _midnight(day: date) -> datetime:
    """Return when a day begins in England, in UTC: moments of one zone compare fast."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
