-- Shields: records that no lookup may sense, who asked for that, and who is told when somebody looks (docs/shields.md).

-- Until an authority has confirmed its list of shields, nothing of it is visible. Those that report already stay.
ALTER TABLE authority ADD COLUMN shields_confirmed_at timestamptz;
UPDATE authority SET shields_confirmed_at = reported_at WHERE reported_at IS NOT NULL;

-- Null: visible. Whatever else is set here, the record is in no index that a lookup reads: the triggers below see to
-- that, whoever writes the record.
ALTER TABLE record ADD COLUMN hidden text;
ALTER TABLE record ADD CONSTRAINT record_hidden_is_known CHECK (hidden IN ('unconfirmed', 'shielded', 'sensitive'));
COMMENT ON CONSTRAINT record_hidden_is_known ON record IS 'A closed set of words: why it cannot be sensed, and nothing of the child.';
CREATE INDEX record_unconfirmed ON record (authority) WHERE hidden = 'unconfirmed';

-- A shield is one body's request, so that several stand or fall apart. Who asked, on which ground and with which
-- evidence is sealed in `note`; the child's details in `sealed`, as a record's are.
CREATE TABLE shield (
    id uuid PRIMARY KEY,
    -- The keeper: its people are told, review and clear.
    authority text NOT NULL REFERENCES authority,
    cohort date NOT NULL,
    schema_version smallint NOT NULL,
    sealed bytea NOT NULL,
    note bytea NOT NULL,
    tokens bigint[] NOT NULL,
    -- The key of the index that they are under; of two, while it is rebuilt, the one before.
    index_generation integer NOT NULL,
    asked_by uuid NOT NULL REFERENCES practitioner,
    asked_at timestamptz NOT NULL,
    -- The day by which evidence is due; null once it is there.
    evidence_by date,
    review_on date NOT NULL,
    CONSTRAINT shield_cohort_is_month CHECK (extract(day FROM cohort) = 1)
);
COMMENT ON CONSTRAINT shield_cohort_is_month ON shield IS 'Keys expire by the month.';
CREATE INDEX shield_of_keeper ON shield (authority, review_on);
CREATE INDEX shield_of_month ON shield (cohort, authority);

-- Who said that a shield may be lifted.
CREATE TABLE shield_word (
    shield_id uuid NOT NULL REFERENCES shield ON DELETE CASCADE,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    said_at timestamptz NOT NULL,
    CONSTRAINT shield_word_once PRIMARY KEY (shield_id, practitioner_id)
);
COMMENT ON CONSTRAINT shield_word_once ON shield_word IS 'One person has one voice, however often they speak.';

-- Which records a shield covers. `cleared_as` is the record's fingerprint when the keeper held it to be another
-- child's: corrected since, it is in doubt again.
CREATE TABLE shield_cover (
    shield_id uuid NOT NULL REFERENCES shield ON DELETE CASCADE,
    record_id uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    cleared_as bytea,
    CONSTRAINT shield_cover_once PRIMARY KEY (shield_id, record_id)
);
COMMENT ON CONSTRAINT shield_cover_once ON shield_cover IS 'A shield covers a record once.';
CREATE INDEX shield_cover_of_record ON shield_cover (record_id);

-- The index of shields and of what cannot be sensed. No lookup reads it; no token is ever dropped from it.
CREATE TABLE shield_token (
    token bigint NOT NULL,
    source uuid NOT NULL,
    PRIMARY KEY (token, source)
);

