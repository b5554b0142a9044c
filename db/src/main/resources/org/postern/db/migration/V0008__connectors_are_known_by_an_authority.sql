-- A client's certificate may be known by the organisation's own authority and a name instead of its key.
ALTER TABLE connector
    ADD COLUMN client_authorities text[] NOT NULL DEFAULT '{}',   -- the authority's certificates, DER in base64
    ADD COLUMN client_names       text[] NOT NULL DEFAULT '{}',   -- the client's certificate carries one of them
    ADD CONSTRAINT connector_client_authority_is_whole
        CHECK ((cardinality(client_authorities) = 0) = (cardinality(client_names) = 0)),
    DROP CONSTRAINT connector_is_known_by_something,
    ADD CONSTRAINT connector_is_known_by_something
        CHECK (cardinality(source_ranges) > 0 OR password_verifier IS NOT NULL OR cardinality(certificate_pins) > 0
               OR cardinality(client_authorities) > 0);
