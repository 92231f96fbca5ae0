-- Contact numbers prove themselves: each team is sent a test in a month, and answers it.

CREATE TABLE contact_test (
    id uuid PRIMARY KEY,
    team_id uuid NOT NULL REFERENCES team,
    sent_at timestamptz NOT NULL,
    answered_at timestamptz
);
CREATE INDEX contact_test_of_team ON contact_test (team_id, sent_at);
CREATE INDEX contact_test_ending ON contact_test (sent_at);

-- Beside the number: the median time to an answer over the last tests, in minutes, and when the last one was answered.
ALTER TABLE team ADD COLUMN answered_minutes integer;
ALTER TABLE team ADD COLUMN tested_on date;
