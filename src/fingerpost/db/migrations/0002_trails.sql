-- Which records are held to be of the same child. No level, weight or value of a comparison is stored: what
-- explains a link is made again from the two sealed records (docs/decisions/0006-trails.md).

CREATE TABLE link (
    id uuid PRIMARY KEY,
    record_a uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    record_b uuid NOT NULL REFERENCES record ON DELETE CASCADE,
    -- How sure the comparison was when it was last made.
    band text NOT NULL,
    -- Who or what brought it about; see signposts/trails.py.
    rule text NOT NULL,
    state text NOT NULL,
    -- The last of the people who decided; null where the machine did.
    decided_by uuid REFERENCES practitioner,
    decided_at timestamptz NOT NULL,
    CONSTRAINT link_once UNIQUE (record_a, record_b),
    CONSTRAINT link_is_ordered CHECK (record_a < record_b),
    CONSTRAINT link_band_is_known CHECK (band IN ('certain', 'probable', 'possible')),
    CONSTRAINT link_rule_is_known CHECK (rule IN ('machine', 'people', 'remembered')),
    CONSTRAINT link_state_is_known CHECK (state IN ('proposed', 'confirmed', 'dismissed', 'linked', 'broken')),
    CONSTRAINT link_doubt_is_not_linked CHECK (state <> 'linked' OR band <> 'possible')
);
COMMENT ON CONSTRAINT link_once ON link IS 'Two authorities that load side by side make one link, not two.';
COMMENT ON CONSTRAINT link_is_ordered ON link IS 'A pair has one way to be written, and no record is linked to itself.';
COMMENT ON CONSTRAINT link_band_is_known ON link IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT link_rule_is_known ON link IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT link_state_is_known ON link IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT link_doubt_is_not_linked ON link IS 'A possible match is for two people to decide, never for the machine.';
CREATE INDEX link_of_record_b ON link (record_b);
CREATE INDEX link_waiting ON link (decided_at) WHERE state = 'proposed';

-- What two different people say of a proposed link. The ledger keeps what each of them saw.
CREATE TABLE link_verdict (
    link_id uuid NOT NULL REFERENCES link ON DELETE CASCADE,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    same boolean NOT NULL,
    CONSTRAINT link_verdict_once PRIMARY KEY (link_id, practitioner_id)
);
COMMENT ON CONSTRAINT link_verdict_once ON link_verdict IS 'One person has one voice, however often they speak.';

-- Pairs that must not be linked again, by the authorities' own references, so that a record which vanishes
-- and returns under a new id is still known. Rows are added and never changed (grants.sql).
CREATE TABLE link_break (
    reference_a bytea NOT NULL,
    reference_b bytea NOT NULL,
    authority_a text NOT NULL REFERENCES authority,
    authority_b text NOT NULL REFERENCES authority,
    reason text NOT NULL,
    decided_by uuid REFERENCES practitioner,
    decided_at timestamptz NOT NULL,
    CONSTRAINT link_break_once PRIMARY KEY (reference_a, reference_b, reason),
    CONSTRAINT link_break_is_ordered CHECK (reference_a < reference_b),
    CONSTRAINT link_break_reference_length CHECK (octet_length(reference_a) = 16 AND octet_length(reference_b) = 16),
    CONSTRAINT link_break_reason_is_known CHECK (reason IN ('wrong_match', 'never_join'))
);
COMMENT ON CONSTRAINT link_break_once ON link_break IS 'A pair is broken once for each reason; the first word stands.';
COMMENT ON CONSTRAINT link_break_is_ordered ON link_break IS 'A pair has one way to be written.';
COMMENT ON CONSTRAINT link_break_reference_length ON link_break IS '128-bit keyed tokens; they say nothing without the index key.';
COMMENT ON CONSTRAINT link_break_reason_is_known ON link_break IS 'A closed set of words: why, without a word about a child.';
CREATE INDEX link_break_of_b ON link_break (reference_b);

-- Records whose links have to be looked for: written with the record, taken away with the links. A process
-- that dies between the two leaves the work, not a gap.
CREATE TABLE link_due (
    record_id uuid PRIMARY KEY REFERENCES record ON DELETE CASCADE,
    -- Changes whenever the record does, so that an answer to an older question does not settle a newer one.
    asked uuid NOT NULL
);

-- What is stored already has no links yet.
INSERT INTO link_due (record_id, asked) SELECT id, gen_random_uuid() FROM record;
