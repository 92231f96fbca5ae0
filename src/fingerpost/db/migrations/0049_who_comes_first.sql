-- Two who change the same at once: whoever comes second waits for the first, and sees what that did.

-- An answer that waits already to be held against the shields is awaited anew. As long as one waited, to ask again did
-- nothing; a watch that was just then ending the wait saw neither the shield nor the alert because of which that was asked.
CREATE FUNCTION await_the_watch_again(entries uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    INSERT INTO public.watch_waiting (entry) SELECT DISTINCT v.entry FROM unnest(entries) AS v (entry) ORDER BY 1
    ON CONFLICT (entry) DO UPDATE SET entry = excluded.entry
$$;

CREATE OR REPLACE FUNCTION hold_alerts_against_shield() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.await_the_watch_again(ARRAY(
        SELECT w.entry FROM public.watch w JOIN public.missing_alert a ON a.id = w.standing WHERE a.state = 'out'));
    RETURN NULL;
END $$;

-- As before; a shield that is just being lifted is waited for, and is not awaited for once it has gone.
CREATE OR REPLACE FUNCTION remember_covered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.shield_away (shield_id, authority, reference)
    SELECT s.id, OLD.authority, OLD.reference FROM public.shield_cover c JOIN public.shield s ON s.id = c.shield_id
    WHERE c.record_id = OLD.id AND c.cleared_as IS NULL ORDER BY s.id FOR KEY SHARE OF s ON CONFLICT DO NOTHING;
    RETURN OLD;
END $$;
