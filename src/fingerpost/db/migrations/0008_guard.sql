-- Nobody browses: what stands between the decision and the search (docs/anti-trawl.md). No name, date, place or number
-- is in clear: whatever stands for a child or a household is a 128-bit keyed token, and askings are kept for 30 days.

-- One question that was let through to the search, or refused by the guard after it was spent.
CREATE TABLE asking (
    id uuid PRIMARY KEY,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    authority text NOT NULL REFERENCES authority,
    asked_at timestamptz NOT NULL,
    emergency boolean NOT NULL,
    -- How it ended; null while it is under way, or when the process died before it did.
    outcome text,
    -- Family name, given names, birth and place, each keyed for this one person alone: by them a walk through a list
    -- shows, and how common a name is does not.
    family bytea NOT NULL,
    given bytea NOT NULL,
    birth bytea NOT NULL,
    place bytea NOT NULL,
    CONSTRAINT asking_outcome_is_known CHECK (outcome IN ('found', 'add_detail', 'not_found', 'refused'))
);
COMMENT ON CONSTRAINT asking_outcome_is_known ON asking IS 'A closed set of words: nothing about a child fits in.';
CREATE INDEX asking_of_person ON asking (practitioner_id, asked_at DESC);
CREATE INDEX asking_by_time ON asking (asked_at);

-- Which child a question was about, as tokens of two strong details each: two questions that share one are held to be
-- of the same child.
CREATE TABLE asking_subject (
    token bytea NOT NULL,
    asking_id uuid NOT NULL REFERENCES asking ON DELETE CASCADE,
    CONSTRAINT asking_subject_once PRIMARY KEY (token, asking_id)
);
COMMENT ON CONSTRAINT asking_subject_once ON asking_subject IS 'A detail that is given twice counts once.';
CREATE INDEX asking_subject_of_asking ON asking_subject (asking_id);

-- How many questions an authority asked on a day: its median is what its budget is ten times of.
CREATE TABLE asked_by_authority (
    authority text NOT NULL REFERENCES authority,
    day date NOT NULL,
    asked integer NOT NULL,
    CONSTRAINT asked_by_authority_once PRIMARY KEY (authority, day)
);
COMMENT ON CONSTRAINT asked_by_authority_once ON asked_by_authority IS 'One count, added to one at a time.';

-- A larger budget for one person, good from when a second person agrees until it ends.
CREATE TABLE budget_raise (
    id uuid PRIMARY KEY,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    an_hour integer NOT NULL,
    a_day integer NOT NULL,
    until timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES practitioner,
    agreed_by uuid REFERENCES practitioner,
    CONSTRAINT budget_raise_by_two CHECK (agreed_by <> asked_by),
    CONSTRAINT budget_raise_by_others CHECK (practitioner_id NOT IN (asked_by, agreed_by))
);
COMMENT ON CONSTRAINT budget_raise_by_two ON budget_raise IS 'Raising a budget needs two people.';
COMMENT ON CONSTRAINT budget_raise_by_others ON budget_raise IS 'Nobody raises their own.';
CREATE INDEX budget_raise_of_person ON budget_raise (practitioner_id, until);

-- What a practitioner declared of their own household, and their own family name, as tokens.
CREATE TABLE tie (
    authority text NOT NULL REFERENCES authority,
    token bytea NOT NULL,
    kind text NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    CONSTRAINT tie_once PRIMARY KEY (authority, token, kind, practitioner_id),
    CONSTRAINT tie_token_length CHECK (octet_length(token) = 16),
    CONSTRAINT tie_kind_is_known CHECK (kind IN ('member', 'family', 'home', 'near', 'family_home', 'family_near'))
);
COMMENT ON CONSTRAINT tie_once ON tie IS 'Declared twice is declared once.';
COMMENT ON CONSTRAINT tie_token_length ON tie IS 'A 128-bit keyed token.';
COMMENT ON CONSTRAINT tie_kind_is_known ON tie IS 'A closed set of words: nothing about a household fits in.';
CREATE INDEX tie_of_person ON tie (practitioner_id);

-- A worker who must not find one child: a relative, or somebody the child has to be kept from.
CREATE TABLE conflict_block (
    id uuid PRIMARY KEY,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    tokens bytea[] NOT NULL,
    ordered_by uuid NOT NULL REFERENCES practitioner,
    ordered_at timestamptz NOT NULL,
    lifted_by uuid REFERENCES practitioner,
    CONSTRAINT conflict_block_lifted_by_another CHECK (lifted_by <> ordered_by AND lifted_by <> practitioner_id)
);
COMMENT ON CONSTRAINT conflict_block_lifted_by_another ON conflict_block IS 'Two people have to agree that a block may go.';
CREATE INDEX conflict_block_of_person ON conflict_block (practitioner_id) WHERE lifted_by IS NULL;

