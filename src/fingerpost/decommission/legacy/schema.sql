-- A legacy ContactPoint, as its regulations (SI 2007/2182, schedule 1) and its guidance describe it.
-- Every child who is ever in it is made up. Its keys are in `keys.sql`: made last, they cost a tenth.

CREATE TABLE child (
    number char(12) NOT NULL,
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
CREATE TABLE carer (
    id bigint NOT NULL,
    number char(12) NOT NULL,
    name text NOT NULL,
    relation text NOT NULL,
    phone text NOT NULL
);
CREATE TABLE education (number char(12), school text, started date);
CREATE TABLE health (number char(12), practice text);
CREATE TABLE involvement (
    id bigint NOT NULL,
    number char(12) NOT NULL,
    service text NOT NULL,
    practitioner text NOT NULL,
    started date NOT NULL,
    sensitive boolean NOT NULL  -- present, and brokered by the central team
);
CREATE TABLE shield (number char(12) NOT NULL, asked_on date NOT NULL, review_on date NOT NULL);
CREATE TABLE archive (number char(12) NOT NULL, archived_on date NOT NULL, record text NOT NULL);
CREATE TABLE feed (id bigint NOT NULL, authority text NOT NULL, received date NOT NULL, line text NOT NULL);
CREATE TABLE data_quality (id bigint NOT NULL, number char(12) NOT NULL, rule text NOT NULL, value text NOT NULL);
CREATE TABLE report (id bigint NOT NULL, title text NOT NULL, body text NOT NULL);

CREATE TABLE account (
    id bigint NOT NULL,
    name text NOT NULL,
    organisation text NOT NULL,
    accredited_on date NOT NULL,
    active boolean NOT NULL
);
CREATE TABLE access_token (serial bigint NOT NULL, account bigint NOT NULL, active boolean NOT NULL);
CREATE TABLE access_audit (
    id bigint NOT NULL,
    account bigint NOT NULL,
    number char(12) NOT NULL,
    reason text NOT NULL,
    query text NOT NULL,  -- "all activity audited, including query parameters and the results returned"
    at timestamptz NOT NULL
);

-- What the investment taught, and holds no child.
CREATE TABLE partner (code text NOT NULL, name text NOT NULL, kind text NOT NULL);
CREATE TABLE service_directory (id bigint NOT NULL, authority text NOT NULL, service text NOT NULL, phone text NOT NULL);
CREATE TABLE matching_rule (id bigint NOT NULL, rule text NOT NULL);
CREATE TABLE mapping (id bigint NOT NULL, from_code text NOT NULL, to_code text NOT NULL);
CREATE TABLE guidance (id bigint NOT NULL, title text NOT NULL, body text NOT NULL);
