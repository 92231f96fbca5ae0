-- A child that is handed over is known again after its record left a feed for a night and came back as another
-- (docs/moves.md): by the sender's own reference, not by the record alone.

-- Null where whoever accepted the child hands it on by that hand-over, and where the record went before this migration.
ALTER TABLE hand_over ADD COLUMN reference bytea;
ALTER TABLE hand_over ADD CONSTRAINT hand_over_reference_length CHECK (octet_length(reference) = 16);
COMMENT ON CONSTRAINT hand_over_reference_length ON hand_over IS 'A 128-bit keyed token.';
UPDATE hand_over h SET reference = r.reference FROM record r WHERE r.id = h.child AND r.authority = h.sender;
CREATE INDEX hand_over_of_reference ON hand_over (reference) WHERE reference IS NOT NULL;
