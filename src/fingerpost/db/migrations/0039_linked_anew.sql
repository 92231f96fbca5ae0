-- As before, and whoever was linked to what goes is looked for anew. Two records that a third had joined were asked about
-- by nobody while they stood in one trail; when the third left, they stood apart and nobody was asked either. Records
-- that somebody else is about to take away are left to them: waiting for them, with links in hand, could wait for ever.
CREATE OR REPLACE FUNCTION lock_links(records uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM FROM public.link WHERE id IN (
        SELECT l.id FROM public.link l WHERE l.record_a = ANY (records)
        UNION ALL SELECT l.id FROM public.link l WHERE l.record_b = ANY (records))
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
