"""The PostgreSQL peer: a hand-written soundex-and-similarity search over plain text, as many systems have.

It runs in the same embedded server as ours. That one carries no contrib module, so soundex and bigram
similarity are written here, and both are computed when a record is stored: a question reads them. It has
no probability and no bands; where a threshold is needed it is given the one at which its F1 is best on the
very set, which is kind. It stores every name, date and number in clear.
"""

import secrets
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from anyascii import anyascii
from benchmarks.matching.sets import Row
from psycopg.conninfo import make_conninfo

from fingerpost.db.embedded import OWNER, Embedded, is_locked

Found = list[tuple[int, float]]  # place of a record, score

_SCHEMA: LiteralString = r"""
-- National Archives soundex: vowels part two equal codes, H and W do not.
CREATE FUNCTION sound(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text := regexp_replace(upper(word), '[^A-Z]', '', 'g');
    coded text := translate(letters, 'AEIOUYBFPVCGJKQSXZDTLMNRHW', '00000011112222222233455677');
BEGIN
    coded := left(coded, 1) || replace(substr(coded, 2), '7', '');
    coded := regexp_replace(coded, '(.)\1+', '\1', 'g');
    RETURN CASE letters WHEN '' THEN '' ELSE
        left(left(letters, 1) || replace(substr(coded, 2), '0', '') || '000', 4) END;
END $$;

CREATE FUNCTION bigrams(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr('^' || word || '$', place, 2)), '{}')
    FROM generate_series(1, length(word) + 1) AS place WHERE word <> ''
$$;

CREATE FUNCTION alike(one text[], other text[]) RETURNS float LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT 2.0 * count(*) / greatest(cardinality(one) + cardinality(other), 1)
    FROM unnest(one) AS gram WHERE gram = ANY (other)
$$;

CREATE TABLE person (
    place integer NOT NULL,
    given text NOT NULL,
    family text NOT NULL,
    birth text NOT NULL,
    sex text NOT NULL,
    postcode text NOT NULL,
    number text NOT NULL,
    given_sound text GENERATED ALWAYS AS (sound(given)) STORED,
    family_sound text GENERATED ALWAYS AS (sound(family)) STORED,
    given_bigrams text[] GENERATED ALWAYS AS (bigrams(given)) STORED,
    family_bigrams text[] GENERATED ALWAYS AS (bigrams(family)) STORED
);
"""

_INDEXES: LiteralString = """
CREATE INDEX ON person (family_sound, birth) WHERE family <> '' AND birth <> '';
CREATE INDEX ON person (given_sound, birth) WHERE given <> '' AND birth <> '';
CREATE INDEX ON person (postcode, family_sound) WHERE postcode <> '' AND family <> '';
CREATE INDEX ON person (postcode, given_sound) WHERE postcode <> '' AND given <> '';
CREATE INDEX ON person (postcode, birth) WHERE postcode <> '' AND birth <> '';
CREATE INDEX ON person (family_sound, given_sound, left(birth, 4)) WHERE family <> '' AND given <> '';
CREATE INDEX ON person (number) WHERE number <> '';
VACUUM ANALYZE person;
"""

