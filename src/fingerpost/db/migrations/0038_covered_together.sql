-- Which covered records were of one trail. Covering takes their links back, and with them went what a second shield has
-- to cover too: once the first was lifted, the rest of the trail showed while the second stood.
ALTER TABLE shield_cover ADD COLUMN trail uuid;
CREATE INDEX shield_cover_of_trail ON shield_cover (trail) WHERE trail IS NOT NULL;
