-- As much of each tenant's audit chain as is needed to go on with it (docs/format.md, section 11.2). It stands here, apart from the
-- events, so that no change of the mail database is ever signed as what had been there before.
CREATE TABLE audit_tree (
    tenant_id uuid   PRIMARY KEY,
    size      bigint NOT NULL CHECK (size > 0),
    subtrees  bytea  NOT NULL CHECK (octet_length(subtrees) % 32 = 0)
);
