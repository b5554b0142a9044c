-- The key ledger: a database and a role of its own. Without these rows nothing stored ever opens again.

CREATE TABLE signing_key (
    version     integer     PRIMARY KEY CHECK (version > 0),
    wrapped_key bytea       NOT NULL, -- under the root key
    created_at  timestamptz NOT NULL
);

CREATE TABLE spool_key (
    spool_key_id bigint      PRIMARY KEY, -- the week, counted from 1970-01-01
    wrapped_seed bytea       NOT NULL,    -- under the root key
    public_key   bytea       NOT NULL,
    created_at   timestamptz NOT NULL
);

CREATE TABLE tenant_key (
    tenant_id   uuid        NOT NULL,
    purpose     text        NOT NULL CHECK (purpose IN ('tenant', 'index', 'operations')),
    version     integer     NOT NULL CHECK (version > 0),
    wrapped_key bytea       NOT NULL, -- 'tenant' under the root key, the others under the tenant key
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, purpose, version)
);

CREATE TABLE mailbox (
    tenant_id      uuid        NOT NULL,
    mailbox_id     uuid        NOT NULL,
    address_mac    bytea       NOT NULL CHECK (octet_length(address_mac) = 32), -- under the index key
    sealed_address bytea       NOT NULL, -- as first written, under the operations key
    wrapped_key    bytea       NOT NULL, -- the mailbox key, under the tenant key
    key_version    integer     NOT NULL CHECK (key_version > 0),
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mailbox_id),
    UNIQUE (tenant_id, address_mac)
);

-- An object admitted once is never given new shred secrets: a restored arrival revives nothing.
CREATE TABLE admission (
    tenant_id    uuid        NOT NULL,
    object_id    uuid        NOT NULL,
    spool_key_id bigint      NOT NULL,
    admitted_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, object_id)
);

CREATE TABLE shred_secret (
    tenant_id      uuid    NOT NULL,
    object_id      uuid    NOT NULL,
    mailbox_id     uuid    NOT NULL,
    wrapped_secret bytea   NOT NULL, -- under the tenant key
    PRIMARY KEY (tenant_id, object_id, mailbox_id),
    FOREIGN KEY (tenant_id, object_id) REFERENCES admission,
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox
);

-- Whoever can write here can sign in as anybody; so only the key service does.
CREATE TABLE challenge (
    tenant_id    uuid        NOT NULL,
    challenge_id uuid        NOT NULL,
    mailbox_id   uuid        NOT NULL,
    browser_mac  bytea       NOT NULL CHECK (octet_length(browser_mac) = 32),
    token_hash   bytea       NOT NULL CHECK (octet_length(token_hash) = 32),
    code_hash    text        NOT NULL, -- Argon2id
    code_tries   integer     NOT NULL DEFAULT 0 CHECK (code_tries BETWEEN 0 AND 5),
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    redeemed_at  timestamptz,
    PRIMARY KEY (tenant_id, challenge_id),
    UNIQUE (tenant_id, token_hash),
    UNIQUE (tenant_id, browser_mac), -- a browser has one, the newest
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox
);

CREATE TABLE reading_key (
    tenant_id  uuid        NOT NULL,
    key_hash   bytea       NOT NULL CHECK (octet_length(key_hash) = 32),
    mailbox_id uuid        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key_hash),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox
);
