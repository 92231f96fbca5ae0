-- Erasing a child renews every key of its authority (decision 57), so which months sealed a row before is noted no more.
DROP TRIGGER record_cohort_changed ON record;
DROP TRIGGER signpost_cohort_changed ON signpost;
DROP TRIGGER held_copy_cohort_changed ON held_copy;
DROP FUNCTION note_earlier_cohort();
ALTER TABLE record DROP COLUMN earlier_cohorts;
ALTER TABLE signpost DROP COLUMN earlier_cohorts;
ALTER TABLE held_copy DROP COLUMN earlier_cohorts;
