-- Orders never to join two identities, given by two people; what each authority is told; and an index that two
-- feeds side by side leave as one after the other would.

-- Who said that two of the authorities' own references must never be joined. One word keeps the two apart; the
-- word of a second person makes it an order for whole trails (link_break, never_join). Rows are only ever added.
CREATE TABLE never_join_word (
    reference_a bytea NOT NULL,
    reference_b bytea NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    said_at timestamptz NOT NULL,
    CONSTRAINT never_join_word_once PRIMARY KEY (reference_a, reference_b, practitioner_id),
    CONSTRAINT never_join_word_is_ordered CHECK (reference_a < reference_b),
    CONSTRAINT never_join_word_length CHECK (octet_length(reference_a) = 16 AND octet_length(reference_b) = 16)
);
COMMENT ON CONSTRAINT never_join_word_once ON never_join_word IS 'One person has one voice, however often they speak.';
COMMENT ON CONSTRAINT never_join_word_is_ordered ON never_join_word IS 'A pair has one way to be written.';
COMMENT ON CONSTRAINT never_join_word_length ON never_join_word IS '128-bit keyed tokens; they say nothing without the index key.';
CREATE INDEX never_join_word_of_b ON never_join_word (reference_b);

-- What an authority is told of a record of its own. Which record is sealed: the authority's own reference, under
-- the record's own key, so that the two go together. Nothing here points to the other side.
CREATE TABLE told (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    kind text NOT NULL,
    told_at timestamptz NOT NULL,
    cohort date NOT NULL,
    sealed bytea NOT NULL,
    acknowledged_by uuid REFERENCES practitioner,
    acknowledged_at timestamptz,
    CONSTRAINT told_kind_is_known CHECK (kind IN ('link_broken', 'recalled')),
    CONSTRAINT told_acknowledged_whole CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
COMMENT ON CONSTRAINT told_kind_is_known ON told IS 'A closed set of words; none of them is kept for adoption alone.';
COMMENT ON CONSTRAINT told_acknowledged_whole ON told IS 'Who and when stand together.';
CREATE INDEX told_of_authority ON told (authority, told_at);

-- As before, and by turns: of two feeds that share a token, neither saw the other's uncommitted rows, and both let
-- it stand. Whoever ends last now sees all. Rows that somebody is about to take away are left to them: waiting for
-- them, with this turn in hand, could wait for ever.
CREATE OR REPLACE FUNCTION drop_common_tokens(candidates bigint[], most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    dropped bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7310448, 0);
    WITH crowded AS (
        SELECT t.token FROM public.token t
        WHERE t.token = ANY (candidates)
        GROUP BY t.token
        HAVING count(*) > most OR EXISTS (SELECT FROM public.common_token c WHERE c.token = t.token)
    ), noted AS (
        INSERT INTO public.common_token (token) SELECT crowded.token FROM crowded
        ON CONFLICT DO NOTHING RETURNING common_token.token
    ), free AS (
        SELECT t.token, t.record_id FROM public.token t JOIN crowded USING (token) FOR UPDATE OF t SKIP LOCKED
    ), gone AS (
        DELETE FROM public.token t USING free WHERE t.token = free.token AND t.record_id = free.record_id
    )
    SELECT count(*) INTO dropped FROM noted;
    RETURN dropped;
END $$;
