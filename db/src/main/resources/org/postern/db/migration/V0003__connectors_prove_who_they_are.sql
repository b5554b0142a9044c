-- A connector may be known by a password or a certificate instead of its address, may have all its mail sealed, and
-- may have its unmarked mail passed on.
ALTER TABLE connector
    ADD COLUMN password_verifier text,                                   -- SCRAM-SHA-256, RFC 7677; not the password
    ADD COLUMN certificate_pins  text[]  NOT NULL DEFAULT '{}',          -- SHA-256 of SubjectPublicKeyInfo, base64
    ADD COLUMN seals_all         boolean NOT NULL DEFAULT false,
    ADD COLUMN next_hop_host     text,                                   -- where unmarked mail is passed on to
    ADD COLUMN next_hop_port     integer CHECK (next_hop_port BETWEEN 1 AND 65535),
    DROP CONSTRAINT connector_source_ranges_check,
    ADD CONSTRAINT connector_is_known_by_something
        CHECK (cardinality(source_ranges) > 0 OR password_verifier IS NOT NULL OR cardinality(certificate_pins) > 0),
    ADD CONSTRAINT connector_next_hop_is_whole CHECK ((next_hop_host IS NULL) = (next_hop_port IS NULL));
