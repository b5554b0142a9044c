-- Tenant keys have several versions while they are rotated: what a key is wrapped under stands in its first four bytes. The newest
-- version of a mailbox key stays in the mailbox's row; those before it stay as long as a shred secret says that its slot needs one.
CREATE TABLE former_mailbox_key (
    tenant_id   uuid        NOT NULL,
    mailbox_id  uuid        NOT NULL,
    version     integer     NOT NULL CHECK (version > 0),
    wrapped_key bytea       NOT NULL, -- under the tenant key
    replaced_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mailbox_id, version),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
);

ALTER TABLE mailbox ADD COLUMN key_made_at timestamptz;
UPDATE mailbox SET key_made_at = created_at;
ALTER TABLE mailbox ALTER COLUMN key_made_at SET NOT NULL;
CREATE INDEX mailbox_key_age ON mailbox (key_made_at);

-- Of which version of the mailbox key slot and summary are. The admission that it belongs to may be forgotten before it is: that ends
-- with its spool key.
ALTER TABLE shred_secret
    ADD COLUMN mailbox_version integer NOT NULL DEFAULT 1 CHECK (mailbox_version > 0),
    DROP CONSTRAINT shred_secret_tenant_id_object_id_fkey;
CREATE INDEX shred_secret_mailbox ON shred_secret (tenant_id, mailbox_id, mailbox_version);

-- An order to rotate the keys of all mailboxes made before it was given; it goes when it is carried out.
CREATE TABLE mailbox_rotation (
    tenant_id  uuid        PRIMARY KEY,
    ordered_at timestamptz NOT NULL
);

-- When each version of the root key was first met. Its keeper may not say.
CREATE TABLE root_version (
    provider text        NOT NULL,
    version  text        NOT NULL,
    met_at   timestamptz NOT NULL,
    PRIMARY KEY (provider, version)
);

-- The doors that were ever certified, each with the oldest spool key that its spool or its snapshot may need; 0 until it has said.
CREATE TABLE door (
    instance    text        PRIMARY KEY,
    needs_from  bigint      NOT NULL,
    reported_at timestamptz NOT NULL
);
-- Doors certified before this table was there may hold mail and be cut off: an operator says that there are none.
INSERT INTO door SELECT 'doors-of-earlier-releases', 0, now() WHERE EXISTS (SELECT FROM spool_key);

-- A destroyed key leaves its row until what was admitted by it is forgotten.
ALTER TABLE spool_key
    ALTER COLUMN wrapped_seed DROP NOT NULL,
    ADD COLUMN destroyed_at timestamptz,
    ADD CONSTRAINT spool_key_is_there_or_destroyed CHECK ((wrapped_seed IS NULL) = (destroyed_at IS NOT NULL));
