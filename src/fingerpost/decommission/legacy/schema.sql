-- A legacy ContactPoint, as its regulations (SI 2007/2182, schedule 1) and its guidance describe it.
-- Every child who is ever in it is made up.

CREATE TABLE child (
    number char(12) PRIMARY KEY,
    given text NOT NULL,
    family text NOT NULL,
    former text NOT NULL,
    gender char(1) NOT NULL,
    born date NOT NULL,
    address text NOT NULL,
    postcode text NOT NULL,
    authority text NOT NULL,
    shielded boolean NOT NULL
);
CREATE INDEX ON child (family, born);
CREATE TABLE carer (
    id bigint PRIMARY KEY,
    number char(12) NOT NULL,
    name text NOT NULL,
    relation text NOT NULL,
    phone text NOT NULL
);
CREATE TABLE education (number char(12), school text, started date, PRIMARY KEY (number, started));
CREATE TABLE health (number char(12), practice text, PRIMARY KEY (number, practice));
CREATE TABLE involvement (
    id bigint PRIMARY KEY,
    number char(12) NOT NULL,
    service text NOT NULL,
    practitioner text NOT NULL,
    started date NOT NULL,
    sensitive boolean NOT NULL  -- present, and brokered by the central team
);
CREATE TABLE shield (number char(12) PRIMARY KEY, asked_on date NOT NULL, review_on date NOT NULL);
CREATE TABLE archive (number char(12) PRIMARY KEY, archived_on date NOT NULL, record text NOT NULL);
CREATE TABLE feed (id bigint PRIMARY KEY, authority text NOT NULL, received date NOT NULL, line text NOT NULL);
CREATE TABLE data_quality (id bigint PRIMARY KEY, number char(12) NOT NULL, rule text NOT NULL, value text NOT NULL);
CREATE TABLE report (id bigint PRIMARY KEY, title text NOT NULL, body text NOT NULL);

CREATE TABLE account (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    organisation text NOT NULL,
    accredited_on date NOT NULL,
    active boolean NOT NULL
);
CREATE TABLE access_token (serial bigint PRIMARY KEY, account bigint NOT NULL, active boolean NOT NULL);
CREATE TABLE access_audit (
    id bigint PRIMARY KEY,
    account bigint NOT NULL,
    number char(12) NOT NULL,
    reason text NOT NULL,
    query text NOT NULL,  -- "all activity audited, including query parameters and the results returned"
    at timestamptz NOT NULL
);

-- What the investment taught, and holds no child.
CREATE TABLE partner (code text PRIMARY KEY, name text NOT NULL, kind text NOT NULL);
CREATE TABLE service_directory (id bigint PRIMARY KEY, authority text NOT NULL, service text NOT NULL, phone text NOT NULL);
CREATE TABLE matching_rule (id bigint PRIMARY KEY, rule text NOT NULL);
CREATE TABLE mapping (id bigint PRIMARY KEY, from_code text NOT NULL, to_code text NOT NULL);
CREATE TABLE guidance (id bigint PRIMARY KEY, title text NOT NULL, body text NOT NULL);
