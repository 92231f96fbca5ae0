-- Contact requests: somebody who was shown a signpost asks its team to ring back (docs/requests.md). Who asks, and
-- what became of it, is people's; no column holds a word about a child.

CREATE TABLE contact_request (
    id uuid PRIMARY KEY,
    -- Goes with the signpost: what has left can be asked about no more.
    signpost_id uuid NOT NULL REFERENCES signpost ON DELETE CASCADE,
    -- The answer on the ledger that showed it.
    entry uuid NOT NULL,
    -- Who is asked.
    authority text NOT NULL REFERENCES authority,
    asked_by uuid NOT NULL REFERENCES practitioner,
    asked_at timestamptz NOT NULL,
    escalates_at timestamptz NOT NULL,
    escalated_at timestamptz,
    lapses_at timestamptz NOT NULL,
    leaves_on date NOT NULL,
    -- The month whose key seals where to ring back, why and on which case; never later than the record's own.
    cohort date NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    outcome text,
    seen_by uuid REFERENCES practitioner,
    seen_at timestamptz,
    ended_by uuid REFERENCES practitioner,
    ended_at timestamptz,
    CONSTRAINT contact_request_once UNIQUE (signpost_id, entry),
    CONSTRAINT contact_request_state_is_known CHECK (state IN ('asked', 'seen', 'answered', 'not_shared', 'lapsed')),
    CONSTRAINT contact_request_outcome_is_known CHECK (outcome IN (
        'spoke', 'wrote', 'no_consent', 'not_necessary', 'would_harm', 'court_order', 'another_child')),
    CONSTRAINT contact_request_outcome_has_its_state CHECK ((outcome IS NULL) = (state NOT IN ('answered', 'not_shared'))),
    CONSTRAINT contact_request_seen_whole CHECK ((seen_by IS NULL) = (seen_at IS NULL)),
    CONSTRAINT contact_request_cohort_is_month CHECK (extract(day FROM cohort) = 1)
);
COMMENT ON CONSTRAINT contact_request_once ON contact_request IS 'Asked twice about one answer, it is one request.';
COMMENT ON CONSTRAINT contact_request_state_is_known ON contact_request IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT contact_request_outcome_is_known ON contact_request IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT contact_request_outcome_has_its_state ON contact_request IS 'An answer says how, a refusal says why.';
COMMENT ON CONSTRAINT contact_request_seen_whole ON contact_request IS 'Who and when stand together.';
COMMENT ON CONSTRAINT contact_request_cohort_is_month ON contact_request IS 'Keys expire by the month.';
CREATE INDEX contact_request_waiting ON contact_request (authority, escalates_at) WHERE state IN ('asked', 'seen');
CREATE INDEX contact_request_due ON contact_request (escalates_at) WHERE state IN ('asked', 'seen');
CREATE INDEX contact_request_lapsing ON contact_request (lapses_at) WHERE state IN ('asked', 'seen');
CREATE INDEX contact_request_of_asker ON contact_request (asked_by, asked_at);
CREATE INDEX contact_request_leaving ON contact_request (leaves_on);
CREATE INDEX contact_request_of_month ON contact_request (cohort, authority);
