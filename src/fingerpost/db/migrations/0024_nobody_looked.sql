-- What nobody looks at stops the person it is about (docs/decisions/0034-nobody-looked.md); and the guard's function
-- tells all that the guard has to know, so that whoever answers questions reads no question.

ALTER TABLE alert DROP CONSTRAINT alert_kind_is_known;
ALTER TABLE alert ADD CONSTRAINT alert_kind_is_known CHECK (kind IN ('over_budget', 'over_authority_budget',
    'own_family', 'colleague', 'neighbour', 'conflict', 'repeat', 'many_ask', 'not_found_often', 'found_often',
    'list_walk', 'odd_hours', 'honey', 'unjustified', 'unreviewed')) NOT VALID;
ALTER TABLE alert VALIDATE CONSTRAINT alert_kind_is_known;
COMMENT ON CONSTRAINT alert_kind_is_known ON alert IS 'A closed set of words: nothing about a child fits in.';
CREATE INDEX alert_untaken ON alert (practitioner_id, raised_at) WHERE acknowledged_at IS NULL;

-- Spends one question of a person's and an authority's budget and tells what the guard has to know, in one round trip.
-- The lock makes it atomic for a person, the count's row for an authority. Nothing is spent that is over budget.
-- `walked` is how many values of one detail this person asked about in thirty days while another was the one of this
-- question: names at its place, births of its names, names of its birth. `this_hour`, `today` and `earlier` count the
-- person's questions before this one; `unreviewed` and `untaken` are since when what they said, and an alert of the
-- kinds of `locking` about them, wait for somebody to look.
DROP FUNCTION begin_asking (uuid, text, text, timestamptz, date, boolean, integer, integer, integer, integer, integer, bytea[], bytea[]);
CREATE FUNCTION begin_asking(
    asking uuid, body text, person text, moment timestamptz, day date, is_emergency boolean, person_hour integer,
    person_day integer, body_times integer, body_floor integer, body_days integer, subjects bytea[], ties bytea[], locking text[],
    OUT who uuid, OUT own_name text, OUT over text, OUT mine bigint, OUT people bigint, OUT bodies bigint,
    OUT own_ties text[], OUT colleague_ties text[], OUT blocked boolean, OUT overdue uuid,
    OUT outcomes text[], OUT families bytea[], OUT givens bytea[], OUT births bytea[], OUT places bytea[],
    OUT night_now bigint, OUT night_before bigint, OUT all_before bigint, OUT walked bigint[],
    OUT this_hour bigint, OUT today bigint, OUT earlier bigint, OUT earlier_days bigint, OUT earlier_missed bigint,
    OUT earlier_found bigint, OUT unreviewed timestamptz, OUT untaken timestamptz
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
    SELECT count(*) FILTER (WHERE a.asked_at > moment - interval '1 hour'),
        count(*) FILTER (WHERE a.asked_at > moment - interval '1 day'),
        count(*) FILTER (WHERE a.asked_at <= moment - interval '1 day'),
        count(DISTINCT a.asked_at::date) FILTER (WHERE a.asked_at <= moment - interval '1 day'),
        count(*) FILTER (WHERE a.asked_at <= moment - interval '1 day' AND a.outcome = 'not_found'),
        count(*) FILTER (WHERE a.asked_at <= moment - interval '1 day' AND a.outcome = 'found')
    INTO this_hour, today, earlier, earlier_days, earlier_missed, earlier_found
    FROM public.asking a WHERE a.practitioner_id = who AND a.asked_at > moment - interval '30 days';
    IF NOT is_emergency AND (this_hour >= hour_limit OR today >= day_limit) THEN
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
    SELECT min(c.due_at) INTO unreviewed FROM public.challenge c
    WHERE c.practitioner_id = who AND c.justified_by IS NOT NULL AND c.accepted IS NOT TRUE;
    SELECT min(a.raised_at) INTO untaken FROM public.alert a
    WHERE a.practitioner_id = who AND a.acknowledged_at IS NULL AND a.kind = ANY (locking);
    SELECT array_agg(r.outcome), array_agg(r.family), array_agg(r.given), array_agg(r.birth), array_agg(r.place)
    INTO outcomes, families, givens, births, places
    FROM (SELECT a.outcome, a.family, a.given, a.birth, a.place FROM public.asking a
        WHERE a.practitioner_id = who AND a.asked_at <= moment ORDER BY a.asked_at DESC LIMIT 20) AS r;
    -- Night is from ten to six in England; the person's own past 30 days say whether that is their time.
    SELECT count(*) FILTER (WHERE n.night AND n.asked_at > moment - interval '1 hour'),
        count(*) FILTER (WHERE n.night AND n.asked_at <= moment - interval '12 hours'),
        count(*) FILTER (WHERE n.asked_at <= moment - interval '12 hours'),
        ARRAY[count(DISTINCT (n.family, n.given)) FILTER (WHERE n.place = ties[4] AND n.place <> ''),
            count(DISTINCT n.birth) FILTER (WHERE n.family = ties[1] AND n.given = ties[2] AND n.birth <> ''),
            count(DISTINCT (n.family, n.given)) FILTER (WHERE n.birth = ties[3] AND n.birth <> '')]
    INTO night_now, night_before, all_before, walked
    FROM (SELECT a.asked_at, a.family, a.given, a.birth, a.place,
        extract(hour FROM a.asked_at AT TIME ZONE 'Europe/London') NOT BETWEEN 6 AND 21 AS night
        FROM public.asking a WHERE a.practitioner_id = who AND a.asked_at > moment - interval '30 days') AS n;
END $$;
