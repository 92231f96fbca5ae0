-- Children who move between authorities (docs/moves.md): what has to be looked at, what was told of it, and hand-overs.

-- Closed because another authority was to take over: CIN census RC5, SSDA903 E3. No other reason is kept.
ALTER TABLE signpost ADD COLUMN handed_on boolean NOT NULL DEFAULT false;
CREATE INDEX signpost_handed_on ON signpost (ended) WHERE handed_on;

-- Records that changed, in any way that matters to a move; written with the change itself and taken away with what
-- follows from it. Rows are only added here, so that no two writers ever wait for each other.
CREATE TABLE move_due (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    record_id uuid NOT NULL
);
ALTER TABLE move_due SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE FUNCTION moved_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.move_due (record_id) SELECT moved.id FROM moved WHERE moved.hidden IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER record_added_moves AFTER INSERT ON record
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION moved_records();

CREATE FUNCTION moved_changed_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.move_due (record_id)
    SELECT after.id FROM before JOIN after USING (id)
    WHERE (before.fingerprint, before.hidden) IS DISTINCT FROM (after.fingerprint, after.hidden);
    RETURN NULL;
END $$;
CREATE TRIGGER record_changed_moves AFTER UPDATE ON record
REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION moved_changed_records();

CREATE FUNCTION moved_signposts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.move_due (record_id) SELECT DISTINCT moved.record_id FROM moved;
    RETURN NULL;
END $$;
CREATE TRIGGER signpost_added_moves AFTER INSERT ON signpost
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION moved_signposts();
CREATE TRIGGER signpost_removed_moves AFTER DELETE ON signpost
REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION moved_signposts();

CREATE FUNCTION moved_changed_signposts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.move_due (record_id)
    SELECT DISTINCT after.record_id FROM before JOIN after USING (id)
    WHERE (before.started, before.ended, before.handed_on) IS DISTINCT FROM (after.started, after.ended, after.handed_on);
    RETURN NULL;
END $$;
CREATE TRIGGER signpost_changed_moves AFTER UPDATE ON signpost
REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION moved_changed_signposts();

CREATE FUNCTION moved_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.move_due (record_id)
    SELECT DISTINCT moved_end.id FROM moved CROSS JOIN LATERAL (VALUES (moved.record_a), (moved.record_b)) AS moved_end (id);
    RETURN NULL;
END $$;
CREATE TRIGGER link_added_moves AFTER INSERT ON link
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION moved_links();
CREATE TRIGGER link_changed_moves AFTER UPDATE ON link
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION moved_links();
CREATE TRIGGER link_removed_moves AFTER DELETE ON link
REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION moved_links();

-- What is held already is looked at once.
INSERT INTO move_due (record_id) SELECT id FROM record WHERE hidden IS NULL;

-- Two authorities' records of one trail, of which both were told. No foreign keys: that a record has gone is told too.
CREATE TABLE meeting (
    id uuid PRIMARY KEY,
    record_a uuid NOT NULL,
    record_b uuid NOT NULL,
    met_at timestamptz NOT NULL,
    CONSTRAINT meeting_once UNIQUE (record_a, record_b),
    CONSTRAINT meeting_is_ordered CHECK (record_a < record_b)
);
COMMENT ON CONSTRAINT meeting_once ON meeting IS 'Two records meet once, whoever looks.';
COMMENT ON CONSTRAINT meeting_is_ordered ON meeting IS 'A pair has one way to be written.';
CREATE INDEX meeting_of_record_b ON meeting (record_b);

-- A child closed as handed on, whom nobody has opened.
CREATE TABLE orphan (
    id uuid PRIMARY KEY,
    record_id uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    closed_on date NOT NULL,
    -- The authority that the last address lies in, where that is another one.
    host text REFERENCES authority,
    told_at timestamptz NOT NULL,
    CONSTRAINT orphan_once UNIQUE (record_id)
);
COMMENT ON CONSTRAINT orphan_once ON orphan IS 'A record is on the list once.';

-- A record whose newest address lies in another authority's area, and who was told of it.
CREATE TABLE placement (
    id uuid PRIMARY KEY,
    record_id uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    host text NOT NULL REFERENCES authority,
    told_at timestamptz NOT NULL,
    CONSTRAINT placement_once UNIQUE (record_id)
);
COMMENT ON CONSTRAINT placement_once ON placement IS 'A child lives in one area.';

-- Responsibility on its way from one authority to another. What holds of a state is in moves/life.py. The record has
-- no foreign key: an offer whose record went is withdrawn and told, never silently gone.
CREATE TABLE hand_over (
    id uuid PRIMARY KEY,
    -- The record that the child was first offered by: all hand-overs of a child name the same.
    child uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    sender text NOT NULL REFERENCES authority,
    -- Null where the child leaves England.
    receiver text REFERENCES authority,
    offered_by uuid NOT NULL REFERENCES practitioner,
    offered_at timestamptz NOT NULL,
    -- The last day of a stay, or of an intended return.
    until date,
    reason text,
    decided_by uuid REFERENCES practitioner,
    decided_at timestamptz,
    overdue_told boolean NOT NULL DEFAULT false,
    -- In which order a child was handed over: of two clocks, one may be behind.
    place bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT hand_over_kind_is_known CHECK (kind IN ('responsibility', 'stay', 'leaving')),
    CONSTRAINT hand_over_state_is_known CHECK (
        state IN ('offered', 'accepted', 'declined', 'lapsed', 'withdrawn', 'staying', 'asleep', 'over')),
    CONSTRAINT hand_over_reason_is_known CHECK (
        reason IN ('not_living_here', 'not_met', 'already_known', 'more_needed', 'record_gone', 'sender')),
    CONSTRAINT hand_over_not_to_itself CHECK (receiver <> sender)
);
COMMENT ON CONSTRAINT hand_over_kind_is_known ON hand_over IS 'A closed set of words.';
COMMENT ON CONSTRAINT hand_over_state_is_known ON hand_over IS 'A closed set of words.';
COMMENT ON CONSTRAINT hand_over_reason_is_known ON hand_over IS 'A closed set of words: why, without a word about a child.';
COMMENT ON CONSTRAINT hand_over_not_to_itself ON hand_over IS 'Nobody hands a child to themselves.';
CREATE UNIQUE INDEX hand_over_one_offer ON hand_over (child) WHERE state = 'offered';
CREATE INDEX hand_over_of_child ON hand_over (child, place);
CREATE INDEX hand_over_of_sender ON hand_over (sender, offered_at);
CREATE INDEX hand_over_of_receiver ON hand_over (receiver, offered_at);
CREATE INDEX hand_over_open ON hand_over (offered_at) WHERE state IN ('offered', 'staying', 'asleep');