-- An answer whose asker has to say why. The words are on the ledger, sealed; here is only where.
CREATE TABLE challenge (
    entry uuid PRIMARY KEY,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    due_at timestamptz NOT NULL,
    justified_by uuid,
    accepted boolean,
    reviewed_by uuid REFERENCES practitioner,
    CONSTRAINT challenge_reviewed_by_another CHECK (reviewed_by <> practitioner_id),
    CONSTRAINT challenge_reviewed_when_justified CHECK (justified_by IS NOT NULL OR accepted IS NULL)
);
COMMENT ON CONSTRAINT challenge_reviewed_by_another ON challenge IS 'Nobody accepts their own words.';
COMMENT ON CONSTRAINT challenge_reviewed_when_justified ON challenge IS 'There is nothing to accept before the words are there.';
CREATE INDEX challenge_open ON challenge (practitioner_id, due_at) WHERE justified_by IS NULL;
CREATE INDEX challenge_unaccepted ON challenge (practitioner_id, due_at) WHERE accepted IS NOT TRUE;
CREATE INDEX challenge_waiting ON challenge (due_at) WHERE accepted IS NULL;

-- What somebody has to look at. Says who asked and what kind of thing happened; never of which child.
CREATE TABLE alert (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    raised_at timestamptz NOT NULL,
    authority text NOT NULL REFERENCES authority,
    practitioner_id uuid NOT NULL REFERENCES practitioner,
    -- The answer's entry on the ledger, where there was one.
    entry uuid,
    -- When the operator's command or webhook took it; null while it still has to.
    paged_at timestamptz,
    acknowledged_by uuid REFERENCES practitioner,
    acknowledged_at timestamptz,
    CONSTRAINT alert_kind_is_known CHECK (kind IN ('over_budget', 'over_authority_budget', 'own_family', 'colleague',
        'neighbour', 'conflict', 'repeat', 'many_ask', 'not_found_often', 'list_walk', 'odd_hours', 'honey',
        'unjustified')),
    CONSTRAINT alert_acknowledged_whole CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
COMMENT ON CONSTRAINT alert_kind_is_known ON alert IS 'A closed set of words: nothing about a child fits in.';
COMMENT ON CONSTRAINT alert_acknowledged_whole ON alert IS 'Who and when, or neither.';
CREATE INDEX alert_waiting ON alert (authority, raised_at) WHERE acknowledged_at IS NULL;
CREATE INDEX alert_to_page ON alert (raised_at) WHERE paged_at IS NULL;
CREATE INDEX alert_of_person ON alert (practitioner_id, kind, raised_at);

-- Spends one question of a person's and an authority's budget and tells what the guard has to know, in one round trip.
-- The lock makes it atomic for a person, the count's row for an authority. Nothing is spent that is over budget.
CREATE FUNCTION begin_asking(
    asking uuid, body text, person text, moment timestamptz, day date, is_emergency boolean, person_hour integer,
    person_day integer, body_times integer, body_floor integer, body_days integer, subjects bytea[], ties bytea[],
    OUT who uuid, OUT own_name text, OUT over text, OUT mine bigint, OUT people bigint, OUT bodies bigint,
    OUT own_ties text[], OUT colleague_ties text[], OUT blocked boolean, OUT overdue uuid,
    OUT outcomes text[], OUT families bytea[], OUT givens bytea[], OUT births bytea[], OUT places bytea[],
    OUT night_now bigint, OUT night_before bigint, OUT all_before bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    hour_limit integer := person_hour;
    day_limit integer := person_day;
    body_limit integer;
    counted integer;
BEGIN
    SELECT p.id, p.name INTO who, own_name FROM public.practitioner p
    WHERE p.authority = body AND p.reference = person;
    -- A crash may give back the last half second of spending; waiting for the disk twice would cost every lookup more.
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM pg_advisory_xact_lock(hashtextextended(who::text, 8));
    SELECT greatest(hour_limit, max(b.an_hour)), greatest(day_limit, max(b.a_day)) INTO hour_limit, day_limit
    FROM public.budget_raise b WHERE b.practitioner_id = who AND b.agreed_by IS NOT NULL AND b.until > moment;
    IF NOT is_emergency AND (
        (SELECT count(*) FROM public.asking a WHERE a.practitioner_id = who AND a.asked_at > moment - interval '1 hour')
        >= hour_limit
        OR (SELECT count(*) FROM public.asking a WHERE a.practitioner_id = who AND a.asked_at > moment - interval '1 day')
        >= day_limit
    ) THEN
        over := 'person';
        RETURN;
    END IF;
    SELECT greatest(body_floor, body_times * percentile_disc(0.5) WITHIN GROUP (ORDER BY c.asked)) INTO body_limit
    FROM public.asked_by_authority c WHERE c.authority = body AND c.day < begin_asking.day
    AND c.day >= begin_asking.day - body_days;
    INSERT INTO public.asked_by_authority AS c (authority, day, asked) VALUES (body, begin_asking.day, 1)
    ON CONFLICT ON CONSTRAINT asked_by_authority_once DO UPDATE SET asked = c.asked + 1
    WHERE is_emergency OR c.asked < body_limit RETURNING c.asked INTO counted;
    IF counted IS NULL THEN
        over := 'authority';
        RETURN;
    END IF;
    INSERT INTO public.asking (id, practitioner_id, authority, asked_at, emergency, family, given, birth, place)
    VALUES (asking, who, body, moment, is_emergency, ties[1], ties[2], ties[3], ties[4]);
    INSERT INTO public.asking_subject (token, asking_id) SELECT DISTINCT s, asking FROM unnest(subjects) AS s;
    SELECT count(DISTINCT a.id) FILTER (WHERE a.practitioner_id = who AND a.id <> asking),
        count(DISTINCT a.practitioner_id) FILTER (WHERE a.asked_at > moment - interval '7 days'),
        count(DISTINCT a.authority) FILTER (WHERE a.asked_at > moment - interval '7 days')
    INTO mine, people, bodies
    FROM public.asking_subject s JOIN public.asking a ON a.id = s.asking_id
    WHERE s.token = ANY (subjects) AND a.outcome IS DISTINCT FROM 'refused' AND a.asked_at > moment - interval '30 days';
    SELECT array_agg(DISTINCT t.kind) FILTER (WHERE t.practitioner_id = who),
        array_agg(DISTINCT t.kind) FILTER (WHERE t.practitioner_id <> who)
    INTO own_ties, colleague_ties
    FROM public.tie t WHERE t.authority = body AND t.token = ANY (ties[5:]);
    blocked := EXISTS (SELECT FROM public.conflict_block b
        WHERE b.practitioner_id = who AND b.lifted_by IS NULL AND b.tokens && subjects);
    SELECT c.entry INTO overdue FROM public.challenge c
    WHERE c.practitioner_id = who AND c.justified_by IS NULL AND c.due_at < moment ORDER BY c.due_at LIMIT 1;
    SELECT array_agg(r.outcome), array_agg(r.family), array_agg(r.given), array_agg(r.birth), array_agg(r.place)
    INTO outcomes, families, givens, births, places
    FROM (SELECT a.outcome, a.family, a.given, a.birth, a.place FROM public.asking a
        WHERE a.practitioner_id = who AND a.asked_at <= moment ORDER BY a.asked_at DESC LIMIT 20) AS r;
    -- Night is from ten to six in England; the person's own past 30 days say whether that is their time.
    SELECT count(*) FILTER (WHERE n.night AND n.asked_at > moment - interval '1 hour'),
        count(*) FILTER (WHERE n.night AND n.asked_at <= moment - interval '12 hours'),
        count(*) FILTER (WHERE n.asked_at <= moment - interval '12 hours')
    INTO night_now, night_before, all_before
    FROM (SELECT a.asked_at, extract(hour FROM a.asked_at AT TIME ZONE 'Europe/London') NOT BETWEEN 6 AND 21 AS night
        FROM public.asking a WHERE a.practitioner_id = who AND a.asked_at > moment - interval '30 days') AS n;
END $$;

-- Raises an alert, unless the same one of the same person still waits from the last day.
CREATE FUNCTION raise_alert(what text, person uuid, moment timestamptz, on_entry uuid, always boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    INSERT INTO public.alert (id, kind, raised_at, authority, practitioner_id, entry)
    SELECT gen_random_uuid(), what, moment, p.authority, p.id, on_entry FROM public.practitioner p
    WHERE p.id = person AND (always OR NOT EXISTS (
        SELECT FROM public.alert a WHERE a.practitioner_id = person AND a.kind = what AND a.acknowledged_at IS NULL
        AND a.raised_at > moment - interval '1 day'))
$$;

-- Notes how a question ended, and the same step whatever it found: who watches the database cannot tell by it.
CREATE FUNCTION end_asking(
    asking uuid, how text, moment timestamptz, on_entry uuid, justify_by timestamptz, alerts text[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    person uuid;
    what text;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE public.asking a SET outcome = how WHERE a.id = asking RETURNING a.practitioner_id INTO person;
    IF justify_by IS NOT NULL THEN
        INSERT INTO public.challenge (entry, practitioner_id, due_at) VALUES (on_entry, person, justify_by);
    END IF;
    FOREACH what IN ARRAY alerts LOOP
        PERFORM public.raise_alert(what, person, moment, on_entry, what = 'honey');
    END LOOP;
END $$;

-- Forgets askings older than 30 days, and counts older than the median looks back.
CREATE FUNCTION forget_askings(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM public.asked_by_authority WHERE day < (moment - interval '60 days')::date;
    DELETE FROM public.asking WHERE asked_at <= moment - interval '30 days';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
