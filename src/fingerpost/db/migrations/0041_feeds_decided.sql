-- What an authority's people said of files that were held, and which feed is the newest (docs/decisions/0056).

CREATE TABLE feed_decision (
    authority text NOT NULL REFERENCES authority,
    digest bytea NOT NULL,
    accepted boolean NOT NULL,
    decided_by uuid NOT NULL REFERENCES practitioner,
    decided_at timestamptz NOT NULL,
    CONSTRAINT feed_decision_once PRIMARY KEY (authority, digest)
);
COMMENT ON TABLE feed_decision IS 'Of files, whatever is planned since. Let in holds until a feed is loaded; a mistake until it is called right.';
COMMENT ON CONSTRAINT feed_decision_once ON feed_decision IS 'What was said last of the same files holds.';

INSERT INTO feed_decision (authority, digest, accepted, decided_by, decided_at)
SELECT authority, digest, accepted, decided_by, decided_at FROM feed_plan WHERE accepted IS NOT NULL;

ALTER TABLE feed_plan DROP COLUMN accepted, DROP COLUMN decided_by, DROP COLUMN decided_at;

-- The order in which feeds were written: when they were received is when somebody began to read them.
ALTER TABLE feed_run ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY;