# Prepared once. Weights by hand, in the manner of such searches: agreement counts for, disagreement against.
_SEARCH: LiteralString = """
WITH asked (given, family, birth, sex, postcode, number) AS (
    VALUES (%(given)s::text, %(family)s::text, %(birth)s::text,
            %(sex)s::text, %(postcode)s::text, %(number)s::text)
), q AS MATERIALIZED (
    SELECT *, sound(given) AS given_sound, sound(family) AS family_sound,
           bigrams(given) AS given_bigrams, bigrams(family) AS family_bigrams FROM asked
), hit AS (
    SELECT p.ctid FROM q JOIN person p USING (family_sound, birth) WHERE p.family <> '' AND p.birth <> ''
    UNION
    SELECT p.ctid FROM q JOIN person p USING (given_sound, birth) WHERE p.given <> '' AND p.birth <> ''
    UNION
    SELECT p.ctid FROM q JOIN person p USING (postcode, family_sound)
    WHERE p.postcode <> '' AND p.family <> ''
    UNION
    SELECT p.ctid FROM q JOIN person p USING (postcode, given_sound)
    WHERE p.postcode <> '' AND p.given <> ''
    UNION
    SELECT p.ctid FROM q JOIN person p USING (postcode, birth) WHERE p.postcode <> '' AND p.birth <> ''
    UNION
    SELECT p.ctid FROM q JOIN person p USING (family_sound, given_sound)
    WHERE left(p.birth, 4) = left(q.birth, 4) AND p.family <> '' AND p.given <> ''
    UNION
    SELECT p.ctid FROM q JOIN person p USING (number) WHERE p.number <> ''
), found AS (
    SELECT p.place,
        CASE WHEN '' IN (p.given, q.given) THEN 0 WHEN p.given = q.given THEN 4
            WHEN p.given_sound = q.given_sound THEN 2
            ELSE 8 * alike(p.given_bigrams, q.given_bigrams) - 4 END
        + CASE WHEN '' IN (p.family, q.family) THEN 0 WHEN p.family = q.family THEN 4
            WHEN p.family_sound = q.family_sound THEN 2.5
            ELSE 6 * alike(p.family_bigrams, q.family_bigrams) - 2 END
        + CASE WHEN '' IN (p.birth, q.birth) THEN 0 WHEN p.birth = q.birth THEN 5
            WHEN (left(p.birth, 4) = left(q.birth, 4))::int
                + (substr(p.birth, 5, 2) = substr(q.birth, 5, 2))::int
                + (right(p.birth, 2) = right(q.birth, 2))::int = 2 THEN 1.5
            ELSE -3 END
        + CASE WHEN '' IN (p.postcode, q.postcode) THEN 0 WHEN p.postcode = q.postcode THEN 3
            WHEN left(p.postcode, -2) = left(q.postcode, -2) THEN 1.5 ELSE -1 END
        + CASE WHEN '' IN (p.sex, q.sex) OR p.sex = q.sex THEN 0 ELSE -2 END
        + CASE WHEN '' IN (p.number, q.number) THEN 0 WHEN p.number = q.number THEN 7 ELSE -2 END AS score
    FROM q, person p WHERE p.ctid = ANY (ARRAY(SELECT ctid FROM hit))
)
SELECT place, score::float FROM found WHERE score >= 0 ORDER BY score DESC LIMIT 50
"""

_TUNING: LiteralString = (
    "SET jit = off; SET random_page_cost = 1.1; SET effective_cache_size = '4GB'; "
    "SET plan_cache_mode = force_generic_plan; SET maintenance_work_mem = '512MB'"
)

Stored = dict[str, str]


def stored(row: Row) -> Stored:
    """Return a row as this search stores it: the first given name, the birth as yyyymmdd."""
    given, family = (anyascii(row[name]).lower().strip() for name in ("given_names", "family_name"))
    return {
        "given": given.partition(" ")[0],
        "family": family,
        "birth": "".join(c for c in row["date_of_birth"] if c.isdigit()),
        "sex": row.get("sex", ""),
        "postcode": row["postcode"].replace(" ", "").upper(),
        "number": row["nhs_number"],
    }


class PlainSearch:
    """A connection to a database that holds one set in plain text."""

    def __init__(self, connection: psycopg.Connection[tuple[int, float]]) -> None:
        self.connection = connection
        self._cursor = connection.cursor(binary=True)

    def ask(self, question: Stored) -> Found:
        """Return up to 50 records whose score is not below 0: one prepared statement, one round trip."""
        return self._cursor.execute(_SEARCH, question, prepare=True).fetchall()


def _fill(connection: psycopg.Connection[tuple[int, float]], rows: Sequence[Row]) -> None:
    statement: LiteralString = "COPY person (place, given, family, birth, sex, postcode, number) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for place, row in enumerate(rows):
            copy.write_row((place, *stored(row).values()))


@contextmanager
def plain_search(owner_conninfo: str, rows: Sequence[Row]) -> Generator[PlainSearch]:
    """Fill a database of the server with these rows, and search it; the database goes afterwards."""
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS plain WITH (FORCE)")
        owner.execute("CREATE DATABASE plain")
        try:
            with psycopg.connect(
                make_conninfo(owner_conninfo, dbname="plain"), autocommit=True
            ) as connection:
                connection.execute(_TUNING)
                connection.execute(_SCHEMA)
                _fill(connection, rows)
                for index in filter(str.strip, _INDEXES.split(";")):
                    connection.execute(index.encode())
                yield PlainSearch(connection)
        finally:
            owner.execute("DROP DATABASE plain WITH (FORCE)")


@contextmanager
def plain_server(folder: Path) -> Generator[str]:
    """Hold up an embedded server, as ours is configured; yield its owner's connection string."""
    server, password = Embedded(folder), secrets.token_urlsafe()
    server.create(password)
    with server:
        yield server.conninfo(OWNER, password)
    wait_until_stopped(server)


def wait_until_stopped(server: Embedded) -> None:
    """Return when the server's supervisor has gone, so that its folder can be removed."""
    deadline = time.monotonic() + 60
    while is_locked(server.supervisor_lock) and time.monotonic() < deadline:
        time.sleep(0.1)
