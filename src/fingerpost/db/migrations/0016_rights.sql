-- Rights of those whom the service holds something of: subject access by two people, and the mark of a dispute.

-- Who asked to see what is held of a child, by whose word, and by when. The child is a keyed token.
CREATE TABLE subject_request (
    id uuid PRIMARY KEY,
    authority text NOT NULL REFERENCES authority,
    reference bytea NOT NULL,
    requester text NOT NULL,
    -- Until when, and why, it is not told who looked; null where nothing is held back.
    held_back_until date,
    held_back_because text,
    asked_by uuid NOT NULL REFERENCES practitioner,
    asked_at timestamptz NOT NULL,
    due_on date NOT NULL,
    made_by uuid REFERENCES practitioner,
    made_at timestamptz,
    CONSTRAINT subject_request_reference_length CHECK (octet_length(reference) = 16),
    CONSTRAINT subject_request_requester_is_known CHECK (requester IN ('young_person', 'parent', 'representative')),
    CONSTRAINT subject_request_reason_is_known CHECK (held_back_because IN ('crime', 'harm', 'proceedings')),
    CONSTRAINT subject_request_held_back_whole CHECK ((held_back_until IS NULL) = (held_back_because IS NULL)),
    CONSTRAINT subject_request_made_whole CHECK ((made_by IS NULL) = (made_at IS NULL)),
    CONSTRAINT subject_request_takes_two CHECK (made_by <> asked_by)
);
COMMENT ON CONSTRAINT subject_request_reference_length ON subject_request IS 'A 128-bit keyed token.';
COMMENT ON CONSTRAINT subject_request_requester_is_known ON subject_request IS 'A closed set of words: who may receive it.';
COMMENT ON CONSTRAINT subject_request_reason_is_known ON subject_request IS 'A closed set of words: a lawful delay and nothing of the child.';
COMMENT ON CONSTRAINT subject_request_held_back_whole ON subject_request IS 'A delay has its reason and its day.';
COMMENT ON CONSTRAINT subject_request_made_whole ON subject_request IS 'Who and when stand together.';
COMMENT ON CONSTRAINT subject_request_takes_two ON subject_request IS 'Who took the request down does not hand out the pack.';
CREATE INDEX subject_request_made ON subject_request (made_at);

-- Somebody whose right it is says that a signpost is wrong: shown with it at once, until its authority has looked.
ALTER TABLE signpost ADD COLUMN disputed_on date;
CREATE INDEX ledger_entry_of_kind ON ledger_entry (kind, position);

-- Which of these records are of identities that must never be joined. One question that names both is shown one of them
-- alone; whoever answers questions learns of no other order.
CREATE FUNCTION never_joined(records uuid[]) RETURNS TABLE (one uuid, other uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT a.id, b.id FROM public.record a
    JOIN public.link_break k ON k.reference_a = a.reference AND k.authority_a = a.authority AND k.reason = 'never_join'
    JOIN public.record b ON b.reference = k.reference_b AND b.authority = k.authority_b
    WHERE a.id = ANY (records) AND b.id = ANY (records)
$$;
