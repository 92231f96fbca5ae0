-- The guard's end goes in one round trip with the ledger's entry; walks are seen over thirty days; honey children.

-- How many children are to be planted (docs/anti-trawl.md). Which records they are stands nowhere: their ids say so
-- to whoever has the keys.
CREATE TABLE honey (
    one boolean PRIMARY KEY DEFAULT true,
    children integer NOT NULL,
    CONSTRAINT honey_is_one CHECK (one),
    CONSTRAINT honey_is_bounded CHECK (children BETWEEN 0 AND 20000)
);
COMMENT ON CONSTRAINT honey_is_one ON honey IS 'One number for the nation.';
COMMENT ON CONSTRAINT honey_is_bounded ON honey IS 'They must stay rare among real children.';
INSERT INTO honey (children) VALUES (0);

-- Spends one question of a person's and an authority's budget and tells what the guard has to know, in one round trip.
-- The lock makes it atomic for a person, the count's row for an authority. Nothing is spent that is over budget.
-- `walked` is how many values of one detail this person asked about in thirty days while another was the one of this
-- question: names at its place, births of its names, names of its birth.
DROP FUNCTION begin_asking (uuid, text, text, timestamptz, date, boolean, integer, integer, integer, integer, integer, bytea[], bytea[]);
CREATE FUNCTION begin_asking(
    asking uuid, body text, person text, moment timestamptz, day date, is_emergency boolean, person_hour integer,
    person_day integer, body_times integer, body_floor integer, body_days integer, subjects bytea[], ties bytea[],
    OUT who uuid, OUT own_name text, OUT over text, OUT mine bigint, OUT people bigint, OUT bodies bigint,
    OUT own_ties text[], OUT colleague_ties text[], OUT blocked boolean, OUT overdue uuid,
    OUT outcomes text[], OUT families bytea[], OUT givens bytea[], OUT births bytea[], OUT places bytea[],
    OUT night_now bigint, OUT night_before bigint, OUT all_before bigint, OUT walked bigint[]
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
        count(*) FILTER (WHERE n.asked_at <= moment - interval '12 hours'),
        ARRAY[count(DISTINCT (n.family, n.given)) FILTER (WHERE n.place = ties[4] AND n.place <> ''),
            count(DISTINCT n.birth) FILTER (WHERE n.family = ties[1] AND n.given = ties[2] AND n.birth <> ''),
            count(DISTINCT (n.family, n.given)) FILTER (WHERE n.birth = ties[3] AND n.birth <> '')]
    INTO night_now, night_before, all_before, walked
    FROM (SELECT a.asked_at, a.family, a.given, a.birth, a.place,
        extract(hour FROM a.asked_at AT TIME ZONE 'Europe/London') NOT BETWEEN 6 AND 21 AS night
        FROM public.asking a WHERE a.practitioner_id = who AND a.asked_at > moment - interval '30 days') AS n;
END $$;

-- Notes how a question ended, and the same step whatever it found: who watches the database cannot tell by it. It
-- commits with the ledger's entry, so it waits for the disk as that does.
CREATE OR REPLACE FUNCTION end_asking(
    asking uuid, how text, moment timestamptz, on_entry uuid, justify_by timestamptz, alerts text[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    person uuid;
    what text;
BEGIN
    UPDATE public.asking a SET outcome = how WHERE a.id = asking RETURNING a.practitioner_id INTO person;
    IF justify_by IS NOT NULL THEN
        INSERT INTO public.challenge (entry, practitioner_id, due_at) VALUES (on_entry, person, justify_by);
    END IF;
    FOREACH what IN ARRAY alerts LOOP
        PERFORM public.raise_alert(what, person, moment, on_entry, what = 'honey');
    END LOOP;
END $$;
