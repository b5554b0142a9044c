-- The mail database. Whatever names a person or shows content is sealed (docs/format.md, section 4) or an HMAC;
-- every row belongs to a tenant, and the tenant is part of every key. docs/threat-model.md lists what stays visible.

CREATE TABLE tenant (
    tenant_id      uuid        PRIMARY KEY,
    name           text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    portal_host    text        NOT NULL UNIQUE CHECK (portal_host = lower(portal_host)),
    address_suffix text        UNIQUE CHECK (address_suffix = lower(address_suffix)),
    created_at     timestamptz NOT NULL
);

CREATE TABLE verified_domain (
    tenant_id   uuid        NOT NULL REFERENCES tenant,
    domain      text        NOT NULL UNIQUE CHECK (domain = lower(domain)),
    verified_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, domain)
);

CREATE TABLE connector (
    tenant_id            uuid        NOT NULL REFERENCES tenant,
    connector_id         uuid        NOT NULL,
    name                 text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    source_ranges        text[]      NOT NULL CHECK (cardinality(source_ranges) > 0), -- CIDR
    envelope_sender_only boolean     NOT NULL, -- judge MAIL FROM alone, not the From field
    created_at           timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, connector_id)
);

-- Signed by the authority; the newest number is what intake and portal work from.
CREATE TABLE snapshot (
    number     bigint      PRIMARY KEY CHECK (number > 0),
    document   bytea       NOT NULL,
    signature  bytea       NOT NULL CHECK (octet_length(signature) = 64),
    created_at timestamptz NOT NULL
);

-- Accepted messages handed over by a spool. Found by spool_id alone: the owner of a spool knows no tenants.
-- A delivered arrival stays as a tombstone, so that nothing is ever delivered twice.
CREATE TABLE arrival (
    spool_id        uuid        PRIMARY KEY,
    tenant_id       uuid        NOT NULL,
    header          bytea       NOT NULL,
    certificate     bytea       NOT NULL,
    spool_slot      bytea, -- given up after delivery
    sealed_envelope bytea, -- given up after delivery
    arrived_at      timestamptz NOT NULL,
    state           text        NOT NULL DEFAULT 'available'
                    CHECK (state IN ('available', 'running', 'retryable', 'completed')),
    attempt         integer     NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    run_at          timestamptz NOT NULL,
    CHECK ((state = 'completed') = (spool_slot IS NULL AND sealed_envelope IS NULL))
);
CREATE INDEX arrival_due ON arrival (run_at, spool_id) WHERE state <> 'completed';

CREATE TABLE mailbox (
    tenant_id      uuid        NOT NULL REFERENCES tenant,
    mailbox_id     uuid        NOT NULL,
    address_mac    bytea       NOT NULL CHECK (octet_length(address_mac) = 32),
    sealed_address bytea       NOT NULL, -- under the operations key
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mailbox_id),
    UNIQUE (tenant_id, address_mac)
);

CREATE TABLE thread (
    tenant_id  uuid        NOT NULL REFERENCES tenant,
    thread_id  uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, thread_id)
);

-- Every msg-id a thread has mentioned, as HMAC under the index key (RFC 5322, section 3.6.4).
CREATE TABLE thread_reference (
    tenant_id  uuid  NOT NULL,
    msg_id_mac bytea NOT NULL CHECK (octet_length(msg_id_mac) = 32),
    thread_id  uuid  NOT NULL,
    PRIMARY KEY (tenant_id, msg_id_mac),
    FOREIGN KEY (tenant_id, thread_id) REFERENCES thread
);

CREATE TABLE message (
    tenant_id     uuid        NOT NULL,
    message_id    uuid        NOT NULL, -- also the sealed object's id and the spool id
    thread_id     uuid        NOT NULL,
    header        bytea       NOT NULL,
    certificate   bytea       NOT NULL,
    content_bytes bigint      NOT NULL CHECK (content_bytes >= 0),
    sealed_index  bytea       NOT NULL, -- under the data key
    sealed_author bytea       NOT NULL, -- name for notices, under the operations key
    accepted_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, message_id),
    FOREIGN KEY (tenant_id, thread_id) REFERENCES thread
);

CREATE TABLE slot (
    tenant_id      uuid        NOT NULL,
    message_id     uuid        NOT NULL,
    mailbox_id     uuid        NOT NULL,
    thread_id      uuid        NOT NULL,
    received       boolean     NOT NULL, -- shown in the inbox
    sent           boolean     NOT NULL, -- shown in Sent
    slot           bytea       NOT NULL,
    sealed_summary bytea       NOT NULL,
    accepted_at    timestamptz NOT NULL,
    opened_at      timestamptz,
    PRIMARY KEY (tenant_id, message_id, mailbox_id),
    FOREIGN KEY (tenant_id, message_id) REFERENCES message,
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox,
    CHECK (received OR sent)
);
CREATE INDEX slot_of_mailbox ON slot (tenant_id, mailbox_id, accepted_at DESC, message_id DESC);
CREATE INDEX slot_of_thread ON slot (tenant_id, mailbox_id, thread_id, accepted_at, message_id);

-- Later work. The states are those of ARCHITECTURE.md, "States of a job".
CREATE TABLE job (
    job_id      uuid        PRIMARY KEY,
    tenant_id   uuid        NOT NULL REFERENCES tenant,
    kind        text        NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 40),
    subject_id  uuid        NOT NULL, -- with the mailbox, what the job is about: one job per fact
    mailbox_id  uuid,
    state       text        NOT NULL DEFAULT 'available'
                CHECK (state IN ('available', 'running', 'retryable', 'completed', 'discarded')),
    attempt     integer     NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    run_at      timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz,
    reason      text CHECK (char_length(reason) <= 40), -- why discarded or retried: one of our own words
    UNIQUE NULLS NOT DISTINCT (tenant_id, kind, subject_id, mailbox_id),
    CHECK ((state IN ('completed', 'discarded')) = (finished_at IS NOT NULL))
);
CREATE INDEX job_due ON job (run_at, job_id) WHERE state IN ('available', 'running', 'retryable');

-- Somebody asked for a sign-in link. The typed address is sealed to the spool key: only the key service opens it.
CREATE TABLE sign_in_request (
    tenant_id      uuid        NOT NULL REFERENCES tenant,
    request_id     uuid        NOT NULL,
    header         bytea       NOT NULL,
    spool_slot     bytea       NOT NULL,
    sealed_address bytea       NOT NULL,
    browser_mac    bytea       NOT NULL CHECK (octet_length(browser_mac) = 32),
    requested_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, request_id)
);
CREATE INDEX sign_in_request_age ON sign_in_request (requested_at);

CREATE TABLE audit_event (
    tenant_id   uuid        NOT NULL,
    event_id    uuid        NOT NULL,
    kind        text        NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 40),
    mailbox_id  uuid,
    object_id   uuid,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
);