CREATE OR REPLACE FUNCTION index_added_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.token (token, record_id)
    SELECT DISTINCT held.token, added.id
    FROM added CROSS JOIN LATERAL unnest(added.tokens) AS held (token)
    WHERE added.hidden IS NULL
      AND NOT EXISTS (SELECT FROM public.common_token c WHERE c.token = held.token)
    ORDER BY 1, 2;
    INSERT INTO public.shield_token (token, source)
    SELECT DISTINCT held.token, added.id
    FROM added CROSS JOIN LATERAL unnest(added.tokens) AS held (token)
    WHERE added.hidden IN ('shielded', 'sensitive')
    ORDER BY 1, 2;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION unindex_removed_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM public.token t
    USING (
        SELECT held.token, removed.id
        FROM removed CROSS JOIN LATERAL unnest(removed.tokens) AS held (token)
        WHERE removed.hidden IS NULL
    ) gone
    WHERE t.token = gone.token AND t.record_id = gone.id;
    DELETE FROM public.shield_token t
    USING (
        SELECT held.token, removed.id
        FROM removed CROSS JOIN LATERAL unnest(removed.tokens) AS held (token)
        WHERE removed.hidden IS NOT NULL
    ) gone
    WHERE t.token = gone.token AND t.source = gone.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION reindex_changed_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM public.token t
    USING (
        SELECT held.token, before.id
        FROM before JOIN after USING (id) CROSS JOIN LATERAL unnest(before.tokens) AS held (token)
        WHERE (before.tokens, before.hidden) IS DISTINCT FROM (after.tokens, after.hidden)
          AND before.hidden IS NULL
    ) gone
    WHERE t.token = gone.token AND t.record_id = gone.id;
    DELETE FROM public.shield_token t
    USING (
        SELECT held.token, before.id
        FROM before JOIN after USING (id) CROSS JOIN LATERAL unnest(before.tokens) AS held (token)
        WHERE (before.tokens, before.hidden) IS DISTINCT FROM (after.tokens, after.hidden)
          AND before.hidden IS NOT NULL
    ) gone
    WHERE t.token = gone.token AND t.source = gone.id;
    INSERT INTO public.token (token, record_id)
    SELECT DISTINCT held.token, after.id
    FROM before JOIN after USING (id) CROSS JOIN LATERAL unnest(after.tokens) AS held (token)
    WHERE (before.tokens, before.hidden) IS DISTINCT FROM (after.tokens, after.hidden)
      AND after.hidden IS NULL
      AND NOT EXISTS (SELECT FROM public.common_token c WHERE c.token = held.token);
    INSERT INTO public.shield_token (token, source)
    SELECT DISTINCT held.token, after.id
    FROM before JOIN after USING (id) CROSS JOIN LATERAL unnest(after.tokens) AS held (token)
    WHERE (before.tokens, before.hidden) IS DISTINCT FROM (after.tokens, after.hidden)
      AND after.hidden IN ('shielded', 'sensitive');
    RETURN NULL;
END $$;

CREATE FUNCTION index_shield() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM public.shield_token t WHERE t.source = OLD.id AND t.token = ANY (OLD.tokens);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO public.shield_token (token, source)
        SELECT DISTINCT held.token, NEW.id FROM unnest(NEW.tokens) AS held (token);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER shield_indexed AFTER INSERT OR UPDATE OF tokens OR DELETE ON shield
FOR EACH ROW EXECUTE FUNCTION index_shield();

-- Questions that were answered and not yet held against the shields: behind the answer, never in its way. Every answer
-- is put here, whatever it was, so that writing one says nothing.
CREATE TABLE watch_waiting (
    entry uuid PRIMARY KEY
);
ALTER TABLE watch_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE FUNCTION await_the_watch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.watch_waiting (entry) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER answer_awaits_the_watch AFTER INSERT ON ledger_entry
FOR EACH ROW WHEN (NEW.kind = 'lookup_answered') EXECUTE FUNCTION await_the_watch();

-- What a keeper or a provider is told: somebody asked. Who, when and why is sealed; so is which child.
CREATE TABLE shield_alert (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    -- The answer that it tells of, for the desk.
    entry uuid NOT NULL,
    told_at timestamptz NOT NULL,
    cohort date NOT NULL,
    sealed bytea NOT NULL,
    done_by uuid REFERENCES practitioner,
    done_at timestamptz,
    CONSTRAINT shield_alert_done_whole CHECK ((done_by IS NULL) = (done_at IS NULL))
);
COMMENT ON CONSTRAINT shield_alert_done_whole ON shield_alert IS 'Who and when stand together.';
CREATE INDEX shield_alert_of_authority ON shield_alert (authority, told_at);
CREATE INDEX shield_alert_of_answer ON shield_alert (entry);
CREATE INDEX shield_alert_of_month ON shield_alert (cohort, authority);

-- What a person may say to the desk after an answer, as a keyed token; gone after a day. Kept of every answer alike.
CREATE TABLE desk_reference (
    reference bytea PRIMARY KEY,
    entry uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT desk_reference_length CHECK (octet_length(reference) = 16)
);
COMMENT ON CONSTRAINT desk_reference_length ON desk_reference IS 'A 128-bit keyed token.';
CREATE INDEX desk_reference_ending ON desk_reference (asked_at);
