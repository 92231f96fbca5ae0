-- Lives that must never be joined, as before and after an adoption: a mark on each, and no pair (decision 37).

-- `token` is the vault's, of a record's reference, and stands nowhere else: whoever has the database alone cannot tell
-- whose mark it is, of which authority, or which life goes with which. Rows are added, and outlive their records.
CREATE TABLE apart (
    token bytea PRIMARY KEY,
    -- Random. Records of one trail bear one; a trail never holds two.
    life uuid NOT NULL,
    -- Somebody said it of this very record; else it is what its trail bears.
    spoken boolean NOT NULL,
    CONSTRAINT apart_token_length CHECK (octet_length(token) = 16)
);
COMMENT ON CONSTRAINT apart_token_length ON apart IS '128-bit keyed tokens; they say nothing without the vault.';

-- What stood as a pair goes: it is read and taken away once, by whoever keeps the trails, and marked on each side.
CREATE FUNCTION take_pairs() RETURNS TABLE (reference_a bytea, authority_a text, reference_b bytea, authority_b text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH ordered AS (
        SELECT k.reference_a, k.reference_b FROM public.link_break k WHERE k.reason = 'never_join'
        UNION SELECT w.reference_a, w.reference_b FROM public.never_join_word w
    ), words AS (
        DELETE FROM public.never_join_word
    ), gone AS (
        DELETE FROM public.link_break k USING ordered o
        WHERE k.reference_a = o.reference_a AND k.reference_b = o.reference_b
        RETURNING k.reference_a, k.authority_a, k.reference_b, k.authority_b
    ), links AS (
        DELETE FROM public.link l USING gone g, public.record a, public.record b
        WHERE a.reference = g.reference_a AND a.authority = g.authority_a
        AND b.reference = g.reference_b AND b.authority = g.authority_b
        AND l.record_a = least(a.id, b.id) AND l.record_b = greatest(a.id, b.id)
    )
    SELECT DISTINCT gone.reference_a, gone.authority_a, gone.reference_b, gone.authority_b FROM gone
$$;
DROP FUNCTION never_joined(uuid[]);
