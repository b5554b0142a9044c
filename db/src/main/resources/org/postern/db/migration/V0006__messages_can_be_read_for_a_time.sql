-- How long a tenant's messages can be read unless their senders say less, and how long after that they can still be
-- given back.
ALTER TABLE tenant
    ADD COLUMN keep_days  integer NOT NULL DEFAULT 365 CHECK (keep_days BETWEEN 1 AND 36500),
    ADD COLUMN grace_days integer NOT NULL DEFAULT 14  CHECK (grace_days BETWEEN 0 AND 365);

-- What pages show. The key service has dates of its own and goes by them.
ALTER TABLE slot
    ADD COLUMN expires_at timestamptz,                        -- never, if there is none
    ADD COLUMN read_once  boolean NOT NULL DEFAULT false,     -- an hour after its owner has first opened it
    ADD COLUMN no_forward boolean NOT NULL DEFAULT false;    -- its sender asks not to pass it on
