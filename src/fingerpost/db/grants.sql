-- One role per process; what is not granted here is refused. Applied after every migration, whole.
-- A test compares the database's catalogue with this file (law 7).

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, fingerpost_lookup, fingerpost_feed, fingerpost_admin, fingerpost_records, fingerpost_tree, fingerpost_vault, fingerpost_retention, fingerpost_sign_in, fingerpost_shields, fingerpost_requests, fingerpost_moves, fingerpost_rights;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, fingerpost_lookup, fingerpost_feed, fingerpost_admin, fingerpost_records, fingerpost_tree, fingerpost_vault, fingerpost_retention, fingerpost_sign_in, fingerpost_shields, fingerpost_requests, fingerpost_moves, fingerpost_rights;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, fingerpost_lookup, fingerpost_feed, fingerpost_admin, fingerpost_records, fingerpost_tree, fingerpost_vault, fingerpost_retention, fingerpost_sign_in, fingerpost_shields, fingerpost_requests, fingerpost_moves, fingerpost_rights;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO fingerpost_lookup, fingerpost_feed, fingerpost_admin, fingerpost_records, fingerpost_tree, fingerpost_vault, fingerpost_retention, fingerpost_sign_in, fingerpost_shields, fingerpost_requests, fingerpost_moves, fingerpost_rights;

-- Every process sees whether the schema is its own version's, before it does anything.
GRANT SELECT (number, digest) ON schema_migration TO fingerpost_lookup, fingerpost_feed, fingerpost_admin, fingerpost_records, fingerpost_tree, fingerpost_vault, fingerpost_retention, fingerpost_sign_in, fingerpost_shields, fingerpost_requests, fingerpost_moves, fingerpost_rights;

-- Answers questions. Reads sealed records; writes nothing but the ledger, which it cannot read.
GRANT SELECT ON authority, team, practitioner, client, nation, emergency TO fingerpost_lookup;
-- Whom one reaches who is led to a team that left its contact sheet.
GRANT EXECUTE ON FUNCTION team_reached (uuid, text) TO fingerpost_lookup, fingerpost_moves, fingerpost_requests;
-- Once a day at most: when somebody last asked. And an emergency is opened by asking, never reviewed so.
GRANT UPDATE (used_on) ON practitioner TO fingerpost_lookup;
GRANT INSERT (id, practitioner_id, entry, opened_at, review_by) ON emergency TO fingerpost_lookup;
GRANT SELECT (id, authority, reference, cohort, schema_version, sealed, hidden) ON record TO fingerpost_lookup;
GRANT SELECT ON token, sensitive_token TO fingerpost_lookup;
GRANT SELECT (id, record_id, service, team_id, role, started, ended, confirmed, leaves_on, disputed_on) ON signpost TO fingerpost_lookup;
GRANT SELECT (id, record_a, record_b, band, state) ON link TO fingerpost_lookup;
GRANT INSERT ON ledger_entry TO fingerpost_lookup;
-- Of two lives that must never be joined one answer shows one.
GRANT SELECT ON apart TO fingerpost_lookup, fingerpost_moves;
-- Spends budgets and raises alerts through these functions alone: it reads no asking and cannot take one back.
GRANT EXECUTE ON FUNCTION begin_asking (uuid, text, text, timestamptz, date, boolean, integer, integer, integer, integer, integer, bytea[], bytea[], text[]) TO fingerpost_lookup;
GRANT EXECUTE ON FUNCTION raise_alert (text, uuid, timestamptz, uuid, boolean) TO fingerpost_lookup;
GRANT EXECUTE ON FUNCTION end_asking (uuid, text, timestamptz, uuid, timestamptz, text[]), forget_askings (timestamptz), note_entry (uuid, uuid), blocked_from (uuid) TO fingerpost_lookup;

-- Shows an authority how its own feeds went: which rows to mend, never a value of them.
GRANT SELECT ON feed_run, feed_quarantine TO fingerpost_lookup;

