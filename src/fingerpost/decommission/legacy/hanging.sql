-- Children from `made`, and what hangs on each: n is their number there.

INSERT INTO child
SELECT number, given, family, former, gender, born, address, postcode, authority, shielded FROM made;
INSERT INTO carer
SELECT n, number, 'Pat ' || family, 'parent', '01632 960' || lpad((n % 1000)::text, 3, '0') FROM made;
INSERT INTO education
SELECT number, 'School ' || n % 20000, make_date(extract(year FROM born)::int + 5, 9, 1) FROM made;
INSERT INTO health SELECT number, 'Practice ' || n % 8000 FROM made;
INSERT INTO involvement
SELECT
    n, number,
    CASE WHEN n % 60 = 0
        THEN (ARRAY['sexual health', 'mental health', 'substance misuse'])[n / 60 % 3 + 1]
        ELSE (ARRAY['school nursing', 'speech therapy', 'education welfare', 'youth offending',
                    'children''s social care'])[n / 3 % 5 + 1]
    END,
    'Worker ' || n % 9000, date '2009-03-01' + (n % 28)::int, n % 60 = 0
FROM made WHERE n % 3 = 0;
INSERT INTO access_audit
SELECT
    n, n % (SELECT count(*) FROM account) + 1, number, 'assessment', 'family=' || family || ' born=' || born,
    make_timestamptz(2010, (n % 7)::int + 1, (n % 9)::int + 10, 10, (n % 60)::int, 0, 'UTC')
FROM made WHERE n % 3 = 0;
INSERT INTO shield SELECT number, '2010-01-05', '2010-07-05' FROM made WHERE shielded;
INSERT INTO archive  -- long and alike, so that the server keeps it compressed
SELECT number, '2010-02-01', told || line || ' ' || told
FROM made, repeat('involvement ceased; record moved to the archive by agreement. ', 60) told WHERE n % 13 = 0;
INSERT INTO feed SELECT n, authority, '2010-06-01', line FROM made WHERE n % 17 = 0;
INSERT INTO data_quality
SELECT n, number, 'postcode not found', given || ' ' || family || ' ' || born FROM made WHERE n % 19 = 0;
DROP TABLE made;
