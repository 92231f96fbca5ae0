-- What a shield covers stays covered when its authority leaves it out of one feed and states it again (docs/shields.md).

-- A covered record that went, by its authority's own reference. It waits here while it is away: stated again, it is
-- covered before anybody could see it, whatever it says by then. Adopted children have other names, homes and numbers.
CREATE TABLE shield_away (
    shield_id uuid NOT NULL REFERENCES shield ON DELETE CASCADE,
    authority text NOT NULL REFERENCES authority,
    reference bytea NOT NULL,
    CONSTRAINT shield_away_once PRIMARY KEY (authority, reference, shield_id),
    CONSTRAINT shield_away_reference_length CHECK (octet_length(reference) = 16)
);
COMMENT ON CONSTRAINT shield_away_once ON shield_away IS 'However often a record goes, a shield waits for it once.';
COMMENT ON CONSTRAINT shield_away_reference_length ON shield_away IS 'A 128-bit keyed token.';
CREATE INDEX shield_away_of_shield ON shield_away (shield_id);

CREATE FUNCTION remember_covered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.shield_away (shield_id, authority, reference)
    SELECT c.shield_id, OLD.authority, OLD.reference FROM public.shield_cover c
    WHERE c.record_id = OLD.id AND c.cleared_as IS NULL ON CONFLICT DO NOTHING;
    RETURN OLD;
END $$;
-- Before the covers go with the record; of any other record nothing is done.
CREATE TRIGGER covered_record_goes BEFORE DELETE ON record
FOR EACH ROW WHEN (OLD.hidden = 'shielded') EXECUTE FUNCTION remember_covered();
