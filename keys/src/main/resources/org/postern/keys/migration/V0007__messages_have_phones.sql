-- A message with a phone asks for the PIN that was sent there. A PIN is a password that is another one each time: there is a hash only from
-- when one is issued until it is typed.
ALTER TABLE message_password
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN sealed_phone bytea, -- under the operations key
    ADD COLUMN pin_request  uuid,  -- the newest, until its PIN is typed
    ADD COLUMN pin_until    timestamptz,
    ADD COLUMN pins_asked   timestamptz[] NOT NULL DEFAULT '{}' CHECK (cardinality(pins_asked) <= 10),
    ADD CONSTRAINT message_password_or_phone CHECK (
        CASE WHEN sealed_phone IS NULL THEN password_hash IS NOT NULL AND pin_request IS NULL AND pin_until IS NULL
             ELSE sealed_hint IS NULL AND (password_hash IS NULL) = (pin_until IS NULL) END);
CREATE UNIQUE INDEX message_password_pin_request ON message_password (tenant_id, pin_request) WHERE pin_request IS NOT NULL;