-- Publishes one authority's signposts. Touches the index only through the record triggers.
GRANT SELECT ON authority, team TO fingerpost_feed;
GRANT UPDATE (reported_at) ON authority TO fingerpost_feed;
GRANT INSERT, UPDATE ON team TO fingerpost_feed;
GRANT SELECT, INSERT, UPDATE, DELETE ON record, signpost TO fingerpost_feed;
GRANT SELECT, INSERT ON feed_run, feed_quarantine TO fingerpost_feed;
-- What a feed would change, and what its authority says of it.
GRANT SELECT, INSERT, UPDATE, DELETE ON feed_plan, feed_decision TO fingerpost_feed;
GRANT EXECUTE ON FUNCTION drop_common_tokens (bigint[], integer) TO fingerpost_feed;
GRANT INSERT ON ledger_entry TO fingerpost_feed;
-- Rebuilds the index under a new key, and then forgets which tokens were common under the old one.
GRANT SELECT (index_generation), DELETE ON common_token TO fingerpost_feed;
-- Keeps the trails. It can read every record's tokens already, so the index tells it nothing new. A break can be
-- added and never taken back: pre- and post-adoption identities stay apart whatever the code does.
GRANT SELECT ON token, practitioner, nation, emergency TO fingerpost_feed;
GRANT SELECT, INSERT, UPDATE, DELETE ON link, link_due, link_verdict TO fingerpost_feed;
-- What a shield set aside stands again once both its records are shown; whatever it publishes may be covered.
GRANT SELECT, INSERT, DELETE ON link_set_aside TO fingerpost_feed;
GRANT SELECT, INSERT ON link_break TO fingerpost_feed;
GRANT SELECT, INSERT, UPDATE ON apart TO fingerpost_feed;
GRANT EXECUTE ON FUNCTION take_pairs () TO fingerpost_feed;
GRANT EXECUTE ON FUNCTION lock_links (uuid[]) TO fingerpost_feed, fingerpost_retention;
-- What an authority was told stands; only that it was acknowledged is added.
GRANT SELECT, INSERT ON told TO fingerpost_feed;
GRANT UPDATE (acknowledged_by, acknowledged_at) ON told TO fingerpost_feed;

GRANT SELECT ON honey TO fingerpost_feed;
GRANT SELECT, INSERT, UPDATE ON sensitive_note TO fingerpost_feed;

-- Whatever it publishes is held against the shields before it is visible.
GRANT SELECT ON shield_token, shield_cover TO fingerpost_feed;
GRANT SELECT (id, authority, cohort, schema_version, sealed, index_generation) ON shield TO fingerpost_feed;
-- And when the index is rebuilt, with the tokens of everything else.
GRANT UPDATE (tokens, index_generation) ON shield TO fingerpost_feed;
GRANT INSERT ON shield_cover TO fingerpost_feed;
GRANT UPDATE (cleared_as, trail) ON shield_cover TO fingerpost_feed;
GRANT SELECT, DELETE ON shield_away TO fingerpost_feed;

-- Keeps authorities, people and clients. Never sees a record.
GRANT SELECT, INSERT, UPDATE ON authority, team, practitioner, client TO fingerpost_admin;
GRANT SELECT ON contact_test TO fingerpost_admin;
GRANT SELECT ON nation, emergency TO fingerpost_admin;
GRANT UPDATE (suspended_at, restored_by) ON nation TO fingerpost_admin;
-- Reviews an emergency; what was opened, when and by whom it cannot change.
GRANT UPDATE (reviewed_at, reviewed_by, justified) ON emergency TO fingerpost_admin;
GRANT INSERT ON ledger_entry TO fingerpost_admin;
-- Which entries hold what users said and were answered; the words it cannot read.
GRANT SELECT, INSERT, UPDATE (answered, published) ON feedback TO fingerpost_admin;
-- Keeps who holds the shares of a wrapping key: added when they are issued, and once said to be destroyed.
GRANT SELECT, INSERT, UPDATE (destroyed_at) ON key_share TO fingerpost_admin;
GRANT SELECT, UPDATE (children) ON honey TO fingerpost_admin;
-- Keeps what the guard goes by. Who was asked about is not for it: it reads no asking.
GRANT SELECT, INSERT, DELETE ON tie TO fingerpost_admin;
GRANT SELECT, INSERT ON conflict_block, budget_raise TO fingerpost_admin;
GRANT UPDATE (lifted_by) ON conflict_block TO fingerpost_admin;
GRANT UPDATE (agreed_by) ON budget_raise TO fingerpost_admin;
GRANT SELECT ON challenge, alert TO fingerpost_admin;
GRANT UPDATE (justified_by, accepted, reviewed_by) ON challenge TO fingerpost_admin;
GRANT UPDATE (paged_at, acknowledged_by, acknowledged_at) ON alert TO fingerpost_admin;

