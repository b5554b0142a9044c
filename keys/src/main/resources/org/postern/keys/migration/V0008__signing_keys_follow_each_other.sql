-- Each signing key but the first is vouched for by the one before (docs/format.md, section 3.5). The newest signs; those before it leave
-- their rows and no secret.
ALTER TABLE signing_key
    ALTER COLUMN wrapped_key DROP NOT NULL,
    ADD COLUMN destroyed_at     timestamptz,
    ADD COLUMN succession       bytea, -- all keys up to this one; none while it is the first
    ADD COLUMN audit_succession bytea, -- likewise of those that sign checkpoints
    ADD CONSTRAINT signing_key_is_there_or_destroyed CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL)),
    ADD CONSTRAINT signing_key_follows_another
        CHECK ((succession IS NULL) = (version = 1) AND (audit_succession IS NULL) = (version = 1));
