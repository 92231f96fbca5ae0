-- Alerts of missing families: raised by one person, approved by a senior, called back from all (docs/moves.md).

ALTER TABLE notice DROP CONSTRAINT notice_kind_is_known;
ALTER TABLE notice ADD CONSTRAINT notice_kind_is_known CHECK (kind IN (
    'shared', 'orphaned', 'out_of_area', 'hand_over_offered', 'hand_over_accepted', 'hand_over_declined',
    'hand_over_lapsed', 'hand_over_withdrawn', 'hand_over_overdue', 'staying', 'left_england', 'returned',
    'late_hit', 'looked_for', 'alert', 'alert_found', 'alert_ended', 'contact_test'));
COMMENT ON CONSTRAINT notice_kind_is_known ON notice IS 'A closed set of words: nothing about a child fits in.';

CREATE TABLE missing_alert (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    state text NOT NULL,
    -- The answers that its children were asked for in: what was asked is sealed there, and nowhere else.
    entries uuid[] NOT NULL,
    raised_by uuid NOT NULL REFERENCES practitioner,
    raised_at timestamptz NOT NULL,
    approved_by uuid REFERENCES practitioner,
    approved_at timestamptz,
    -- Its last day.
    until date NOT NULL,
    ended_at timestamptz,
    reason text,
    CONSTRAINT missing_alert_state_is_known CHECK (state IN ('raised', 'out', 'ended')),
    CONSTRAINT missing_alert_reason_is_known CHECK (reason IN ('found', 'mistaken', 'refused', 'expired')),
    CONSTRAINT missing_alert_two_people CHECK (approved_by <> raised_by),
    CONSTRAINT missing_alert_out_is_approved CHECK (state <> 'out' OR approved_by IS NOT NULL)
);
COMMENT ON CONSTRAINT missing_alert_state_is_known ON missing_alert IS 'A closed set of words.';
COMMENT ON CONSTRAINT missing_alert_reason_is_known ON missing_alert IS 'A closed set of words: why it ended.';
COMMENT ON CONSTRAINT missing_alert_two_people ON missing_alert IS 'Nobody approves their own alert.';
COMMENT ON CONSTRAINT missing_alert_out_is_approved ON missing_alert IS 'Nobody is told before a senior approves.';
CREATE INDEX missing_alert_open ON missing_alert (until) WHERE state <> 'ended';
CREATE INDEX missing_alert_of_authority ON missing_alert (authority, raised_at);
CREATE INDEX missing_alert_ended ON missing_alert (ended_at);

-- Which authorities were looked through for an alert, each as of its own feed. One that is silent has no line.
CREATE TABLE alert_sweep (
    alert uuid NOT NULL REFERENCES missing_alert ON DELETE CASCADE,
    authority text NOT NULL REFERENCES authority,
    as_of timestamptz NOT NULL,
    CONSTRAINT alert_sweep_once PRIMARY KEY (alert, authority)
);
COMMENT ON CONSTRAINT alert_sweep_once ON alert_sweep IS 'One line for each authority: the latest.';

-- Whoever asks for a shield while an alert is out is told of the alert: its questions are held against the shields anew.
CREATE FUNCTION hold_alerts_against_shield() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.watch_waiting (entry)
    SELECT DISTINCT w.entry FROM public.watch w JOIN public.missing_alert a ON a.id = w.standing WHERE a.state = 'out'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER shield_meets_alerts AFTER INSERT ON shield
FOR EACH STATEMENT EXECUTE FUNCTION hold_alerts_against_shield();

-- An answer whose asker wants its question to stand, though questions of its purpose do not by themselves.
ALTER TABLE asked_waiting ADD COLUMN wanted boolean NOT NULL DEFAULT false;

-- Whether a question stands for an alert is asked of each that is held against the shields.
CREATE INDEX watch_of_entry ON watch (entry);
CREATE INDEX watch_hit_of_standing ON watch_hit (standing);
