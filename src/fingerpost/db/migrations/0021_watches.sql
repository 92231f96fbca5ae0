-- Questions that stand: asked once, and asked again with every record that changes (docs/moves.md).

-- Whom to ring where there is no record to show a team of: that authority's front door.
ALTER TABLE notice ADD COLUMN ring_at text REFERENCES authority;

-- Answers that were not looked at a second time yet, behind the answer and never in its way: every answer is put here,
-- whatever it was. One is held back while its authority's enquiry is covert.
CREATE TABLE asked_waiting (
    entry uuid PRIMARY KEY,
    not_before timestamptz NOT NULL
);
ALTER TABLE asked_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX asked_waiting_due ON asked_waiting (not_before);

CREATE FUNCTION await_a_second_look() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.asked_waiting (entry, not_before) VALUES (NEW.id, NEW.recorded_at);
    RETURN NULL;
END $$;
CREATE TRIGGER answer_awaits_a_second_look AFTER INSERT ON ledger_entry
FOR EACH ROW WHEN (NEW.kind = 'lookup_answered') EXECUTE FUNCTION await_a_second_look();

-- A question that stands: the entry in which what was asked is sealed, and its keyed tokens.
CREATE TABLE watch (
    id uuid PRIMARY KEY,
    entry uuid NOT NULL,
    -- What it stands for: the answer itself, or an alert of a family.
    standing uuid NOT NULL,
    -- Its last day.
    until date NOT NULL,
    -- The key of the index that its tokens are under; of two, while it is rebuilt, the one before.
    index_generation integer NOT NULL,
    CONSTRAINT watch_once UNIQUE (standing, entry)
);
COMMENT ON CONSTRAINT watch_once ON watch IS 'An answer stands once for each thing, however often that is asked.';
CREATE INDEX watch_ending ON watch (until);
CREATE INDEX watch_of_generation ON watch (index_generation);
CREATE TABLE watch_token (
    token bigint NOT NULL,
    watch uuid NOT NULL REFERENCES watch ON DELETE CASCADE,
    PRIMARY KEY (token, watch)
);
CREATE INDEX watch_token_of_watch ON watch_token (watch);

-- Which records it found, and whose they are. No foreign key: that a record has gone is told too.
CREATE TABLE watch_hit (
    id uuid PRIMARY KEY,
    standing uuid NOT NULL,
    record_id uuid NOT NULL,
    authority text NOT NULL REFERENCES authority,
    recalled boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX watch_hit_once ON watch_hit (standing, record_id) WHERE NOT recalled;
CREATE INDEX watch_hit_of_record ON watch_hit (record_id);

-- Which of an authority's cases are covert, and until when: what holders would be told waits until then.
CREATE TABLE covert (
    id uuid PRIMARY KEY,
    -- Keyed token of the authority and its own case reference.
    case_token bytea NOT NULL,
    reason text NOT NULL,
    until date NOT NULL,
    noted_by uuid NOT NULL REFERENCES practitioner,
    noted_at timestamptz NOT NULL,
    CONSTRAINT covert_reason_is_known CHECK (reason IN ('crime', 'flight', 'evidence')),
    CONSTRAINT covert_case_length CHECK (octet_length(case_token) = 16)
);
COMMENT ON CONSTRAINT covert_reason_is_known ON covert IS 'A closed set of words: why, without a word about a child.';
COMMENT ON CONSTRAINT covert_case_length ON covert IS 'A 128-bit keyed token.';
CREATE INDEX covert_of_case ON covert (case_token, until);
