-- Who takes part, and how to reach them. Nothing here is about a child.

CREATE TABLE authority (
    code text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    -- The moment its last feed was accepted whole; null while it has never reported.
    reported_at timestamptz,
    CONSTRAINT authority_code_shape CHECK (code ~ '^[A-Z0-9]{3,9}$')
);
COMMENT ON CONSTRAINT authority_code_shape ON authority IS 'A GSS code (E06000001) or an ODS code (RJ1).';

CREATE TABLE team (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    reference text NOT NULL,
    name text NOT NULL,
    office_phone text NOT NULL,
    office_hours text NOT NULL,
    duty_phone text NOT NULL,
    inbox text NOT NULL,
    -- When somebody last rang and was answered; null means never proven.
    proven_on date,
    CONSTRAINT team_once UNIQUE (authority, reference)
);
COMMENT ON CONSTRAINT team_once ON team IS 'A re-sent contact sheet updates a team; it never doubles one.';

CREATE TABLE practitioner (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    reference text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT practitioner_once UNIQUE (authority, reference)
);
COMMENT ON CONSTRAINT practitioner_once ON practitioner IS 'One person, one account, in one authority.';

CREATE TABLE client (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    name text NOT NULL,
    -- SHA-256 of the bearer token: 256 random bits need no salt and no stretching.
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT client_token_hash UNIQUE (token_hash),
    CONSTRAINT client_token_hash_length CHECK (octet_length(token_hash) = 32)
);
COMMENT ON CONSTRAINT client_token_hash ON client IS 'A token names one client.';
COMMENT ON CONSTRAINT client_token_hash_length ON client IS 'A SHA-256 digest; never the token itself.';

-- One authority's sealed details of one child. No name, date, sex or number is in clear (promise 5).
CREATE TABLE record (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    -- Keyed token of the authority's own reference: finds the record again on re-load, says nothing.
    reference bytea NOT NULL,
    -- First day of the month the record leaves in: with the authority, it names the key that opens it.
    cohort date NOT NULL,
    schema_version smallint NOT NULL,
    sealed bytea NOT NULL,
    tokens bigint[] NOT NULL,
    -- Keyed digest of the details: tells a re-sent record from a corrected one without opening it.
    fingerprint bytea NOT NULL,
    CONSTRAINT record_once UNIQUE (authority, reference),
    CONSTRAINT record_reference_length CHECK (octet_length(reference) = 16),
    CONSTRAINT record_cohort_is_month CHECK (extract(day FROM cohort) = 1)
);
COMMENT ON CONSTRAINT record_once ON record IS 'The same child sent twice, or by 64 threads at once, is one record.';
COMMENT ON CONSTRAINT record_reference_length ON record IS 'A 128-bit keyed token.';
COMMENT ON CONSTRAINT record_cohort_is_month ON record IS 'Keys expire by the month.';

-- The inverted index of record.tokens, kept by the triggers below and by nothing else.
CREATE TABLE token (
    token bigint NOT NULL,
    record_id uuid NOT NULL,
    PRIMARY KEY (token, record_id)
);

-- Tokens shared by too many records to tell children apart, or to be safe from counting.
CREATE TABLE common_token (
    token bigint PRIMARY KEY
);

CREATE FUNCTION index_added_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.token (token, record_id)
    SELECT DISTINCT held.token, added.id
    FROM added CROSS JOIN LATERAL unnest(added.tokens) AS held (token)
    WHERE NOT EXISTS (SELECT FROM public.common_token c WHERE c.token = held.token)
    ORDER BY 1, 2;
    RETURN NULL;
END $$;

CREATE FUNCTION unindex_removed_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM public.token t
    USING (
        SELECT held.token, removed.id
        FROM removed CROSS JOIN LATERAL unnest(removed.tokens) AS held (token)
    ) gone
    WHERE t.token = gone.token AND t.record_id = gone.id;
    RETURN NULL;
END $$;

CREATE FUNCTION reindex_changed_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM public.token t
    USING (
        SELECT held.token, before.id
        FROM before JOIN after USING (id) CROSS JOIN LATERAL unnest(before.tokens) AS held (token)
        WHERE before.tokens IS DISTINCT FROM after.tokens
    ) gone
    WHERE t.token = gone.token AND t.record_id = gone.id;
    INSERT INTO public.token (token, record_id)
    SELECT DISTINCT held.token, after.id
    FROM before JOIN after USING (id) CROSS JOIN LATERAL unnest(after.tokens) AS held (token)
    WHERE before.tokens IS DISTINCT FROM after.tokens
      AND NOT EXISTS (SELECT FROM public.common_token c WHERE c.token = held.token);
    RETURN NULL;
