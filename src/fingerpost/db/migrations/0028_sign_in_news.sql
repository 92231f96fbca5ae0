-- What happened to the accounts by which somebody signs in: told to them at their next pages, and forgotten after
-- two weeks. The ledger keeps it for good.
CREATE TABLE sign_in_news (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    kind text NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT sign_in_news_kind_is_known CHECK (kind IN ('named', 'taken', 'weak'))
);
COMMENT ON CONSTRAINT sign_in_news_kind_is_known ON sign_in_news IS 'A closed set of words.';
CREATE INDEX sign_in_news_of ON sign_in_news (practitioner_id);
CREATE INDEX web_session_of ON web_session (practitioner_id);
