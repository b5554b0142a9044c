-- Address and certificate of a shared cloud prove the provider alone; the organisation is known by a secret header
-- field or by its own DKIM signature besides.
ALTER TABLE connector
    ADD COLUMN certificate_names text[]  NOT NULL DEFAULT '{}',   -- the provider's certificate carries one of them
    ADD COLUMN secret_headers    text[]  NOT NULL DEFAULT '{}',   -- SHA-256, base64; the newest first
    ADD COLUMN aligned_dkim      boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT connector_has_two_secrets_at_most CHECK (cardinality(secret_headers) <= 2),
    ADD CONSTRAINT connector_in_a_shared_cloud_is_whole CHECK (
        CASE WHEN cardinality(certificate_names) = 0
             THEN cardinality(secret_headers) = 0 AND NOT aligned_dkim
             ELSE cardinality(source_ranges) > 0 AND (cardinality(secret_headers) > 0 OR aligned_dkim) AND NOT envelope_sender_only
        END),
    -- unmarked mail goes on as it comes, and a signature is known at the end alone
    ADD CONSTRAINT connector_passes_nothing_on_that_a_signature_proves CHECK (NOT aligned_dkim OR next_hop_host IS NULL);
