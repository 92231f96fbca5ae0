"""A signpost as a value: what one source row states, what an authority registers, what the store holds."""

from datetime import date
from enum import unique
from typing import Any
from uuid import UUID

from msgspec import Struct

from fingerpost.words.child import ChildDetails
from fingerpost.words.vocabulary import Labelled, Service


@unique
class SignpostRole(Labelled):
    """What the team or worker behind a signpost does: a closed set, so that no role can tell a reason."""

    ALLOCATED_SOCIAL_WORKER = "allocated_social_worker", "allocated social worker"
    SECTION_47_WORKER = "section_47_worker", "section 47 enquiry worker"
    EARLY_HELP_WORKER = "early_help_worker", "early help worker"
    PERSONAL_ADVISER = "personal_adviser", "personal adviser"
    TEAM = "team", "team"


class SourceRow(Struct, frozen=True, order=True, gc=False):
    """A row of the authority's own system. `table` is an SSD table's name."""

    table: str
    row_id: str
    person: str

    def __repr__(self) -> str:
        return f"SourceRow({self.table}, …)"

    @property
    def identity(self) -> str:
        """Return what tells this row from any other of its table.

        The person is part of it: siblings may share a referral, and a row moved to another child is
        another signpost, so that a receipt never changes whom it was about.
        """
        return f"{self.row_id}\x1f{self.person}"


class Draft(Struct, frozen=True, kw_only=True):
    """A signpost as derived from one source row, before the store is asked what it holds.

    `rule` is the code of the eligibility rule that let it in. `end_doubtful` marks a row whose end could
    not be read: what an earlier night accepted then stands. `handed_on`: closed because another authority
    was to take over (`moves`).
    """

    source: SourceRow
    rule: str
    service: Service
    role: SignpostRole
    team_id: UUID | None
    started: date
    ended: date | None
    leaves_on: date
    end_doubtful: bool = False
    handed_on: bool = False


class Registration(Struct, frozen=True, kw_only=True):
    """What an authority states of one child: its own reference, the details, and the signposts.

    `declined` are rows that were read and let nothing in: a signpost from one of them goes. `kept_tables`
    are tables of which something could not be read: what was accepted from them earlier stands, unless it
    began by `gone_from`, the day up to which nothing of the child may stand (death, adoption).
    """

    reference: str
    details: ChildDetails
    signposts: tuple[Draft, ...]
    declined: tuple[SourceRow, ...] = ()
    kept_tables: frozenset[str] = frozenset()
    gone_from: date | None = None

    def __repr__(self) -> str:
        return f"Registration({len(self.signposts)} signposts)"


class StoredRecord(Struct, frozen=True):
    """A row of `record`, without what is sealed."""

    id: UUID
    reference: bytes
    cohort: date
    schema_version: int
    fingerprint: bytes


class StoredSignpost(Struct, frozen=True):
    """A row of `signpost`, without what is sealed."""

    id: UUID
    record_id: UUID
    service: str
    team_id: UUID | None
    role: str
    started: date
    ended: date | None
    confirmed: date
    leaves_on: date
    rule: str
    source_table: str
    source: bytes
    cohort: date
    handed_on: bool = False

    def again(self, source: SourceRow, leaves_on: date) -> Draft:
        """Return what the store holds as a draft that states it again, with another leaving date."""
        known = set(Draft.__struct_fields__) & set(StoredSignpost.__struct_fields__)
        kept: dict[str, Any] = {field: getattr(self, field) for field in known}
        kept |= {"service": Service(self.service), "role": SignpostRole(self.role), "source": source}
        kept["leaves_on"] = leaves_on
        return Draft(**kept)

    def says(self, draft: Draft) -> bool:
        """Tell whether the store already holds what `draft` states, its leaving date apart."""
        return (
            self.started == draft.started
            and self.ended == draft.ended
            and self.team_id == draft.team_id
            and self.role == draft.role.value
            and self.service == draft.service.value
            and self.rule == draft.rule
            and self.handed_on == draft.handed_on
        )
