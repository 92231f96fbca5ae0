-- What a keeper cleared outlives the database with the shield (decision 62). A record that a restored one lacks waits
-- here, as it was when it was cleared: stated again like that it is not covered; stated otherwise it is in doubt.
ALTER TABLE shield_away ADD COLUMN cleared_as bytea;
COMMENT ON COLUMN shield_away.cleared_as IS 'A keyed fingerprint; null of what the shield covers.';
