-- A child who was handed on, and of whom two people still have to say whether somebody has it (docs/moves.md).
ALTER TABLE notice DROP CONSTRAINT notice_kind_is_known;
ALTER TABLE notice ADD CONSTRAINT notice_kind_is_known CHECK (kind IN (
    'shared', 'orphaned', 'orphan_asked', 'out_of_area', 'hand_over_offered', 'hand_over_accepted',
    'hand_over_declined', 'hand_over_lapsed', 'hand_over_withdrawn', 'hand_over_overdue', 'staying',
    'left_england', 'returned', 'late_hit', 'looked_for', 'alert', 'alert_found', 'alert_ended', 'contact_test',
    'links_wait', 'links_overdue')) NOT VALID;
ALTER TABLE notice VALIDATE CONSTRAINT notice_kind_is_known;
COMMENT ON CONSTRAINT notice_kind_is_known ON notice IS 'A closed set of words: nothing about a child fits in.';
