-- A message with a password opens for nobody but its author until its password was typed in the same session.
CREATE TABLE message_password (
    tenant_id     uuid    NOT NULL,
    object_id     uuid    NOT NULL,
    mailbox_id    uuid    NOT NULL,
    author_id     uuid, -- who may give it another one
    password_hash text    NOT NULL, -- Argon2id
    sealed_hint   bytea, -- under the operations key
    tries         integer NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    PRIMARY KEY (tenant_id, object_id, mailbox_id),
    FOREIGN KEY (tenant_id, object_id, mailbox_id) REFERENCES shred_secret ON DELETE CASCADE
);

CREATE TABLE unlocking (
    tenant_id  uuid  NOT NULL,
    key_hash   bytea NOT NULL,
    object_id  uuid  NOT NULL,
    mailbox_id uuid  NOT NULL,
    PRIMARY KEY (tenant_id, key_hash, object_id),
    FOREIGN KEY (tenant_id, key_hash) REFERENCES reading_key ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, object_id, mailbox_id) REFERENCES message_password ON DELETE CASCADE
);
CREATE INDEX unlocking_of_message ON unlocking (tenant_id, object_id, mailbox_id);
