-- A shield takes every link of what it covers back, so that no reader has to skip one (decision 18). What two people had
-- confirmed waits here while one of its records is covered, and stands again afterwards (decision 62). No lookup reads it.
CREATE TABLE link_set_aside (
    id uuid PRIMARY KEY,
    record_a uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    record_b uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    band text NOT NULL,
    decided_by uuid REFERENCES practitioner,
    decided_at timestamptz NOT NULL,
    CONSTRAINT link_set_aside_once UNIQUE (record_a, record_b),
    CONSTRAINT link_set_aside_is_ordered CHECK (record_a < record_b),
    CONSTRAINT link_set_aside_band_is_known CHECK (band IN ('certain', 'probable', 'possible'))
);
COMMENT ON CONSTRAINT link_set_aside_once ON link_set_aside IS 'However many shields cover a pair, it is set aside once.';
COMMENT ON CONSTRAINT link_set_aside_is_ordered ON link_set_aside IS 'A pair has one way to be written.';
COMMENT ON CONSTRAINT link_set_aside_band_is_known ON link_set_aside IS 'A closed set of words: nothing about a child fits in.';
CREATE INDEX link_set_aside_of_record_b ON link_set_aside (record_b);

-- As before, and what is set aside goes with records in the same order for all.
CREATE OR REPLACE FUNCTION lock_links(records uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM FROM public.link WHERE id IN (
        SELECT l.id FROM public.link l WHERE l.record_a = ANY (records)
        UNION ALL SELECT l.id FROM public.link l WHERE l.record_b = ANY (records))
    ORDER BY id FOR UPDATE;
    PERFORM FROM public.link_set_aside WHERE id IN (
        SELECT l.id FROM public.link_set_aside l WHERE l.record_a = ANY (records)
        UNION ALL SELECT l.id FROM public.link_set_aside l WHERE l.record_b = ANY (records))
    ORDER BY id FOR UPDATE;
    INSERT INTO public.link_due (record_id, asked)
    SELECT stays.id, gen_random_uuid() FROM (
        SELECT r.id FROM public.record r WHERE r.id IN (
            SELECT l.record_b FROM public.link l
            WHERE l.record_a = ANY (records) AND l.state IN ('linked', 'confirmed')
            UNION ALL SELECT l.record_a FROM public.link l
            WHERE l.record_b = ANY (records) AND l.state IN ('linked', 'confirmed'))
        AND r.id <> ALL (records)
        ORDER BY r.id FOR KEY SHARE SKIP LOCKED) AS stays
    ON CONFLICT (record_id) DO UPDATE SET asked = excluded.asked;
END $$;
