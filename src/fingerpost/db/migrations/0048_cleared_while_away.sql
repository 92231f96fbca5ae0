-- What a keeper cleared outlives the database with the shield (decision 62). A record that a restored one lacks waits
-- here, as it was when it was cleared: stated again like that it is not covered; stated otherwise it is in doubt.
ALTER TABLE shield_away ADD COLUMN cleared_as bytea;
COMMENT ON COLUMN shield_away.cleared_as IS 'A keyed fingerprint; null of what the shield covers.';
-- Its keeper is told once that what a shield covers is stated no more: it may be back with another reference and details.
ALTER TABLE shield_away ADD COLUMN told boolean NOT NULL DEFAULT false;

-- Who held a child that was looked for covertly, by their own reference: of what is told when the case is covert no more.
-- A record that was left out for a night, or whose work ended meanwhile, is otherwise known by nothing that an answer says.
CREATE TABLE covert_holder (
    entry uuid NOT NULL,
    authority text NOT NULL REFERENCES authority,
    reference bytea NOT NULL,
    CONSTRAINT covert_holder_once PRIMARY KEY (entry, authority, reference),
    CONSTRAINT covert_holder_reference_length CHECK (octet_length(reference) = 16)
);
COMMENT ON CONSTRAINT covert_holder_once ON covert_holder IS 'Of one answer a holder is told of a child once.';
COMMENT ON CONSTRAINT covert_holder_reference_length ON covert_holder IS 'A 128-bit keyed token.';
