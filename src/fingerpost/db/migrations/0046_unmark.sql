-- Who bore a life's mark only through a link that people found wrong bears it no more (docs/trails.md). What somebody said
-- of a record itself nobody can take away.
CREATE FUNCTION unmark(tokens bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DELETE FROM public.apart a WHERE a.token = ANY (tokens) AND NOT a.spoken
$$;
