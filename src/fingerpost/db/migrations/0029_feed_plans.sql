-- What an authority's next feed would change: the newest dry run, or the feed that is held, for its own people.
CREATE TABLE feed_plan (
    authority text PRIMARY KEY REFERENCES authority,
    digest bytea NOT NULL,
    held boolean NOT NULL,
    report jsonb NOT NULL,
    accepted boolean,
    decided_by uuid REFERENCES practitioner,
    decided_at timestamptz,
    CONSTRAINT feed_plan_is_decided_whole CHECK (num_nulls(accepted, decided_by, decided_at) IN (0, 3))
);
COMMENT ON TABLE feed_plan IS 'Counts, rules and places in files: no value of a child. It goes when a feed is loaded.';
COMMENT ON COLUMN feed_plan.digest IS 'Of the files: what is decided holds for these very ones.';
