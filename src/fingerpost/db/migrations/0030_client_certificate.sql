-- A token that strays is of no use without the certificate of the system it was issued to (RFC 8705; docs/access.md).
ALTER TABLE client
    -- SHA-256 of the certificate that the system shows to the proxy in front. Null: the token goes with none.
    ADD COLUMN certificate bytea,
    ADD CONSTRAINT client_certificate_length CHECK (octet_length(certificate) = 32);
COMMENT ON CONSTRAINT client_certificate_length ON client IS 'A SHA-256 digest; never the certificate itself.';
