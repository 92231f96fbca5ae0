-- Who must be told what (docs/notices.md). A notice is written in the transaction of its cause. It points: to a record
-- of the authority that is told, and to one of another authority whose team is shown while it may be seen. It holds no
-- word about a child, and nothing in it is sealed: what it points to goes by its own day.

CREATE TABLE notice (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    kind text NOT NULL,
    told_at timestamptz NOT NULL,
    -- What brought it about: a meeting of two records, a hand-over, an alert, an answer.
    cause uuid NOT NULL,
    -- The record that it is about, for whoever is told: another's only where they hold none of their own.
    record_id uuid REFERENCES record ON DELETE CASCADE,
    -- The record whose team is shown.
    other_id uuid,
    -- The answer that it is about, said by its spoken reference.
    entry uuid,
    team_id uuid REFERENCES team,
    -- Who is looking at it now; see notices/kinds.py.
    step text NOT NULL,
    next_step_at timestamptz,
    acknowledged_by uuid REFERENCES practitioner,
    acknowledged_at timestamptz,
    recalled_at timestamptz,
    CONSTRAINT notice_once UNIQUE (authority, kind, cause),
    CONSTRAINT notice_kind_is_known CHECK (kind IN (
        'shared', 'orphaned', 'out_of_area', 'hand_over_offered', 'hand_over_accepted', 'hand_over_declined',
        'hand_over_lapsed', 'hand_over_withdrawn', 'hand_over_overdue', 'staying', 'left_england', 'returned',
        'late_hit', 'looked_for', 'alert', 'alert_ended', 'alert_shielded', 'contact_test')),
    CONSTRAINT notice_step_is_known CHECK (step IN ('team', 'manager', 'director', 'duty')),
    CONSTRAINT notice_acknowledged_whole CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
COMMENT ON CONSTRAINT notice_once ON notice IS 'A cause tells an authority one thing once, however often it is looked at.';
COMMENT ON CONSTRAINT notice_kind_is_known ON notice IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT notice_step_is_known ON notice IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT notice_acknowledged_whole ON notice IS 'Who and when stand together.';
CREATE INDEX notice_of_authority ON notice (authority, told_at);
CREATE INDEX notice_waiting ON notice (authority, told_at) WHERE acknowledged_at IS NULL;
CREATE INDEX notice_next_step ON notice (next_step_at) WHERE acknowledged_at IS NULL AND next_step_at IS NOT NULL;
CREATE INDEX notice_of_cause ON notice (cause);
CREATE INDEX notice_of_record ON notice (record_id);

-- Where an authority wants to be told, beside its teams' own inboxes. Empty: the team's inbox, and no webhook.
CREATE TABLE notice_route (
    authority text PRIMARY KEY REFERENCES authority,
    managers text NOT NULL,
    directors text NOT NULL,
    duty text NOT NULL,
    webhook text NOT NULL
);

-- Who reads what waits: the address that a notice's step leads to.
CREATE VIEW notice_reader AS
SELECT n.id, n.authority, coalesce(
    nullif(CASE n.step WHEN 'manager' THEN r.managers WHEN 'director' THEN r.directors WHEN 'duty' THEN r.duty END, ''),
    nullif(t.inbox, ''),
    (SELECT first.inbox FROM team first WHERE first.authority = n.authority ORDER BY first.reference LIMIT 1),
    '') AS recipient
FROM notice n LEFT JOIN notice_route r ON r.authority = n.authority LEFT JOIN team t ON t.id = n.team_id
WHERE n.acknowledged_at IS NULL;

-- That something waits, on its way to an address or a webhook. One is under way to each at most: it says how many wait.
CREATE TABLE notice_delivery (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    channel text NOT NULL,
    recipient text NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    CONSTRAINT notice_delivery_channel_is_known CHECK (channel IN ('email', 'webhook'))
);
COMMENT ON CONSTRAINT notice_delivery_channel_is_known ON notice_delivery IS 'A closed set of words.';
CREATE UNIQUE INDEX notice_delivery_under_way ON notice_delivery (authority, channel, recipient) WHERE sent_at IS NULL;
CREATE INDEX notice_delivery_due ON notice_delivery (due_at) WHERE sent_at IS NULL;
CREATE INDEX notice_delivery_sent ON notice_delivery (authority, channel, recipient, sent_at);
CREATE INDEX notice_delivery_ending ON notice_delivery (sent_at) WHERE sent_at IS NOT NULL;
