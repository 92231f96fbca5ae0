"""Forms as data: which fields, in which words. One template draws them; every fault is told at once.

A form is done once: sent twice, by a double click or from an older page, it shows what it did the first time.
Altered before it is sent again, it is another.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Literal, TypeVar
from uuid import UUID, uuid5

from flask import Response, request
from msgspec import Struct

from fingerpost.web import drafts, opened
from fingerpost.web.drafts import Draft
from fingerpost.web.look.written import on_the_page, worded, written_day
from fingerpost.web.opened import Opened
from fingerpost.web.pages import LONGEST_TYPED, go, page, sentence
from fingerpost.web.route import Visit
from fingerpost.web.turns import take
from fingerpost.words import checks
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused
from fingerpost.words.vocabulary import Labelled

Typed = dict[str, str] | None  # what a form held when it was sent; None: it is drawn for the first time
Value = TypeVar("Value")
Member = TypeVar("Member", bound=Labelled)


class Field(Struct, frozen=True):
    """One field. `choices` are (value, words), of a `list` too many to see at once; a `tick` is one box."""

    name: str
    label: str
    hint: str = ""
    kind: Literal["text", "lines", "choice", "list", "tick", "hidden"] = "text"
    choices: tuple[tuple[str, str], ...] = ()
    width: str = ""
    longest: int = 200


class Form(Struct, frozen=True, kw_only=True):
    """One form: where it is sent, with which fields, and what its button says."""

    heading: str
    address: str
    fields: tuple[Field, ...]
    button: str
    intro: tuple[str, ...] = ()
    back: tuple[str, str] = ("/work", "My work")
    warns: bool = False

    def draw(self, visit: Visit, typed: Typed = None) -> Response:
        """Draw the form as it was last sent; before that as `typed`, by us or before a sign-in."""

        def draw(form: UUID, draft: Draft) -> Response:
            return page(
                visit, "form_page.html", HTTPStatus(draft.status), form=self,
                typed={**draft.typed, "once": str(form)}, problems=draft.problems,
            )  # fmt: skip

        return drafts.drawn(visit, typed or {}, draw)


def choices_of(members: Iterable[Labelled]) -> tuple[tuple[str, str], ...]:
    """Return members of a closed set as choices."""
    return tuple((member.value, sentence(member.label)) for member in members)


class Written:
    """What was typed into a form, and what is wrong with it."""

    def __init__(self, visit: Visit, form: Form) -> None:
        self._visit, self._form = visit, form
        self._fields = {field.name: field for field in form.fields}
        self.problems: list[Problem] = []
        self.typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in self._fields}
        self._once = drafts.sent_number()

    def text(self, name: str, *, needed: bool = True) -> str:
        """Return a text, trimmed; of several lines, one."""
        longest = self._fields[name].longest
        read = self.read(name, lambda text: checks.text(text.replace("\r\n", " "), name, longest), needed)
        return read or ""

    def read(self, name: str, reader: Callable[[str], Value], needed: bool = True) -> Value | None:
        """Return what `reader` makes of a field; None, with the fault noted, where it cannot."""
        field, text = self._fields[name], self.typed[name]
        if not text.strip():
            if needed:
                ask = {"choice": "Select", "tick": "Tick to confirm:"}.get(field.kind, "Enter")
                self.wrong(name, f"{ask} {_asked_for(field)}")
            return None
        try:
            return reader(text)
        except Invalid as invalid:
            self.wrong(name, f"{field.label} {worded(invalid.problems[0].detail)}")
            return None

    def day(self, name: str, reader: Callable[..., Any] = checks.day, *, needed: bool = True) -> Any:
        """Return a date, written as people write it."""
        day = today(self._visit.service.now())
        given = (day,) if reader is checks.past_day else ()
        return self.read(name, lambda text: reader(written_day(text, day), name, *given), needed)

    def member(self, name: str, closed: type[Member], *, needed: bool = True) -> Member | None:
        """Return a member of a closed set."""
        return self.read(name, lambda text: _member(text, name, closed), needed)

    def wrong(self, name: str, sentence: str) -> None:
        """Note a fault; of a field the first alone."""
        if all(problem.field != name for problem in self.problems):
            self.problems.append(Problem(name, sentence))

    def do(self, act: Callable[[], Opened]) -> Response:
        """Do what the form asks and show what came of it; or hand it back with every fault."""
        if self.problems:
            return self._back()
        sessions, person, once = self._visit.service.sessions, self._visit.somebody, self._turn()
        if not take(self._visit, once, lambda: bool(sessions.kept(person, once))):
            return go(f"/opened/{once}")
        drafts.keep(self._visit, once, Draft(self.typed))
        try:
            return opened.keep(self._visit, act(), once)
        except Invalid as invalid:
            sessions.release(person, once)
            for problem in invalid.problems:
                self._note(problem)
            return self._back()
        except (NotFound, Refused) as error:  # what was typed is handed back with what is said of it
            sessions.release(person, once)
            self.wrong(self._form.fields[0].name, opened.said(error).rstrip("."))
            return self._back(HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.FORBIDDEN)
        except BaseException:  # whatever went wrong: what was not done may be asked for again
            sessions.release(person, once)
            raise

    def _note(self, problem: Problem) -> None:
        """Note a fault that was found by what the form asks for, beside its field where there is one."""
        shown = on_the_page(problem)
        place = shown if shown.field in self._fields else problem
        field = self._fields.get(place.field)
        if field is None:
            self.wrong(self._form.fields[0].name, opened.said(Invalid(problem)).rstrip("."))
        else:
            self.wrong(field.name, place.detail if place is shown else f"{field.label} {place.detail}")

    def _back(self, status: HTTPStatus = HTTPStatus.OK) -> Response:
        order = list(self._fields)  # the list of faults goes down the page as the fields do
        problems = sorted(self.problems, key=lambda problem: order.index(problem.field))
        draft = Draft(self.typed, tuple(problems), status)
        return drafts.handed_back(self._visit, self._form.address, self._once, draft)

    def _turn(self) -> UUID:
        """Return which turn this is: a form that is sent again altered, after it was done, is another."""
        sessions, person = self._visit.service.sessions, self._visit.somebody
        while sessions.kept(person, self._once) and (done := drafts.kept(self._visit, self._once)):
            if done.typed == self.typed:
                break
            self._once = uuid5(self._once, "altered")
        return self._once


def _member(text: str, name: str, closed: type[Member]) -> Member:
    if text not in {member.value for member in closed}:
        raise Invalid(Problem(name, "is not one of the choices"))
    return closed(text)


_NO_ARTICLE = ("your ", "their ", "the ", "who ", "why ", "what ", "how ", "until ")


def _asked_for(field: Field) -> str:
    """Return what a field asks for, as it stands within a sentence."""
    words = _small(field.label)
    return words if field.kind == "tick" or words.startswith(_NO_ARTICLE) else f"the {words}"


def _small(label: str) -> str:
    """Return a label as it stands within a sentence; an abbreviation stays as it is."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