END $$;

CREATE TRIGGER record_added AFTER INSERT ON record
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION index_added_records();
CREATE TRIGGER record_removed AFTER DELETE ON record
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION unindex_removed_records();
CREATE TRIGGER record_changed AFTER UPDATE ON record
REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION reindex_changed_records();

-- Moves every token that more than `most` records share out of the index. Returns how many.
CREATE FUNCTION drop_common_tokens(candidates bigint[], most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    dropped bigint;
BEGIN
    WITH crowded AS (
        SELECT t.token FROM public.token t
        WHERE t.token = ANY (candidates)
        GROUP BY t.token HAVING count(*) > most
    ), noted AS (
        INSERT INTO public.common_token (token) SELECT crowded.token FROM crowded
        ON CONFLICT DO NOTHING RETURNING common_token.token
    ), gone AS (
        DELETE FROM public.token t USING crowded WHERE t.token = crowded.token
    )
    SELECT count(*) INTO dropped FROM noted;
    RETURN dropped;
END $$;

-- What an authority states: one service is, or was, working with one child. Never content, never why.
CREATE TABLE signpost (
    id uuid PRIMARY KEY,
    record_id uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    service text NOT NULL,
    -- Null where the feed names no team that the contact sheet knows: the authority's front door answers.
    team_id uuid REFERENCES team,
    role text NOT NULL,
    started date NOT NULL,
    ended date,
    confirmed date NOT NULL,
    leaves_on date NOT NULL,
    -- The eligibility rule that let it in, and the source table; the row's own id is sealed.
    rule text NOT NULL,
    source_table text NOT NULL,
    -- Keyed token of authority, table and row id: finds the signpost again on re-load.
    source bytea NOT NULL,
    sealed_source bytea NOT NULL,
    cohort date NOT NULL,
    CONSTRAINT signpost_once UNIQUE (source),
    CONSTRAINT signpost_ends_after_start CHECK (ended >= started),
    CONSTRAINT signpost_source_length CHECK (octet_length(source) = 16)
);
COMMENT ON CONSTRAINT signpost_once ON signpost IS 'One source row is one signpost, however often it is sent.';
COMMENT ON CONSTRAINT signpost_ends_after_start ON signpost IS 'An ending before the start is a typing slip, stopped at the door.';
COMMENT ON CONSTRAINT signpost_source_length ON signpost IS 'A 128-bit keyed token.';
CREATE INDEX signpost_of_record ON signpost (record_id);
CREATE INDEX signpost_leaving ON signpost (leaves_on);

-- One accepted feed. What changed is counted here; who changed is on the ledger.
CREATE TABLE feed_run (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    format text NOT NULL,
    received_at timestamptz NOT NULL,
    digest bytea NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    removed integer NOT NULL,
    unchanged integer NOT NULL,
    quarantined integer NOT NULL
);
CREATE INDEX feed_run_latest ON feed_run (authority, received_at DESC);

-- A row that was set aside: where it is and what is wrong with it, never what it says.
CREATE TABLE feed_quarantine (
    run_id uuid NOT NULL REFERENCES feed_run ON DELETE CASCADE,
    source_table text NOT NULL,
    row_number integer NOT NULL,
    field text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (run_id, source_table, row_number, field)
);

-- The record of everything disclosed or changed. Rows are added and never touched again.
CREATE TABLE ledger_entry (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind text NOT NULL,
    -- The audit key's month: body and nonce can be erased by destroying it, and the leaf still stands.
    cohort date NOT NULL,
    leaf bytea NOT NULL,
    signature bytea NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT ledger_entry_once UNIQUE (id),
    CONSTRAINT ledger_leaf_length CHECK (octet_length(leaf) = 32)
);
COMMENT ON CONSTRAINT ledger_entry_once ON ledger_entry IS 'A receipt names one entry.';
COMMENT ON CONSTRAINT ledger_leaf_length ON ledger_entry IS 'SHA-256 of nonce and canonical event.';

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
-- Even the owner's slip of the hand is stopped; a determined owner is what receipts and witnesses are for.
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
