-- Who has signed in to the pages, and what they were doing there.

-- Which account of a sign-in service is which practitioner. An administrator says so; nobody claims it.
CREATE TABLE sign_in_account (
    issuer text NOT NULL,
    subject text NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    CONSTRAINT sign_in_account_once PRIMARY KEY (issuer, subject)
);
COMMENT ON CONSTRAINT sign_in_account_once ON sign_in_account IS 'One account signs in as one person.';
CREATE INDEX sign_in_account_of ON sign_in_account (practitioner_id);

-- A sign-in that has begun and is not finished. Lives for minutes.
CREATE TABLE sign_in_started (
    -- SHA-256 of the cookie that the browser must bring back with the code.
    cookie_hash bytea PRIMARY KEY,
    state text NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    afresh boolean NOT NULL,
    -- Where to go afterwards: a path of ours.
    onward text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT sign_in_started_hash_length CHECK (octet_length(cookie_hash) = 32)
);
COMMENT ON CONSTRAINT sign_in_started_hash_length ON sign_in_started IS 'A SHA-256 digest; never the cookie itself.';
CREATE INDEX sign_in_started_ending ON sign_in_started (expires_at);

CREATE TABLE web_session (
    id uuid PRIMARY KEY,
    cookie_hash bytea NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    -- Keys what proves that a form is this session's, and when its cookie was last used.
    secret bytea NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    -- The provider's own name of its session, for when it ends there; empty where it gives none.
    provider_session text NOT NULL,
    -- The signed statement that was shown at sign-in: handed back to the provider at sign-out.
    id_token text NOT NULL,
    authenticated_at timestamptz NOT NULL,
    acr text NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT web_session_cookie UNIQUE (cookie_hash),
    CONSTRAINT web_session_hash_length CHECK (octet_length(cookie_hash) = 32)
);
COMMENT ON CONSTRAINT web_session_cookie ON web_session IS 'A cookie names one session.';
COMMENT ON CONSTRAINT web_session_hash_length ON web_session IS 'A SHA-256 digest; never the cookie itself.';
CREATE INDEX web_session_ending ON web_session (ends_at);
CREATE INDEX web_session_at_provider ON web_session (issuer, subject);

-- What a person typed, or was answered, until they close the page: sealed under a key that only the running vault has,
-- so that no copy of the database can open it, ever.
CREATE TABLE web_kept (
    session_id uuid NOT NULL REFERENCES web_session ON DELETE CASCADE,
    -- Random; the page's address holds it, and nothing about a child.
    page uuid NOT NULL,
    kept_at timestamptz NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT web_kept_once PRIMARY KEY (session_id, page)
);
COMMENT ON CONSTRAINT web_kept_once ON web_kept IS 'Two tabs are two pages; none shows what belongs to the other.';
