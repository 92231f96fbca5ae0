-- The keys of a legacy, made when it is full.

SET maintenance_work_mem = '512MB';
ALTER TABLE child ADD PRIMARY KEY (number);
CREATE INDEX ON child (family, born);
ALTER TABLE carer ADD PRIMARY KEY (id);
ALTER TABLE education ADD PRIMARY KEY (number, started);
ALTER TABLE health ADD PRIMARY KEY (number, practice);
ALTER TABLE involvement ADD PRIMARY KEY (id);
ALTER TABLE shield ADD PRIMARY KEY (number);
ALTER TABLE archive ADD PRIMARY KEY (number);
ALTER TABLE feed ADD PRIMARY KEY (id);
ALTER TABLE data_quality ADD PRIMARY KEY (id);
ALTER TABLE report ADD PRIMARY KEY (id);
ALTER TABLE account ADD PRIMARY KEY (id);
ALTER TABLE access_token ADD PRIMARY KEY (serial);
ALTER TABLE access_audit ADD PRIMARY KEY (id);
ALTER TABLE partner ADD PRIMARY KEY (code);
ALTER TABLE service_directory ADD PRIMARY KEY (id);
ALTER TABLE matching_rule ADD PRIMARY KEY (id);
ALTER TABLE mapping ADD PRIMARY KEY (id);
ALTER TABLE guidance ADD PRIMARY KEY (id);
