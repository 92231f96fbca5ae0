-- A team that left its authority's contact sheet, and whom one reaches instead (docs/decisions/0061).

-- When a sheet last named it; null for one that no sheet named, or that its authority's people say still stands.
ALTER TABLE team ADD COLUMN named_at timestamptz;
-- Since when it is on no sheet any more, and who took over, where its authority's people said so. It is never deleted:
-- signposts lead to it.
ALTER TABLE team ADD COLUMN left_on date;
ALTER TABLE team ADD COLUMN successor_id uuid REFERENCES team;
ALTER TABLE team ADD CONSTRAINT team_succeeded_has_left CHECK (successor_id IS NULL OR left_on IS NOT NULL);
COMMENT ON CONSTRAINT team_succeeded_has_left ON team IS 'Nobody is sent past a team that answers.';

-- The team that whoever is led to `led_to` reaches: that one while it stands, else the first of its successors that
-- does, else the front door of the authority: its first team that stands. Where none stands, the one led to.
CREATE FUNCTION team_reached(led_to uuid, of_authority text) RETURNS uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT id, left_on, successor_id FROM public.team WHERE id = led_to
        UNION SELECT t.id, t.left_on, t.successor_id FROM line JOIN public.team t ON t.id = line.successor_id)
    SELECT coalesce(
        (SELECT id FROM line WHERE left_on IS NULL),
        (SELECT id FROM public.team WHERE authority = of_authority AND left_on IS NULL ORDER BY reference LIMIT 1),
        led_to,
        (SELECT id FROM public.team WHERE authority = of_authority ORDER BY reference LIMIT 1))
$$;

-- As before, past teams that left: no message goes to an inbox that nobody reads any more.
CREATE OR REPLACE VIEW notice_reader AS
SELECT n.id, n.authority, coalesce(
    nullif(CASE n.step WHEN 'manager' THEN r.managers WHEN 'director' THEN r.directors WHEN 'duty' THEN r.duty END, ''),
    nullif(CASE WHEN t.left_on IS NULL THEN t.inbox
        ELSE (SELECT i.inbox FROM team i WHERE i.id = team_reached(t.id, n.authority)) END, ''),
    (SELECT door.inbox FROM team door WHERE door.id = team_reached(NULL, n.authority)),
    '') AS recipient
FROM notice n LEFT JOIN notice_route r ON r.authority = n.authority LEFT JOIN team t ON t.id = n.team_id
WHERE n.acknowledged_at IS NULL;
