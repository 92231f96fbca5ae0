-- Everything that ends: legal holds, the destruction of months' keys, children erased at once, and what a restored
-- database must be told (docs/retention.md).

-- The months under whose keys a row was sealed before its present one: old backups hold those sealings. Null where a
-- row was sealed before this was noted; then any month may have sealed it. Kept by the trigger below alone.
ALTER TABLE record ADD COLUMN earlier_cohorts date[];
ALTER TABLE record ALTER COLUMN earlier_cohorts SET DEFAULT '{}';
ALTER TABLE signpost ADD COLUMN earlier_cohorts date[];
ALTER TABLE signpost ALTER COLUMN earlier_cohorts SET DEFAULT '{}';

CREATE FUNCTION note_earlier_cohort() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.cohort <> ALL (OLD.earlier_cohorts) THEN
        NEW.earlier_cohorts := OLD.earlier_cohorts || OLD.cohort;
    END IF;
    RETURN NEW;
END $$;
-- On a change alone: a trigger before every insert would take the speed from COPY.
CREATE TRIGGER record_cohort_changed BEFORE UPDATE OF cohort ON record
FOR EACH ROW WHEN (OLD.cohort <> NEW.cohort) EXECUTE FUNCTION note_earlier_cohort();
CREATE TRIGGER signpost_cohort_changed BEFORE UPDATE OF cohort ON signpost
FOR EACH ROW WHEN (OLD.cohort <> NEW.cohort) EXECUTE FUNCTION note_earlier_cohort();

-- What a month's key still seals is asked before the key goes.
CREATE INDEX record_of_cohort ON record (cohort, authority);
CREATE INDEX signpost_of_cohort ON signpost (cohort);
CREATE INDEX told_of_cohort ON told (cohort, authority);

-- A child that must be kept past its day, by a court's, a review's or an enquiry's order. By the authority's own
-- reference, so that it stands before, while and after there is a record. No role that answers questions reads it.
CREATE TABLE hold (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    reference bytea NOT NULL,
    kind text NOT NULL,
    held_until date NOT NULL,
    -- The month of held_until: its key seals the order's reference and the copies.
    cohort date NOT NULL,
    sealed bytea NOT NULL,
    placed_by uuid NOT NULL REFERENCES practitioner,
    placed_at timestamptz NOT NULL,
    CONSTRAINT hold_kind_is_known CHECK (kind IN ('section_47', 'review', 'court')),
    CONSTRAINT hold_cohort_is_its_month CHECK (cohort = date_trunc('month', held_until::timestamp)::date),
    CONSTRAINT hold_reference_length CHECK (octet_length(reference) = 16)
);
COMMENT ON CONSTRAINT hold_kind_is_known ON hold IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT hold_cohort_is_its_month ON hold IS 'What is held expires with the hold.';
COMMENT ON CONSTRAINT hold_reference_length ON hold IS 'A 128-bit keyed token.';
CREATE INDEX hold_of_child ON hold (authority, reference);
CREATE INDEX hold_ending ON hold (held_until);

-- Who said that a hold may end before its day.
CREATE TABLE hold_word (
    hold_id uuid NOT NULL REFERENCES hold ON DELETE CASCADE,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    said_at timestamptz NOT NULL,
    CONSTRAINT hold_word_once PRIMARY KEY (hold_id, practitioner_id)
);
COMMENT ON CONSTRAINT hold_word_once ON hold_word IS 'One person has one voice, however often they speak.';

-- What was taken away of a held child, sealed whole (details and pointers) under the month of its longest hold.
CREATE TABLE held_copy (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    reference bytea NOT NULL,
    cohort date NOT NULL,
    earlier_cohorts date[] DEFAULT '{}',
    sealed bytea NOT NULL,
    kept_on date NOT NULL,
    CONSTRAINT held_copy_reference_length CHECK (octet_length(reference) = 16)
);
COMMENT ON CONSTRAINT held_copy_reference_length ON held_copy IS 'A 128-bit keyed token.';
CREATE INDEX held_copy_of_child ON held_copy (authority, reference);
CREATE INDEX held_copy_of_cohort ON held_copy (cohort, authority);
CREATE TRIGGER held_copy_cohort_changed BEFORE UPDATE OF cohort ON held_copy
FOR EACH ROW WHEN (OLD.cohort <> NEW.cohort) EXECUTE FUNCTION note_earlier_cohort();

-- The destruction of a month's keys: asked for by one person, confirmed by another, done once.
CREATE TABLE destruction (
    month date NOT NULL,
    keys text NOT NULL,
    asked_by uuid NOT NULL REFERENCES practitioner,
    asked_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES practitioner,
    confirmed_at timestamptz,
    destroyed_at timestamptz,
    CONSTRAINT destruction_once PRIMARY KEY (month, keys),
    CONSTRAINT destruction_keys_are_known CHECK (keys IN ('data', 'audit')),
    CONSTRAINT destruction_month_is_one CHECK (extract(day FROM month) = 1),
    CONSTRAINT destruction_confirmed_whole CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT destruction_takes_two CHECK (confirmed_by <> asked_by),
    CONSTRAINT destruction_is_confirmed CHECK (destroyed_at IS NULL OR confirmed_at IS NOT NULL)
);
COMMENT ON CONSTRAINT destruction_once ON destruction IS 'A month''s keys are destroyed once.';
COMMENT ON CONSTRAINT destruction_keys_are_known ON destruction IS 'Records and audit bodies have periods of their own.';
COMMENT ON CONSTRAINT destruction_month_is_one ON destruction IS 'Keys expire by the month.';
COMMENT ON CONSTRAINT destruction_confirmed_whole ON destruction IS 'Who and when stand together.';
COMMENT ON CONSTRAINT destruction_takes_two ON destruction IS 'Two different people.';
COMMENT ON CONSTRAINT destruction_is_confirmed ON destruction IS 'Nothing is destroyed on one word.';

-- Children erased before their day. The live rows went with this row; the keys in `keys` (by name) still open them in
-- older backups, and are destroyed once a verified base backup begins at or after `after_lsn`.
CREATE TABLE erasure (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    reference bytea NOT NULL,
    keys text[] NOT NULL,
    erased_at timestamptz NOT NULL,
    after_lsn pg_lsn,
    settled_at timestamptz,
    CONSTRAINT erasure_reference_length CHECK (octet_length(reference) = 16)
);
COMMENT ON CONSTRAINT erasure_reference_length ON erasure IS 'A 128-bit keyed token.';
CREATE INDEX erasure_open ON erasure (erased_at) WHERE settled_at IS NULL;

-- Leaves that a restored database had lost and that were made good from outside, without the entry they stand for.
CREATE TABLE ledger_lost (
    leaf_index bigint PRIMARY KEY REFERENCES ledger_leaf,
    noted_at timestamptz NOT NULL
);
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_lost
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- Whether this database holds the tree that was signed last and the entries of what ended: asked of every connection
-- that answers or changes anything. It tells nothing else of the ledger.
CREATE FUNCTION holds_what_ended(signed bigint, entries uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT signed <= coalesce((SELECT max(c.size) FROM public.ledger_checkpoint c), 0)
    AND NOT EXISTS (
        SELECT FROM unnest(entries) AS known (id)
        WHERE NOT EXISTS (SELECT FROM public.ledger_entry e WHERE e.id = known.id))
$$;
