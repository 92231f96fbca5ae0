-- Whoever can decide a proposed link is told that it waits (docs/notices.md).
ALTER TABLE notice DROP CONSTRAINT notice_kind_is_known;
ALTER TABLE notice ADD CONSTRAINT notice_kind_is_known CHECK (kind IN (
    'shared', 'orphaned', 'out_of_area', 'hand_over_offered', 'hand_over_accepted', 'hand_over_declined',
    'hand_over_lapsed', 'hand_over_withdrawn', 'hand_over_overdue', 'staying', 'left_england', 'returned',
    'late_hit', 'looked_for', 'alert', 'alert_found', 'alert_ended', 'contact_test', 'links_wait', 'links_overdue'));
COMMENT ON CONSTRAINT notice_kind_is_known ON notice IS 'A closed set of words: nothing about a child fits in.';

-- Of which proposed link an authority was told, when last, and by which notice: one notice stands for many links.
CREATE TABLE link_call (
    link_id uuid NOT NULL REFERENCES link ON DELETE CASCADE,
    authority text NOT NULL REFERENCES authority,
    cause uuid NOT NULL,
    called_at timestamptz NOT NULL,
    PRIMARY KEY (link_id, authority)
);
CREATE INDEX link_call_of_cause ON link_call (cause);
CREATE INDEX link_call_overdue ON link_call (called_at);
CREATE INDEX notice_links_waiting ON notice (authority, cause)
WHERE kind IN ('links_wait', 'links_overdue') AND acknowledged_at IS NULL;

-- What waits already is told once.
INSERT INTO move_due (record_id) SELECT record_a FROM link WHERE state = 'proposed'
UNION SELECT record_b FROM link WHERE state = 'proposed';