-- Reads the ledger and the feed reports; its own reading is recorded too.
GRANT SELECT ON authority, feed_run, feed_quarantine, ledger_entry, vault_release TO fingerpost_records;
GRANT INSERT ON ledger_entry TO fingerpost_records;
-- Shows people what they asked themselves, and publishes figures.
GRANT SELECT (id, practitioner_id, asked_at, outcome, entry) ON asking TO fingerpost_records;
GRANT SELECT (id, authority, reference) ON practitioner TO fingerpost_records;
GRANT SELECT, INSERT, UPDATE (count) ON figure TO fingerpost_records;

-- Keeps the tree and shows it to anyone. Of an entry it sees what its receipt says, never the sealed body. It adds to
-- the tree and can change nothing of it; waiting is over for an entry once its leaf is there.
GRANT SELECT (position, id, recorded_at, leaf) ON ledger_entry TO fingerpost_tree;
GRANT SELECT, DELETE ON ledger_waiting TO fingerpost_tree;
GRANT SELECT, INSERT ON ledger_leaf, ledger_tile, ledger_checkpoint, ledger_cosignature, ledger_lost TO fingerpost_tree;
-- After a restore, places for leaves whose entries are lost.
GRANT USAGE ON ledger_entry_position_seq TO fingerpost_tree;

-- Counts what the vault lets out, each time against an entry that is there. It reads nothing of an entry but that.
-- Nobody asks how many: it writes, and others compare.
GRANT SELECT (id, kind) ON ledger_entry TO fingerpost_vault;
GRANT INSERT ON vault_release TO fingerpost_vault;
ALTER ROLE fingerpost_vault SET synchronous_commit = off; -- docs/ledger.md: the entry it counts is durable already

-- The feed takes records away too, and keeps a sealed copy of what is under a legal hold.
GRANT SELECT ON hold TO fingerpost_feed;
GRANT INSERT ON held_copy TO fingerpost_feed;

-- Ends things: takes away what has left, holds, erases, notes which keys go. It seals again and makes nothing new.
GRANT SELECT ON authority, practitioner, nation, emergency, link_break, token TO fingerpost_retention;
GRANT SELECT, DELETE ON record, signpost, told TO fingerpost_retention;
GRANT UPDATE (sealed) ON record, told TO fingerpost_retention;
GRANT UPDATE (sealed_source) ON signpost TO fingerpost_retention;
GRANT SELECT, INSERT, DELETE ON hold, hold_word, held_copy TO fingerpost_retention;
GRANT UPDATE (held_until, cohort, sealed) ON hold TO fingerpost_retention;
GRANT UPDATE (cohort, sealed) ON held_copy TO fingerpost_retention;
GRANT SELECT, INSERT ON destruction, erasure TO fingerpost_retention;
GRANT UPDATE (confirmed_by, confirmed_at, destroyed_at) ON destruction TO fingerpost_retention;
GRANT UPDATE (keys, after_lsn, settled_at) ON erasure TO fingerpost_retention;
GRANT SELECT ON feed_run TO fingerpost_retention;
GRANT SELECT, DELETE ON feed_quarantine TO fingerpost_retention;
GRANT SELECT (id, authority, cohort, schema_version, sealed, note, asked_by) ON shield TO fingerpost_retention;
GRANT SELECT ON shield_cover TO fingerpost_retention;
GRANT UPDATE (sealed, note) ON shield TO fingerpost_retention;
GRANT SELECT (id, authority, cohort, sealed), UPDATE (sealed), DELETE ON shield_alert TO fingerpost_retention;
GRANT SELECT (id, authority, cohort, sealed, leaves_on), UPDATE (sealed), DELETE ON contact_request TO fingerpost_retention;
GRANT SELECT, UPDATE (sealed) ON sensitive_note TO fingerpost_retention;
GRANT SELECT (id, asked_at, made_at), DELETE ON subject_request TO fingerpost_retention;
GRANT INSERT ON ledger_entry TO fingerpost_retention;

