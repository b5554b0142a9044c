-- What the rows of each organisation in the mail database are to be that a snapshot is made from (docs/format.md, section 14). Of those
-- that were there before, the first to be seen counts: they have keys and no digest.
CREATE TABLE configuration (
    tenant_id  uuid        PRIMARY KEY,
    digest     bytea       CHECK (octet_length(digest) = 96),
    announced  bytea       CHECK (octet_length(announced) = 96), -- allowed too, until it is confirmed or seen
    changed_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT configuration_of_an_end_is_none CHECK (ended_at IS NULL OR (digest IS NULL AND announced IS NULL))
);
INSERT INTO configuration (tenant_id, changed_at) SELECT DISTINCT tenant_id, now() FROM tenant_key;
