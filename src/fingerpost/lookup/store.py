"""All SQL of a lookup: candidates by token, the signposts of matched records, and who is reporting."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.lookup.contact import TeamPhones
from fingerpost.matching.keys import MOST_RECORDS_PER_TOKEN
from fingerpost.vault import Candidate

# Both limits stand in the statements as figures: as parameters they keep PostgreSQL from reusing its plan,
# and planning takes longer than finding. A test holds them to the statements.
MOST_OF_A_TOKEN = MOST_RECORDS_PER_TOKEN
MOST_CANDIDATES = 400  # a question that reaches more is too wide; the strongest are kept


class SignpostRow(TeamPhones, frozen=True, kw_only=True):
    """A live signpost with its team, as stored."""

    record_id: UUID
    id: UUID
    authority: str
    authority_name: str
    team: str
    role: str
    service: str
    started: date
    ended: date | None
    confirmed: date
    disputed_on: date | None


class ReportRow(Struct, frozen=True):
    """A local authority and when its last feed was accepted."""

    code: str
    name: str
    reported_at: datetime | None


def as_array(tokens: Sequence[int]) -> str:
    """Return tokens as PostgreSQL reads an array: over a list of them the driver takes ten times as long."""
    return "{" + ",".join(map(str, tokens)) + "}"


def candidates(session: Session, tokens: Sequence[int], *, sensitive: bool) -> list[Candidate]:
    """Return the sealed records that share a token; where that is too many, those that share most of them.

    The index of sensitive services is read only for those who may learn of one: to all others they are
    absent. To rank costs as much again as to find, and hardly a question needs it.
    """
    asked = as_array(tokens)
    rows = session.tuples(
        "SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed FROM record r WHERE r.id = ANY ("
        " ARRAY(SELECT t.record_id FROM token t WHERE t.token = ANY (%s::bigint[]))"
        " || ARRAY(SELECT s.record_id FROM sensitive_token s WHERE s.token = ANY (%s::bigint[]) AND %s))"
        " LIMIT 401",
        (asked, asked, sensitive),
        binary=True,
    )
    rows = rows if len(rows) <= MOST_CANDIDATES else strongest(session, asked, sensitive=sensitive)
    return [Candidate(*row) for row in rows]


def strongest(session: Session, asked: str, *, sensitive: bool) -> list[tuple[Any, ...]]:
    """Return the records that share most tokens.

    The limit inside keeps a token that has become common since the last feed from flooding the answer.
    """
    return session.tuples(
        "WITH hit AS ("
        " SELECT found.record_id, count(*) AS shared"
        " FROM unnest(%s::bigint[]) AS probe (token)"
        " CROSS JOIN LATERAL ("
        "  (SELECT t.record_id FROM token t WHERE t.token = probe.token LIMIT 25)"
        "  UNION ALL (SELECT s.record_id FROM sensitive_token s WHERE s.token = probe.token AND %s"
        "   LIMIT 25)) AS found"
        " GROUP BY found.record_id ORDER BY shared DESC, found.record_id LIMIT 400)"
        " SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM hit JOIN record r ON r.id = hit.record_id",
        (asked, sensitive),
        binary=True,
    )


def signposts(session: Session, records: Sequence[UUID], day: date, *, sensitive: bool) -> list[SignpostRow]:
    """Return the signposts of these records that have not left, current ones first.

    Hidden records are in no index; asked for by id, as by a link, they have none either, but for those of
    sensitive services where they may be shown.
    A signpost whose team is not known to the contact sheet is answered by its authority's front door, and one
    whose team left the sheet by whom one reaches instead.
    """
    return session.rows(
        SignpostRow,
        "SELECT s.record_id, s.id, a.code AS authority, a.name AS authority_name,"
        " coalesce(t.name, 'Front door') AS team, s.role, s.service, s.started, s.ended, s.confirmed,"
        " coalesce(i.office_phone, '') AS office_phone, coalesce(i.office_hours, '') AS office_hours,"
        " coalesce(i.duty_phone, '') AS duty_phone, coalesce(i.inbox, '') AS inbox, i.proven_on,"
        " i.tested_on, i.answered_minutes, t.left_on, coalesce(t.office_phone, '') AS left_office_phone,"
        " coalesce(t.duty_phone, '') AS left_duty_phone,"
        " CASE WHEN i.id <> t.id THEN i.name ELSE '' END AS ring, s.disputed_on"
        " FROM signpost s JOIN record r ON r.id = s.record_id JOIN authority a ON a.code = r.authority"
        " LEFT JOIN team t ON t.id = coalesce(s.team_id, team_reached(NULL, a.code))"
        " LEFT JOIN team i"
        "  ON i.id = CASE WHEN t.left_on IS NULL THEN t.id ELSE team_reached(t.id, a.code) END"
        " WHERE s.record_id = ANY (%s) AND s.leaves_on > %s"
        " AND (r.hidden IS NULL OR (r.hidden = 'sensitive' AND %s))"
        " ORDER BY s.ended DESC NULLS FIRST, s.started DESC, s.id",
        (list(records), day, sensitive),
    )


def reports(session: Session) -> list[ReportRow]:
    """Return when each local authority last reported; one that has not confirmed its shields is silent."""
    return session.rows(
        ReportRow,
        "SELECT code, name, CASE WHEN shields_confirmed_at IS NOT NULL THEN reported_at END AS reported_at"
        " FROM authority WHERE kind = 'local_authority' ORDER BY name",
    )
