-- What a person is blocked from, so that what a question finds is held against it too, however the question is put
-- (docs/decisions/0051-a-block-is-held-against-what-is-found.md).
CREATE FUNCTION blocked_from(who uuid) RETURNS bytea[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT array_agg(token) FROM public.conflict_block b CROSS JOIN unnest(b.tokens) AS token
    WHERE b.practitioner_id = who AND b.lifted_by IS NULL
$$;
