"""All SQL of shields: requests, covers, words for lifting."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.vault.standing import StandingShield


class Row(Struct, frozen=True):
    """A shield as stored, its child's details apart."""

    id: UUID
    authority: str
    cohort: date
    note: bytes
    asked_by: str
    asked_at: datetime
    evidence_by: date | None
    review_on: date
    words: int


def add(session: Session, row: Parameters) -> None:
    """Insert a shield: every column in the table's order."""
    session.run(
        "INSERT INTO shield (id, authority, cohort, schema_version, sealed, note, tokens,"
        " index_generation, asked_by, asked_at, evidence_by, review_on)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def standing(session: Session, shield: UUID) -> StandingShield | None:
    """Return a shield as it is kept beside the database."""
    rows = session.tuples(
        "SELECT s.id, s.authority, s.cohort, s.schema_version, s.sealed, s.note,"
        " p.authority || '/' || p.reference, s.asked_at, s.evidence_by, s.review_on"
        " FROM shield s JOIN practitioner p ON p.id = s.asked_by WHERE s.id = %s",
        (shield,),
    )
    if not rows:
        return None
    named = dict(zip(StandingShield.__struct_fields__, rows[0], strict=False))
    held = _held_by_reference(session, shield)
    return StandingShield(
        **named,
        covered=[(authority, name) for authority, name, cleared_as in held if cleared_as is None],
        cleared=[(authority, name, as_) for authority, name, as_ in held if as_ is not None],
        words=_words(session, shield),
    )


def _held_by_reference(session: Session, shield: UUID) -> list[tuple[str, bytes, bytes | None]]:
    """Return what a shield holds or waits for, by authority and own reference, and as what it was cleared."""
    return session.tuples(
        "SELECT r.authority, r.reference, c.cleared_as"
        " FROM shield_cover c JOIN record r ON r.id = c.record_id WHERE c.shield_id = %s"
        " UNION SELECT w.authority, w.reference, w.cleared_as FROM shield_away w WHERE w.shield_id = %s",
        (shield, shield),
    )


def _words(session: Session, shield: UUID) -> list[tuple[str, datetime]]:
    """Return who said that a shield may be lifted, and when."""
    return session.tuples(
        "SELECT p.authority || '/' || p.reference, w.said_at"
        " FROM shield_word w JOIN practitioner p ON p.id = w.practitioner_id"
        " WHERE w.shield_id = %s ORDER BY w.said_at, w.practitioner_id",
        (shield,),
    )


def ids(session: Session) -> set[UUID]:
    """Return every shield."""
    return set(session.column("SELECT id FROM shield"))


def put(session: Session, shield: StandingShield, tokens: Sequence[int], generation: int, who: UUID) -> None:
    """Insert a shield as it was kept beside the database, or make the one here what was kept."""
    session.run(
        "INSERT INTO shield (id, authority, cohort, schema_version, sealed, note, tokens,"
        " index_generation, asked_by, asked_at, evidence_by, review_on)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE"
        " SET sealed = excluded.sealed, note = excluded.note, tokens = excluded.tokens,"
        " index_generation = excluded.index_generation, evidence_by = excluded.evidence_by,"
        " review_on = excluded.review_on",
        (
            shield.id, shield.authority, shield.cohort, shield.schema_version, shield.sealed, shield.note,
            tokens, generation, who, shield.asked_at, shield.evidence_by, shield.review_on,
        ),
    )  # fmt: skip


def kept(session: Session, authority: str) -> list[Row]:
    """Return the shields that an authority keeps, the first to be reviewed first."""
    return session.rows(
        Row,
        "SELECT s.id, s.authority, s.cohort, s.note, p.authority || '/' || p.reference AS asked_by,"
        " s.asked_at, s.evidence_by, s.review_on,"
        " (SELECT count(*) FROM shield_word w WHERE w.shield_id = s.id) AS words"
        " FROM shield s JOIN practitioner p ON p.id = s.asked_by"
        " WHERE s.authority = %s ORDER BY s.review_on, s.id",
        (authority,),
    )


def one(session: Session, shield: UUID) -> Row | None:
    """Return one shield, held until the transaction ends."""
    return session.row(
        Row,
        "SELECT s.id, s.authority, s.cohort, s.note, p.authority || '/' || p.reference AS asked_by,"
        " s.asked_at, s.evidence_by, s.review_on,"
        " (SELECT count(*) FROM shield_word w WHERE w.shield_id = s.id) AS words"
        " FROM shield s JOIN practitioner p ON p.id = s.asked_by WHERE s.id = %s FOR UPDATE OF s",
        (shield,),
    )


def update(session: Session, shield: UUID, note: bytes, evidence_by: date | None, review_on: date) -> None:
    """Note evidence or a review."""
    session.run(
        "UPDATE shield SET note = %s, evidence_by = %s, review_on = %s WHERE id = %s",
        (note, evidence_by, review_on, shield),
    )


def covered(session: Session, shields: Sequence[UUID]) -> list[tuple[UUID, UUID, str, bool]]:
    """Return (shield, record, the record's authority, cleared) of these shields."""
    return session.tuples(
        "SELECT c.shield_id, c.record_id, r.authority, c.cleared_as IS NOT NULL"
        " FROM shield_cover c JOIN record r ON r.id = c.record_id"
        " WHERE c.shield_id = ANY (%s) ORDER BY r.authority, c.record_id",
        (list(shields),),
    )


def away(session: Session, shields: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return (shield, authority) of records that these shields covered and that are stated no more."""
    return session.tuples(
        "SELECT DISTINCT shield_id, authority FROM shield_away"
        " WHERE shield_id = ANY (%s) AND cleared_as IS NULL ORDER BY 1, 2",
        (list(shields),),
    )


def clear(session: Session, shield: UUID, record: UUID) -> bool:
    """Note that a covered record, as it stands, is another child's. Tell whether it was covered."""
    return bool(
        session.run(
            "UPDATE shield_cover c SET cleared_as = r.fingerprint FROM record r"
            " WHERE r.id = c.record_id AND c.shield_id = %s AND c.record_id = %s",
            (shield, record),
        )
    )


def say(session: Session, shield: UUID, practitioner: UUID, moment: datetime) -> set[str]:
    """Note one person's word that a shield may be lifted. Return the authorities of all who said so."""
    session.run(
        "INSERT INTO shield_word (shield_id, practitioner_id, said_at) VALUES (%s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (shield, practitioner, moment),
    )
    return set(
        session.column(
            "SELECT DISTINCT p.authority FROM shield_word w JOIN practitioner p ON p.id = w.practitioner_id"
            " WHERE w.shield_id = %s",
            (shield,),
        )
    )


def unsay(session: Session, shield: UUID) -> None:
    """Forget who said that a shield may be lifted."""
    session.run("DELETE FROM shield_word WHERE shield_id = %s", (shield,))


def remove(session: Session, shield: UUID) -> list[UUID]:
    """Take a shield away, details and all. Return the records that it covered."""
    records = session.column("SELECT record_id FROM shield_cover WHERE shield_id = %s", (shield,))
    session.run("DELETE FROM shield WHERE id = %s", (shield,))
    return records
