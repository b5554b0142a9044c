-- Since when its owner has shown all that he is asked for; never, if a remembered device spared him a part.
ALTER TABLE reading_key ADD COLUMN proved_at timestamptz;

-- Until when the owner of a redeemed link or code may show his second step.
ALTER TABLE challenge ADD COLUMN second_step_until timestamptz;

-- Whoever can write here can sign in as anybody, unless what he writes must be sealed: so it is.
CREATE TABLE passkey (
    tenant_id       uuid        NOT NULL,
    passkey_id      uuid        NOT NULL,
    mailbox_id      uuid        NOT NULL,
    credential_hash bytea       NOT NULL CHECK (octet_length(credential_hash) = 32), -- SHA-256 of the credential's id
    sealed_passkey  bytea       NOT NULL, -- host, name, credential with its public key, under the operations key
    sign_count      bigint      NOT NULL CHECK (sign_count >= 0),
    made_at         timestamptz NOT NULL,
    used_at         timestamptz,
    PRIMARY KEY (tenant_id, passkey_id),
    UNIQUE (tenant_id, credential_hash),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
);
CREATE INDEX passkey_of_mailbox ON passkey (tenant_id, mailbox_id);

CREATE TABLE passkey_challenge (
    tenant_id      uuid        NOT NULL,
    asker          bytea       NOT NULL CHECK (octet_length(asker) = 32), -- hash of the browser's binding, or of a reading key
    challenge_hash bytea       NOT NULL CHECK (octet_length(challenge_hash) = 32),
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, asker) -- an asker has one, the newest
);

CREATE TABLE second_step (
    tenant_id     uuid        NOT NULL,
    mailbox_id    uuid        NOT NULL,
    sealed_secret bytea       NOT NULL, -- under the operations key
    made_at       timestamptz NOT NULL,
    turned_on_at  timestamptz,          -- not asked for before its owner has typed a code once
    last_step     bigint      NOT NULL DEFAULT 0, -- of the newest code that was used
    wrong         integer     NOT NULL DEFAULT 0, -- in a row
    waits_until   timestamptz,
    PRIMARY KEY (tenant_id, mailbox_id),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
);

CREATE TABLE recovery_code (
    tenant_id  uuid  NOT NULL,
    mailbox_id uuid  NOT NULL,
    code_hash  bytea NOT NULL CHECK (octet_length(code_hash) = 32), -- SHA-256 of 120 random bits
    PRIMARY KEY (tenant_id, mailbox_id, code_hash),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES second_step ON DELETE CASCADE
);

CREATE TABLE remembered_device (
    tenant_id     uuid        NOT NULL,
    device_id     uuid        NOT NULL,
    mailbox_id    uuid        NOT NULL,
    token_hash    bytea       NOT NULL CHECK (octet_length(token_hash) = 32),
    sealed_device bytea       NOT NULL, -- under the operations key
    made_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, device_id),
    UNIQUE (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES second_step ON DELETE CASCADE
);
CREATE INDEX remembered_device_of_mailbox ON remembered_device (tenant_id, mailbox_id);

-- The requests that a mailbox was issued a link and a code for in the last hour.
CREATE TABLE issued_mail (
    tenant_id  uuid        NOT NULL,
    mailbox_id uuid        NOT NULL,
    request_id uuid        NOT NULL,
    issued_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mailbox_id, request_id),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
);