-- Whoever answers or changes anything first asks whether the database is the present one.
GRANT EXECUTE ON FUNCTION holds_what_ended (bigint, uuid[]) TO fingerpost_lookup, fingerpost_feed, fingerpost_admin, fingerpost_tree, fingerpost_sign_in, fingerpost_shields, fingerpost_requests, fingerpost_moves, fingerpost_rights;
GRANT EXECUTE ON FUNCTION entries_held (uuid[]) TO fingerpost_retention;

-- Signs people in to the pages. It learns who somebody is and what they may do; it never sees a record.
GRANT SELECT ON authority, practitioner, nation, emergency, sign_in_account TO fingerpost_sign_in;
GRANT UPDATE (used_on) ON practitioner TO fingerpost_sign_in;
GRANT INSERT ON sign_in_account TO fingerpost_sign_in;
GRANT UPDATE (practitioner_id) ON sign_in_account TO fingerpost_sign_in;
GRANT SELECT, INSERT, DELETE ON sign_in_started, web_session, sign_in_news TO fingerpost_sign_in;
GRANT SELECT, INSERT, UPDATE, DELETE ON web_kept TO fingerpost_sign_in;
GRANT INSERT ON ledger_entry TO fingerpost_sign_in;

-- Keeps the shields, and holds every answered question against them afterwards. It changes nothing of a record but
-- whether it can be sensed. It opens answers on the ledger to see what was asked.
GRANT SELECT ON authority, team, practitioner, nation, emergency, record, token, shield_token TO fingerpost_shields;
GRANT UPDATE (shields_confirmed_at) ON authority TO fingerpost_shields;
GRANT UPDATE (hidden) ON record TO fingerpost_shields;
GRANT SELECT, INSERT, UPDATE, DELETE ON shield, shield_cover TO fingerpost_shields;
GRANT SELECT, INSERT ON shield_word, shield_alert, shield_away TO fingerpost_shields;
GRANT DELETE ON shield_word TO fingerpost_shields;
GRANT UPDATE (cleared_as, told) ON shield_away TO fingerpost_shields;
GRANT UPDATE (done_by, done_at) ON shield_alert TO fingerpost_shields;
GRANT SELECT, DELETE ON watch_waiting, link TO fingerpost_shields;
GRANT UPDATE (entry) ON watch_waiting TO fingerpost_shields;
GRANT SELECT, INSERT ON link_set_aside TO fingerpost_shields;
GRANT SELECT (entry, standing) ON watch TO fingerpost_shields;
GRANT SELECT, INSERT, DELETE ON desk_reference TO fingerpost_shields;
GRANT SELECT, INSERT, UPDATE ON link_due TO fingerpost_shields;
GRANT SELECT, INSERT ON ledger_entry TO fingerpost_shields;
GRANT EXECUTE ON FUNCTION drop_common_tokens (bigint[], integer) TO fingerpost_shields;

