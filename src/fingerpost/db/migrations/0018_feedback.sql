-- What users say of the service, and what was answered. The words are sealed on the ledger and stand nowhere else.
CREATE TABLE feedback (
    id uuid PRIMARY KEY,
    given_at timestamptz NOT NULL,
    -- The entry that holds what was said, and the one that holds the answer.
    given uuid NOT NULL,
    answered uuid,
    published boolean NOT NULL DEFAULT false,
    CONSTRAINT feedback_published_when_answered CHECK (answered IS NOT NULL OR NOT published)
);
COMMENT ON CONSTRAINT feedback_published_when_answered ON feedback IS 'Nothing is public before somebody has read it.';
CREATE INDEX feedback_public ON feedback (given_at) WHERE published;
CREATE INDEX feedback_waiting ON feedback (given_at) WHERE answered IS NULL;
