-- Sensitive services (sexual health, mental health, substance misuse): records kept apart from all others. Which of
-- the three it is stands in no column: it is sealed in `sensitive_note`.

ALTER TABLE record ADD COLUMN sensitive boolean NOT NULL DEFAULT false;
ALTER TABLE record ADD CONSTRAINT record_sensitive_is_hidden CHECK (hidden IS NOT NULL OR NOT sensitive);
COMMENT ON CONSTRAINT record_sensitive_is_hidden ON record IS 'Shown to everybody is what a sensitive service never is.';
CREATE INDEX record_sensitive ON record (authority) WHERE sensitive;

-- Which service it is, on which basis it is recorded, and what the young person decided.
CREATE TABLE sensitive_note (
    record_id uuid PRIMARY KEY REFERENCES record ON DELETE CASCADE,
    authority text NOT NULL REFERENCES authority,
    cohort date NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT sensitive_note_cohort_is_month CHECK (extract(day FROM cohort) = 1)
);
COMMENT ON CONSTRAINT sensitive_note_cohort_is_month ON sensitive_note IS 'Keys expire by the month.';
CREATE INDEX sensitive_note_of_month ON sensitive_note (cohort, authority);

-- The index that a lookup reads only for those who may learn of a team that can be asked. What a shield covers, or an
-- authority has not confirmed, is not in it.
CREATE TABLE sensitive_token (
    token bigint NOT NULL,
    record_id uuid NOT NULL,
    PRIMARY KEY (token, record_id)
);

-- Beside the three triggers that keep the other two indexes (0009), and like them whoever writes the record.
CREATE FUNCTION index_sensitive_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.hidden = 'sensitive' THEN
        DELETE FROM public.sensitive_token t WHERE t.record_id = OLD.id AND t.token = ANY (OLD.tokens);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.hidden = 'sensitive' THEN
        INSERT INTO public.sensitive_token (token, record_id)
        SELECT DISTINCT held.token, NEW.id FROM unnest(NEW.tokens) AS held (token);
    END IF;
    RETURN NULL;
END $$;
-- With conditions, so that a feed's records do not pay for it.
CREATE TRIGGER sensitive_record_added AFTER INSERT ON record
FOR EACH ROW WHEN (NEW.hidden = 'sensitive') EXECUTE FUNCTION index_sensitive_records();
CREATE TRIGGER sensitive_record_changed AFTER UPDATE OF tokens, hidden ON record
FOR EACH ROW WHEN (OLD.hidden = 'sensitive' OR NEW.hidden = 'sensitive') EXECUTE FUNCTION index_sensitive_records();
CREATE TRIGGER sensitive_record_removed AFTER DELETE ON record
FOR EACH ROW WHEN (OLD.hidden = 'sensitive') EXECUTE FUNCTION index_sensitive_records();