-- Follows children who move, and tells. It reads who holds whom and opens what it has to; of a record, a signpost or a
-- link it changes nothing. What was told stands: it is acknowledged, passed on or recalled, and goes with its record.
GRANT SELECT ON authority, team, practitioner, nation, emergency, link TO fingerpost_moves;
GRANT SELECT (id, authority, reference, cohort, schema_version, sealed, hidden, tokens) ON record TO fingerpost_moves;
GRANT SELECT (id, record_id, service, team_id, role, started, ended, confirmed, leaves_on, handed_on, disputed_on) ON signpost TO fingerpost_moves;
GRANT SELECT, INSERT, DELETE ON move_due, meeting, orphan, placement TO fingerpost_moves;
GRANT SELECT, INSERT, UPDATE (cause, called_at) ON link_call TO fingerpost_moves;
GRANT SELECT, INSERT, DELETE ON notice, notice_delivery TO fingerpost_moves;
GRANT UPDATE (step, next_step_at, acknowledged_by, acknowledged_at, recalled_at) ON notice TO fingerpost_moves;
GRANT UPDATE (due_at, attempts, sent_at) ON notice_delivery TO fingerpost_moves;
GRANT SELECT ON notice_reader TO fingerpost_moves;
-- That a team answered a test is noted beside its numbers, which it does not change.
GRANT UPDATE (proven_on, tested_on, answered_minutes) ON team TO fingerpost_moves;
GRANT SELECT, INSERT, UPDATE (answered_at), DELETE ON contact_test TO fingerpost_moves;
GRANT SELECT, INSERT, UPDATE ON notice_route TO fingerpost_moves;
GRANT SELECT, INSERT ON hand_over TO fingerpost_moves;
GRANT UPDATE (state, reason, decided_by, decided_at, overdue_told) ON hand_over TO fingerpost_moves;
-- And asks questions again that stand: what was asked is sealed on the ledger, and its tokens are held against the index.
GRANT SELECT, INSERT ON ledger_entry TO fingerpost_moves;
GRANT SELECT ON token TO fingerpost_moves;
GRANT SELECT, INSERT, DELETE ON asked_waiting, watch_token TO fingerpost_moves;
GRANT UPDATE (wanted) ON asked_waiting TO fingerpost_moves;
GRANT SELECT, INSERT, DELETE ON covert, covert_holder TO fingerpost_moves;
GRANT SELECT, INSERT, DELETE ON missing_alert TO fingerpost_moves;
GRANT UPDATE (state, approved_by, approved_at, ended_at, reason, entries) ON missing_alert TO fingerpost_moves;
GRANT SELECT, INSERT, UPDATE (as_of) ON alert_sweep TO fingerpost_moves;
-- Of what waits for the watch of the shields it can add an entry, and read or take away none.
GRANT EXECUTE ON FUNCTION await_the_watch_again (uuid[]) TO fingerpost_moves;
GRANT SELECT, INSERT, UPDATE (index_generation), DELETE ON watch TO fingerpost_moves;
GRANT SELECT, INSERT, UPDATE (recalled), DELETE ON watch_hit TO fingerpost_moves;

-- Brokers contact: opens the one answer that a request is about, and the asked authority's own reference.
GRANT SELECT ON authority, team, practitioner, nation, emergency, ledger_entry TO fingerpost_requests;
GRANT SELECT (id, authority, cohort, schema_version, sealed) ON record TO fingerpost_requests;
GRANT SELECT (id, record_id, service, team_id) ON signpost TO fingerpost_requests;
GRANT SELECT, INSERT ON contact_request TO fingerpost_requests;
GRANT UPDATE (state, outcome, escalated_at, seen_by, seen_at, ended_by, ended_at) ON contact_request TO fingerpost_requests;
GRANT INSERT ON ledger_entry TO fingerpost_requests;

-- Makes packs of what is held of one child, with who looked from the ledger, and marks what is disputed.
GRANT SELECT ON authority, team, practitioner, nation, emergency, ledger_entry, record, signpost, link, sensitive_note TO fingerpost_rights;
GRANT SELECT, INSERT, UPDATE (made_by, made_at) ON subject_request TO fingerpost_rights;
GRANT UPDATE (disputed_on) ON signpost TO fingerpost_rights;
GRANT INSERT ON ledger_entry TO fingerpost_rights;

-- Whoever writes many records in one transaction reads what it wrote: no statistics know of it yet, and a plan for a
-- table that was empty before read all of `shield_token` for each token. Every statement has its index (law 5).
ALTER ROLE fingerpost_feed SET enable_seqscan = off;
ALTER ROLE fingerpost_shields SET enable_seqscan = off;

-- A lookup's statements are few and always alike: planned once for a connection, not once for each question,
-- which took longer than finding.
ALTER ROLE fingerpost_lookup SET plan_cache_mode = force_generic_plan;
