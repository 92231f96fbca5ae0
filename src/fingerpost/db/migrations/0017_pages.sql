-- What the pages keep while somebody signs in again.

-- A form that was sent without a session: sealed under a key that only the running vault has, for the browser that
-- left with the cookie; the new session's afterwards. Empty where there was none.
ALTER TABLE sign_in_started ADD COLUMN handed bytea NOT NULL DEFAULT '';

-- The answer's entry on the ledger, for whoever asked to find their own looks again. Null where none was answered.
ALTER TABLE asking ADD COLUMN entry uuid;
CREATE FUNCTION note_entry(asking uuid, answered uuid)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE public.asking a SET entry = answered WHERE a.id = asking AND answered IS NOT NULL;
$$;

-- A team's people see their own signposts.
CREATE INDEX signpost_of_team ON signpost (team_id);

-- What is published of a month that is over, counted from the ledger.
CREATE TABLE figure (
    month date NOT NULL,
    what text NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT figure_once PRIMARY KEY (month, what),
    CONSTRAINT figure_of_a_month CHECK (extract(day FROM month) = 1),
    CONSTRAINT figure_what_is_known CHECK (what IN ('found', 'not_found', 'add_detail', 'refused', 'emergencies',
        'unjustified', 'misuse', 'shields', 'feeds'))
);
COMMENT ON CONSTRAINT figure_once ON figure IS 'Counted again, a number is replaced, not added.';
COMMENT ON CONSTRAINT figure_of_a_month ON figure IS 'Figures are of whole months: a day could point at somebody.';
COMMENT ON CONSTRAINT figure_what_is_known ON figure IS 'A closed set of words: nothing about a child fits in.';
