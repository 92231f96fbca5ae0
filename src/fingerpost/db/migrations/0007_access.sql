-- Who is let in at all: accreditation of bodies, people and clients; switches; and emergency access. Nothing here is
-- about a child. What stands already is unaccredited until somebody records it (docs/access.md, "After an upgrade").

ALTER TABLE authority
    -- The named person who answers for it; empty while nobody does.
    ADD COLUMN owner text NOT NULL DEFAULT '',
    -- The day its checklist was done. Null: never accredited.
    ADD COLUMN checked_on date,
    ADD COLUMN suspended_at timestamptz;

ALTER TABLE practitioner
    ADD COLUMN dbs_on date,
    ADD COLUMN trained_on date,
    -- The day from which a leaver is out.
    ADD COLUMN leaves_on date,
    -- The last day of a lookup or sign-in. Written once a day at most; for those before today, counted from today.
    ADD COLUMN used_on date NOT NULL DEFAULT current_date,
    -- Whether a second person has said yes to the role: asked of records officers only.
    ADD COLUMN role_agreed boolean NOT NULL DEFAULT false;

ALTER TABLE client
    ADD COLUMN assured_on date,
    ADD COLUMN suspended_at timestamptz;

-- One row, so that one command stops the country, and one column says since when.
CREATE TABLE nation (
    one boolean PRIMARY KEY DEFAULT true,
    suspended_at timestamptz,
    -- Who said first that it may go on; a second person completes it.
    restored_by uuid REFERENCES practitioner,
    CONSTRAINT nation_is_one CHECK (one)
);
COMMENT ON CONSTRAINT nation_is_one ON nation IS 'There is one country, and it is on or off.';
INSERT INTO nation (one) VALUES (true);

-- Who opened what when, and who looked at it afterwards. The reason is sealed on the ledger, in `entry`.
CREATE TABLE emergency (
    id uuid PRIMARY KEY,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    entry uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    review_by timestamptz NOT NULL,
    reviewed_at timestamptz,
    reviewed_by uuid REFERENCES practitioner,
    justified boolean,
    CONSTRAINT emergency_reviewed_whole CHECK (
        (reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (justified IS NULL)),
    CONSTRAINT emergency_reviewed_by_another CHECK (reviewed_by <> practitioner_id),
    CONSTRAINT emergency_review_follows CHECK (review_by > opened_at)
);
COMMENT ON CONSTRAINT emergency_reviewed_whole ON emergency IS 'When, who and what they found stand together.';
COMMENT ON CONSTRAINT emergency_reviewed_by_another ON emergency IS 'Nobody reviews themselves.';
COMMENT ON CONSTRAINT emergency_review_follows ON emergency IS 'A review is due after what it is of.';
CREATE INDEX emergency_of_practitioner ON emergency (practitioner_id);
