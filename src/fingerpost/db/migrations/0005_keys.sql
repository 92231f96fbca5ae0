-- Which key of the blind index each token is under, so that the index can be rebuilt under a new one while it is in
-- use; and who holds the shares of a wrapping key.

ALTER TABLE record ADD COLUMN index_generation integer NOT NULL DEFAULT 1;
-- What is left to rebuild, one authority at a time.
CREATE INDEX record_of_index ON record (authority, index_generation);

ALTER TABLE common_token ADD COLUMN index_generation integer NOT NULL DEFAULT 1;

-- As before, and it notes which key a common token is under: that of the records that share it.
CREATE OR REPLACE FUNCTION drop_common_tokens(candidates bigint[], most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    dropped bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7310448, 0);
    WITH crowded AS (
        SELECT t.token, max(t.record_id::text)::uuid AS of_record FROM public.token t
        WHERE t.token = ANY (candidates)
        GROUP BY t.token
        HAVING count(*) > most OR EXISTS (SELECT FROM public.common_token c WHERE c.token = t.token)
    ), noted AS (
        INSERT INTO public.common_token (token, index_generation)
        SELECT crowded.token, coalesce(r.index_generation, 1)
        FROM crowded LEFT JOIN public.record r ON r.id = crowded.of_record
        ON CONFLICT DO NOTHING RETURNING common_token.token
    ), free AS (
        SELECT t.token, t.record_id FROM public.token t JOIN crowded USING (token) FOR UPDATE OF t SKIP LOCKED
    ), gone AS (
        DELETE FROM public.token t USING free WHERE t.token = free.token AND t.record_id = free.record_id
    )
    SELECT count(*) INTO dropped FROM noted;
    RETURN dropped;
END $$;

-- Who was given a share of which wrapping key, and whether they have attested that it is destroyed. Custodians go by a
-- short code; nothing here is about a child.
CREATE TABLE key_share (
    generation text NOT NULL,
    custodian text NOT NULL,
    issued_at timestamptz NOT NULL,
    destroyed_at timestamptz,
    CONSTRAINT key_share_once PRIMARY KEY (generation, custodian),
    CONSTRAINT key_share_generation_shape CHECK (generation ~ '^[0-9a-f]{8}\.[0-9]{1,9}\.[0-9a-f]{8}$'),
    CONSTRAINT key_share_custodian_shape CHECK (custodian ~ '^[a-z][a-z0-9-]{1,39}$')
);
COMMENT ON CONSTRAINT key_share_once ON key_share IS 'A custodian holds one share of a wrapping key: two would be most of it.';
COMMENT ON CONSTRAINT key_share_generation_shape ON key_share IS 'A name that the keyring gives; nothing else fits in.';
COMMENT ON CONSTRAINT key_share_custodian_shape ON key_share IS 'A short code, not words.';
