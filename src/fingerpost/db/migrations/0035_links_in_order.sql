-- Links that go with records, locked in one order by all who take records away.

-- Deleting a record deletes its links by their foreign keys, in whatever order. Two authorities that each took away
-- their record of the same children held one link each and waited for the other's. Nothing is told and nothing changed
-- by this: whoever may take a record away need not be able to read a link.
CREATE FUNCTION lock_links(records uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM FROM public.link WHERE id IN (
        SELECT l.id FROM public.link l WHERE l.record_a = ANY (records)
        UNION ALL SELECT l.id FROM public.link l WHERE l.record_b = ANY (records))
    ORDER BY id FOR UPDATE;
END $$;
